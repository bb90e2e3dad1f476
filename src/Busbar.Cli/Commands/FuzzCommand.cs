using System.CommandLine;
using Busbar.Simulation.Fuzzing;

namespace Busbar.Cli.Commands;

/// <summary>`busbar fuzz`: damaged and hostile inputs for everything that takes bytes from outside.</summary>
internal static class FuzzCommand
{
    private const ulong DefaultCount = 100_000;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var count = new Option<ulong?>("--count")
        {
            Description = $"How many inputs [default: {DefaultCount}, or as many as --budget allows].",
            HelpName = "N",
        };
        var budget = new Option<int?>("--budget")
        {
            Description = "Stop after so many seconds; the last line tells the input to go on from.",
            HelpName = "SECONDS",
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "With an input's number, determines it.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var from = new Option<ulong>("--from")
        {
            Description = "Number of the first input, to repeat a finding or to go on.",
            HelpName = "N",
        };
        var target = new Option<string?>("--target")
        {
            Description = "One target only: a decoder by its type, VoteJournal, or apply for the ledger.",
            HelpName = "NAME",
        };
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "fuzz",
            "Hand damaged and hostile inputs to every decoder and to the ledger, and check what must hold for all of "
                + "them: no exception, bounded memory, one encoding for a value, and nothing changed by a refusal.",
            "busbar fuzz --count 10000000",
            "busbar fuzz --budget 60 --seed 7 --json",
            "busbar fuzz --target apply --from 4711 --count 1")
        {
            count, budget, seed, from, target, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output => Task.FromResult(new FuzzBatch(
                output,
                new FuzzOptions
                {
                    Seed = parse.GetValue(seed),
                    From = parse.GetValue(from),
                    Count = parse.GetValue(count)
                        ?? (parse.GetValue(budget) is null ? DefaultCount : ulong.MaxValue),
                    Target = parse.GetValue(target),
                },
                parse.GetValue(budget)).Run(stop)),
            stop));
        return command;
    }
}
