using System.CommandLine;
using System.Globalization;
using Busbar.Api;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Transactions;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar fee`: what things cost, before anything is signed.</summary>
internal static class FeeCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var to = CommonOptions.AddressOption("--to", "Show the exact fee of a transfer to this account.");
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "fee",
            "Show the tariff: what each operation costs. No price depends on how busy the network is.",
            "busbar fee",
            "busbar fee --to 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --json")
        {
            to, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var network = await client.GetNetworkAsync(stop);
                if (parse.GetValue(to) is { } recipient)
                {
                    Write(output, "transfer", await QuoteAsync(client, network, recipient, stop));
                    return ExitCode.Done;
                }

                foreach (var (name, feeUnits) in network.Tariff)
                {
                    Write(output, name, feeUnits);
                }

                return ExitCode.Done;
            },
            stop));
        return command;
    }

    // Nobody signs it: the fee follows from what it would do.
    private static async Task<string> QuoteAsync(
        BusbarClient client, NetworkInfo network, Address to, CancellationToken stop)
    {
        var asset = Address.Parse(network.FeeAsset);
        var until = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds();
        var transaction = new Transaction(
            new NetworkId(network.ChainId),
            to,
            to,
            IntentId.Create(new UnixTime((ulong)until), new byte[IntentId.NonceSizeBytes]),
            [new Operation.Transfer(asset, to, new Amount(1), Hash256.Zero)],
            asset,
            Amount.MaxValue,
            null);
        return (await client.QuoteFeeAsync(transaction, stop)).FeeAtomic;
    }

    private static void Write(CommandOutput output, string name, string feeUnits)
    {
        if (output.Json)
        {
            CommandOutput.WriteJson(new FeeLine("fee", name, feeUnits), OutputJson.Lines.FeeLine);
            return;
        }

        Invariant.Check(Amount.TryParseAtomic(feeUnits, out var amount));
        output.Result.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"{name,-22} [bold]{amount.ToUnits(CommonOptions.DollarDecimals)}[/] dollars");
    }
}
