using System.Globalization;
using Busbar.Api;
using Busbar.Cli.Output;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>Says where a payment stands.</summary>
internal static class PaymentReport
{
    private const string Ok = "Ok";

    /// <summary>Writes it.</summary>
    public static void Write(CommandOutput output, IntentInfo info)
    {
        if (output.Json)
        {
            var line = new PaymentLine("payment", info.Intent, info.Status, info.Result, info.Height, info.FeeAtomic);
            CommandOutput.WriteJson(line, OutputJson.Lines.PaymentLine);
            return;
        }

        WriteForPeople(output.Result, info);
    }

    /// <summary>
    /// Done when it is final and did what it said, or when it is on its way and nobody wanted to wait.
    /// </summary>
    public static int ExitCodeOf(IntentInfo info, bool wait) => info switch
    {
        { Status: "final", Result: Ok } => ExitCode.Done,
        { Status: "pending" or "notarized" } when !wait => ExitCode.Done,
        _ => ExitCode.Failed,
    };

    /// <summary>Writes it in words.</summary>
    public static void WriteForPeople(IAnsiConsole console, IntentInfo info)
    {
        var colour = info switch
        {
            { Status: "final", Result: Ok } => "green",
            { Status: "pending" or "notarized" } => "yellow",
            _ => "red",
        };
        console.MarkupLine($"[{colour}]{info.Status}[/]{(info.Result is null or Ok ? "" : ": " + info.Result)}");
        console.WriteTable(("intent", info.Intent));
        if (info.Height is { } height)
        {
            console.WriteTable(("block ", height.ToString(CultureInfo.InvariantCulture)));
        }

        if (Amount.TryParseAtomic(info.FeeAtomic, out var fee))
        {
            console.WriteTable(("fee   ", fee.ToUnits(CommonOptions.DollarDecimals) + " dollars"));
        }
    }
}
