using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Busbar.Cli.Output;
using Busbar.Simulation;
using Busbar.Simulation.Mutation;
using Busbar.Simulation.Wan;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar simulate`: whole networks under faults, from seeds.</summary>
internal static class SimulateCommand
{
    private const int DefaultValidators = 4;
    private const int MaxValidators = 50;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var seed = new Option<ulong?>("--seed") { Description = "The first seed [default: 1].", HelpName = "N" };
        var from = new Option<ulong?>("--from")
        {
            Description = "As --seed, to go on with a long run.",
            HelpName = "N",
        };
        var count = new Option<int?>("--count")
        {
            Description = "How many seeds [default: 1, or as many as --budget allows].",
            HelpName = "M",
        };
        var budget = new Option<int?>("--budget")
        {
            Description = "Stop after so many seconds; the last line tells the seed to go on from.",
            HelpName = "SECONDS",
        };
        var validators = new Option<int?>("--validators")
        {
            Description = $"Validators, 1 to {MaxValidators} [default: {DefaultValidators}, with --wan 50].",
            HelpName = "N",
        };
        validators.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int?>() is < 1 or > MaxValidators)
            {
                result.AddError($"--validators must be 1 to {MaxValidators}.");
            }
        });
        var faults = new Option<Faults>("--faults")
        {
            Description = "What goes wrong: all, crash, network, byzantine or none.",
            HelpName = "KIND",
            DefaultValueFactory = _ => Faults.All,
            CustomParser = ParseFaults,
        };
        var trace = new Option<bool>("--trace") { Description = "Tell what happens, line by line; for one seed." };
        var wan = new Option<bool>("--wan")
        {
            Description = "Measure block and finality latency between ten regions of the world instead.",
        };
        var mutants = new Option<bool>("--mutants")
        {
            Description = "Switch one safety rule off at a time and show what notices; "
                + "needs the build with -p:Mutants=true.",
        };
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "simulate",
            "Run whole networks of real validators under simulated faults; a seed determines everything that happens.",
            "busbar simulate --seed 7 --trace",
            "busbar simulate --validators 7 --budget 60 --json",
            "busbar simulate --wan --validators 50")
        {
            seed, from, count, budget, validators, faults, trace, wan, mutants, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output => Task.FromResult(
                parse.GetValue(wan) ? RunWan(output, parse.GetValue(validators) ?? MaxValidators)
                : parse.GetValue(mutants) ? RunMutants(output)
                : new SimulationBatch(
                    output,
                    parse.GetValue(from) ?? parse.GetValue(seed) ?? 1,
                    parse.GetValue(count),
                    parse.GetValue(budget),
                    parse.GetValue(validators) ?? DefaultValidators,
                    parse.GetValue(faults)).Run(parse.GetValue(trace), stop)),
            stop));
        return command;
    }

    private static Faults ParseFaults(ArgumentResult result)
    {
        if (Enum.TryParse<Faults>(result.Tokens[0].Value, ignoreCase: true, out var faults) && Enum.IsDefined(faults))
        {
            return faults;
        }

        result.AddError($"'{result.Tokens[0].Value}' is no kind of fault: all, crash, network, byzantine or none.");
        return Faults.None;
    }

    private static int RunWan(CommandOutput output, int validators)
    {
        var report = WanSimulation.Run(validators);
        if (output.Json)
        {
            CommandOutput.WriteJson(
                new WanLine(
                    "wan",
                    report.Validators,
                    report.Regions,
                    Math.Round(report.BlockMs, 1),
                    Math.Round(report.FinalMs, 1)),
                OutputJson.Lines.WanLine);
            return ExitCode.Done;
        }

        output.Result.WriteTable(
            ("validators", report.Validators.ToString(CultureInfo.InvariantCulture)),
            ("regions", report.Regions.ToString(CultureInfo.InvariantCulture)),
            ("block", string.Create(CultureInfo.InvariantCulture, $"{report.BlockMs:F1} ms until it is notarized")),
            ("final", string.Create(CultureInfo.InvariantCulture, $"{report.FinalMs:F1} ms until it is final")));
        output.Result.MarkupLine("[grey]Means over leaders and replicas; round trips are medians, without jitter.[/]");
        return ExitCode.Done;
    }

    private static int RunMutants(CommandOutput output)
    {
        if (!MutantTrial.IsPossible)
        {
            throw new CommandFailedException(
                "NotTheMutantBuild",
                "In this build no rule can be switched off.",
                "dotnet run -c Release --project src/Busbar.Cli -p:Mutants=true -- simulate --mutants");
        }

        var alive = 0;
        output.Result.WriteLine("| rule switched off | id | trial | seeds allowed | caught by seed | noticed as |");
        output.Result.WriteLine("| --- | --- | --- | --- | --- | --- |");
        foreach (var verdict in MutantTrial.RunAll())
        {
            alive += verdict.IsKilled ? 0 : 1;
            var caught = verdict.CaughtAt?.ToString(CultureInfo.InvariantCulture) ?? "**not caught**";
            output.Result.WriteLine(
                $"| {verdict.Name} | {verdict.Rule} | {verdict.Trial} | {verdict.SeedLimit} | {caught} | "
                + $"{verdict.CaughtBy} |");
        }

        return alive == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
