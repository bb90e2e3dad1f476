using System.CommandLine;
using Busbar.Cli.Output;

namespace Busbar.Cli.Commands;

/// <summary>`busbar fuzz`: damaged inputs for everything that takes bytes from outside.</summary>
internal static class FuzzCommand
{
    private const int DefaultBudgetSeconds = 30;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var seed = new Option<ulong>("--seed")
        {
            Description = "Where the random numbers start.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var from = new Option<ulong>("--from")
        {
            Description = "The number of the first input, to go on with a long run or to repeat one input.",
            HelpName = "N",
            DefaultValueFactory = _ => 0,
        };
        var count = new Option<long?>("--count")
        {
            Description = "How many inputs [default: as many as --budget allows].",
            HelpName = "M",
        };
        var budget = new Option<int?>("--budget")
        {
            Description = $"Stop after so many seconds [default: {DefaultBudgetSeconds} without --count].",
            HelpName = "SECONDS",
        };
        var target = new Option<string?>("--target")
        {
            Description = "Only this one; a wrong name gets the list of them.",
            HelpName = "NAME",
        };
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "fuzz",
            "Try damaged inputs on every decoder and on the ledger: nothing may throw, allocate without bound, be read "
                + "in two forms, or change a ledger that refuses it.",
            "busbar fuzz",
            "busbar fuzz --count 10000000",
            "busbar fuzz --target apply --budget 60 --json")
        {
            seed, from, count, budget, target, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output => Task.FromResult(new FuzzBatch(
                output,
                parse.GetValue(seed),
                parse.GetValue(from),
                parse.GetValue(count),
                parse.GetValue(budget) ?? (parse.GetValue(count) is null ? DefaultBudgetSeconds : null),
                parse.GetValue(target)).Run(stop)),
            stop));
        return command;
    }
}
