using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Busbar.Cli.Output;
using Busbar.Simulation.Fuzzing;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>Tries many inputs, with a fuzzer for each processor, and adds up what they came to.</summary>
internal sealed class FuzzBatch(
    CommandOutput output, ulong seed, ulong from, long? count, int? budgetSeconds, string? target)
{
    private const int ProgressSeconds = 10;
    private const ulong Stride = 512;
    private const int MaxFindings = 20;

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly ConcurrentBag<FuzzFinding> findings = [];
    private ulong handedOut;
    private long tried;
    private long nextProgress = ProgressSeconds;

    /// <summary>Runs them; exit code 1 when one showed what must not be.</summary>
    public int Run(CancellationToken stop)
    {
        output.Notes.MarkupLine("[grey]making good inputs of every kind[/]");
        var sets = Enumerable.Range(0, count == 1 ? 1 : Environment.ProcessorCount)
            .AsParallel()
            .Select(_ => FuzzTargets.Create())
            .ToArray();
        var names = sets[0].Select(one => one.Name).ToArray();
        if (target is not null && !names.Contains(target))
        {
            output.Notes.MarkupLineInterpolated($"[red]There is no target '{target}'.[/]");
            output.Notes.WriteLine("Targets: " + string.Join(", ", names));
            return ExitCode.Failed;
        }

        // What a target is tried with depends on the set that it is drawn from: one target alone is a set of its own.
        var fuzzers = sets
            .Select(set => new Fuzzer(seed, [.. set.Where(one => target is null || one.Name == target)]))
            .ToArray();
        watch.Restart();
        Parallel.ForEach(fuzzers, fuzzer =>
        {
            while (Take() is var (first, last) && first < last && !IsOver(stop))
            {
                Try(fuzzer, first, last);
            }
        });
        Report(fuzzers);
        return findings.IsEmpty && !stop.IsCancellationRequested ? ExitCode.Done : ExitCode.Failed;
    }

    private bool IsOver(CancellationToken stop) => stop.IsCancellationRequested || findings.Count >= MaxFindings
        || (budgetSeconds is { } budget && watch.Elapsed.TotalSeconds >= budget);

    private (ulong First, ulong Last) Take()
    {
        var end = count is { } wanted ? (ulong)wanted : ulong.MaxValue;
        var last = Interlocked.Add(ref handedOut, Stride);
        return (from + last - Stride, from + Math.Min(last, end));
    }

    private void Try(Fuzzer fuzzer, ulong first, ulong last)
    {
        for (var number = first; number < last; number++)
        {
            if (fuzzer.Try(number) is { } finding)
            {
                findings.Add(finding);
                Tell(finding);
            }
        }

        Interlocked.Add(ref tried, (long)(last - first));
        var due = Volatile.Read(ref nextProgress);
        if (watch.Elapsed.TotalSeconds >= due
            && Interlocked.CompareExchange(ref nextProgress, due + ProgressSeconds, due) == due)
        {
            output.Notes.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"[grey]{tried} inputs in {watch.Elapsed.TotalSeconds:F0} s, {findings.Count} findings[/]");
        }
    }

    private void Tell(FuzzFinding finding)
    {
        lock (findings)
        {
            output.Notes.MarkupLineInterpolated($"[red]{finding.Target}, input {finding.Number}:[/]");
            output.Notes.WriteLine("  " + finding.Problem);
            output.Notes.WriteLine("  " + Hex.Format(finding.Input));
            var only = target is null ? "" : " --target " + target;
            output.Notes.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  busbar fuzz --seed {seed} --from {finding.Number} --count 1{only}"));
        }
    }

    private void Report(Fuzzer[] fuzzers)
    {
        var sums = new SortedDictionary<string, SortedDictionary<string, long>>(StringComparer.Ordinal);
        foreach (var ((name, outcome), number) in fuzzers.SelectMany(fuzzer => fuzzer.Outcomes))
        {
            var sum = sums.TryGetValue(name, out var known) ? known : sums[name] = new(StringComparer.Ordinal);
            sum[outcome] = sum.GetValueOrDefault(outcome) + number;
        }

        var seconds = Math.Round(watch.Elapsed.TotalSeconds, 1);
        if (output.Json)
        {
            CommandOutput.WriteJson(
                new FuzzLine("fuzz", seed, from, tried, findings.Count, seconds, sums), OutputJson.Lines.FuzzLine);
            return;
        }

        var rows = sums.Select(pair => (pair.Key, string.Join(", ", pair.Value.Select(one =>
            string.Create(CultureInfo.InvariantCulture, $"{one.Value} {one.Key}")))));
        output.Result.WriteTable(
        [
            .. rows,
            ("inputs", string.Create(
                CultureInfo.InvariantCulture, $"{tried} in {seconds} s; go on with --from {from + (ulong)tried}")),
            ("findings", findings.Count.ToString(CultureInfo.InvariantCulture)),
        ]);
    }
}
