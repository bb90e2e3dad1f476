using System.Globalization;
using Busbar.Cli.Output;
using Busbar.Simulation.Fuzzing;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>Runs inputs until there are enough of them, tells how far it is, and adds up what became of them.</summary>
internal sealed class FuzzBatch(CommandOutput output, FuzzOptions options, int? budgetSeconds)
{
    private const int ProgressSeconds = 10;
    private const ulong InputsBetweenLooks = 256;

    private int told;

    /// <summary>Runs them; exit code 1 when something was found, or when it was stopped.</summary>
    public int Run(CancellationToken stop)
    {
        FuzzRun run;
        try
        {
            run = new FuzzRun(options);
        }
        catch (ArgumentException unknown)
        {
            throw new CommandFailedException("TargetUnknown", unknown.Message, null, unknown);
        }

        var nextProgress = (double)ProgressSeconds;
        while (!run.IsDone && !stop.IsCancellationRequested && !(run.Seconds >= budgetSeconds))
        {
            run.Take(InputsBetweenLooks);
            TellFindings(run);
            if (run.Seconds >= nextProgress)
            {
                nextProgress = run.Seconds + ProgressSeconds;
                output.Notes.MarkupLineInterpolated(
                    CultureInfo.InvariantCulture,
                    $"[grey]{run.Taken} inputs in {run.Seconds:F0} s, {run.Findings.Count} findings[/]");
            }
        }

        Report(run);
        return run.Findings.Count == 0 && !stop.IsCancellationRequested ? ExitCode.Done : ExitCode.Failed;
    }

    private void TellFindings(FuzzRun run)
    {
        for (; told < run.Findings.Count; told++)
        {
            var finding = run.Findings[told];
            output.Notes.MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"[red]{finding.Target}, input {finding.Number}:[/] {finding.Message}");
            output.Notes.WriteLine("  " + CommandFor(finding));
            output.Notes.WriteLine("  input: " + Convert.ToHexStringLower(finding.Input.Span));
        }
    }

    private string CommandFor(FuzzFinding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"busbar fuzz --seed {options.Seed} --from {finding.Number} --count 1")
        + (options.Target is null ? "" : " --target " + options.Target);

    private void Report(FuzzRun run)
    {
        var perSecond = run.Seconds > 0 ? run.Taken / run.Seconds : 0;
        if (output.Json)
        {
            CommandOutput.WriteJson(
                new FuzzLine(
                    "fuzz",
                    run.Taken,
                    options.Seed,
                    run.Next,
                    Math.Round(run.Seconds, 1),
                    [.. run.Tallies.Select(tally =>
                        new FuzzTargetLine(tally.Name, tally.Inputs, tally.Counts, tally.MostAllocatedBytes))],
                    [.. run.Findings.Select(finding => new FuzzFindingLine(
                        finding.Target,
                        finding.Number,
                        finding.Message,
                        CommandFor(finding),
                        Convert.ToHexStringLower(finding.Input.Span)))]),
                OutputJson.Lines.FuzzLine);
            return;
        }

        string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
        output.Result.WriteTable(
        [
            .. run.Tallies.Select(tally => (
                tally.Name,
                string.Join(", ", tally.Counts.Select(pair => $"{Text(pair.Value)} {pair.Key}").Prepend(
                    $"{Text(tally.Inputs)} inputs")) + $"; at most {Text((ulong)tally.MostAllocatedBytes)} bytes")),
        ]);
        output.Result.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Taken} inputs for {run.Tallies.Count} targets from seed {options.Seed} in {run.Seconds:F0} s "
            + $"({perSecond:F0} a second): {run.Findings.Count} findings; go on with --from {run.Next}"));
    }
}
