using System.CommandLine;
using Busbar.Cli.Demo;

namespace Busbar.Cli.Commands;

/// <summary>
/// `busbar demo`: a weather station sells four years of weather, row by row, to a machine that buys them.
/// </summary>
internal static class DemoCommand
{
    private static readonly Amount DefaultPrice = new(100_000);

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var all = WeatherRows.Load().Count;
        var rows = new Option<int>("--rows")
        {
            Description = $"How many rows the buyer wants, 1 to {all}.",
            HelpName = "N",
            DefaultValueFactory = _ => all,
        };
        rows.Validators.Add(result => RangeCheck.Apply(result, rows, 1, all));
        var price = CommonOptions.Dollars("--price", "Dollars for one row [default: 0.0001].");
        var budget = CommonOptions.Dollars(
            "--budget", "The most the buyer may pay for rows, in dollars [default: what all rows cost].");
        var outFile = new Option<FileInfo?>("--out")
        {
            Description = "Write what the buyer received to FILE: the CSV header and the bought rows.",
            HelpName = "FILE",
        };
        var validators = UpCommand.Validators();
        var folder = new Option<DirectoryInfo?>("--data")
        {
            Description = "Keep everything in this folder; run again after a crash, and it goes on where it stopped.",
            HelpName = "DIR",
        };
        var api = CommonOptions.Api();
        api.Description = "Use the running network of `busbar up` instead of starting one.";
        api.DefaultValueFactory = null;
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "demo",
            "A weather station sells 1,461 days of Seattle's weather, one HTTP request and one payment a row.",
            "busbar demo",
            "busbar demo --budget 0.05 --out weather.csv",
            "busbar demo --json --rows 100 --price 0.000000001",
            "busbar demo --data ./demo --api http://127.0.0.1:8402")
        {
            rows, price, budget, outFile, validators, folder, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output =>
            {
                var options = new DemoOptions
                {
                    Rows = parse.GetValue(rows),
                    Price = parse.GetValue(price) ?? DefaultPrice,
                    Budget = parse.GetValue(budget),
                    OutFile = parse.GetValue(outFile)?.FullName,
                    DataFolder = parse.GetValue(folder)?.FullName,
                    Validators = parse.GetValue(validators),
                    Api = parse.GetValue(api),
                };
                return DemoRun.RunAsync(output, options, stop);
            },
            stop));
        return command;
    }
}
