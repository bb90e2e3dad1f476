using System.CommandLine;
using Busbar.Cli.Output;
using Busbar.Client;

namespace Busbar.Cli.Commands;

/// <summary>`busbar intent ID`: where a payment stands.</summary>
internal static class IntentCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var intent = new Argument<IntentId?>("id")
        {
            Description = "The intent's id: 0x and 32 hexadecimal digits.",
            CustomParser = CommonOptions.ParseIntent,
        };
        var account = CommonOptions.AddressOption(
            "--account", "Whose intent it is, where several accounts used the same id.");
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "intent",
            "Show where a payment stands: pending, notarized, final or expired.",
            "busbar intent 0x019ab3c4d5e6f708192a3b4c5d6e7f80")
        {
            intent, account, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var id = parse.GetRequiredValue(intent)!.Value;
                var info = await client.GetIntentAsync(id, parse.GetValue(account), TimeSpan.Zero, stop);
                PaymentReport.Write(output, info);
                return ExitCode.Done;
            },
            stop));
        return command;
    }
}
