using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Busbar.Cli.Output;
using Busbar.Simulation;
using Busbar.Transactions;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>Runs many seeds, as many at once as there are processors, and adds up what they showed.</summary>
internal sealed class SimulationBatch(
    CommandOutput output, ulong first, int? count, int? budgetSeconds, int validators, Faults faults)
{
    private const int ProgressSeconds = 10;

    private readonly SortedDictionary<ulong, SimulationReport> bad = [];
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly SortedDictionary<OperationCode, ulong> operations = [];
    private ulong seeds;
    private ulong blocks;
    private ulong crashes;
    private ulong partitions;
    private ulong equivocations;
    private ulong restarts;
    private ulong payments;
    private ulong epochs;
    private ulong eventHash;
    private long nextProgress = ProgressSeconds;

    /// <summary>Runs them; exit code 1 when one was unsafe or stalled.</summary>
    public int Run(bool trace, CancellationToken stop)
    {
        var last = first + (ulong)(count ?? (budgetSeconds is null ? 1 : int.MaxValue)) - 1;
        var next = first;
        var window = (ulong)Environment.ProcessorCount * 8;
        while (next <= last && !IsOver(stop))
        {
            var reports = new ConcurrentDictionary<ulong, SimulationReport>();
            var end = Math.Min(last, next + (trace ? 0 : window - 1));
            Parallel.For((long)next, (long)end + 1, seed =>
            {
                if (!IsOver(stop))
                {
                    reports[(ulong)seed] = Simulation.Simulation.Run(OptionsOf((ulong)seed, trace));
                }
            });

            // In the order of seeds, up to the first that was not run, so that the sum is that of a range.
            while (next <= end && reports.TryGetValue(next, out var report))
            {
                Add(report);
                next++;
            }

            TellProgress();
        }

        Report(next);
        return bad.Count == 0 && !stop.IsCancellationRequested ? ExitCode.Done : ExitCode.Failed;
    }

    private bool IsOver(CancellationToken stop) =>
        stop.IsCancellationRequested || (budgetSeconds is { } budget && watch.Elapsed.TotalSeconds >= budget);

    private SimulationOptions OptionsOf(ulong seed, bool trace) => new()
    {
        Seed = seed,
        Validators = validators,
        Faults = faults,
        Trace = trace ? Console.Error.WriteLine : null,
    };

    private void Add(SimulationReport report)
    {
        seeds++;
        blocks += (ulong)report.FinalizedBlocks;
        crashes += (ulong)report.Crashes;
        partitions += (ulong)report.Partitions;
        equivocations += (ulong)report.Equivocations;
        restarts += (ulong)report.Restarts;
        payments += (ulong)report.Payments;
        epochs += (ulong)report.Epochs;
        foreach (var (code, number) in report.Operations)
        {
            operations[code] = operations.GetValueOrDefault(code) + (ulong)number;
        }

        eventHash = unchecked((eventHash * 0x0000_0100_0000_01B3) ^ report.EventHash);
        if (!report.IsGood)
        {
            bad[report.Seed] = report;
            output.Notes.MarkupLineInterpolated(
                $"[red]Seed {report.Seed}: {(report.Unsafe is null ? "stalled" : "unsafe")}.[/]");
            output.Notes.WriteLine("  " + (report.Unsafe ?? report.Stalled));
            output.Notes.MarkupLineInterpolated($"  {report.Story}");
            output.Notes.WriteLine("  " + CommandFor(report.Seed));
        }
    }

    private string CommandFor(ulong seed) => string.Create(
        CultureInfo.InvariantCulture,
        $"busbar simulate --seed {seed} --validators {validators} --faults {Lower(faults)} --trace");

    private static string Lower(Faults faults) => faults.ToString().ToLowerInvariant();

    private void TellProgress()
    {
        if (watch.Elapsed.TotalSeconds >= nextProgress)
        {
            nextProgress = (long)watch.Elapsed.TotalSeconds + ProgressSeconds;
            output.Notes.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"[grey]{seeds} seeds in {watch.Elapsed.TotalSeconds:F0} s, {blocks} final blocks, {bad.Count} bad[/]");
        }
    }

    private void Report(ulong next)
    {
        var isUnsafe = bad.Values.Count(report => report.Unsafe is not null);
        if (output.Json)
        {
            CommandOutput.WriteJson(
                new SimulateLine(
                    "simulate",
                    seeds,
                    isUnsafe,
                    bad.Count - isUnsafe,
                    blocks,
                    crashes,
                    partitions,
                    equivocations,
                    restarts,
                    payments,
                    operations.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
                    epochs,
                    next,
                    eventHash.ToString("x16", CultureInfo.InvariantCulture)),
                OutputJson.Lines.SimulateLine);
            return;
        }

        string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
        output.Result.WriteTable(
            ("seeds", $"{Text(seeds)} of {validators} validators; go on with --from {Text(next)}"),
            ("unsafe", isUnsafe.ToString(CultureInfo.InvariantCulture)),
            ("stalled", (bad.Count - isUnsafe).ToString(CultureInfo.InvariantCulture)),
            ("final blocks", Text(blocks)),
            ("payments", Text(payments)),
            ("operations", $"{operations.Count} kinds of {Enum.GetValues<OperationCode>().Length - 1} succeeded"),
            ("crashes", $"{Text(crashes)}, restarts {Text(restarts)}"),
            ("cut links", Text(partitions)),
            ("equivocations", $"{Text(equivocations)} proved"),
            ("epochs", Text(epochs)),
            ("event hash", eventHash.ToString("x16", CultureInfo.InvariantCulture)));
    }
}
