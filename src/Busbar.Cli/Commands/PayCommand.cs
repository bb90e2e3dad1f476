using System.CommandLine;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Transactions;

namespace Busbar.Cli.Commands;

/// <summary>`busbar pay`: moves dollars to an address, at most once for an intent id.</summary>
internal static class PayCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var key = CommonOptions.Key();
        var to = CommonOptions.AddressOption("--to", "Who is paid.");
        to.Required = true;
        var amount = CommonOptions.Dollars("--amount", "How much, in dollars.");
        amount.Required = true;
        var intent = new Option<IntentId?>("--intent")
        {
            Description = "The intent id of an earlier try: whatever happened to it, the payment happens at most once.",
            HelpName = "HEX",
            CustomParser = CommonOptions.ParseIntent,
        };
        var account = CommonOptions.AddressOption(
            "--account", "For whom the key pays, by a mandate [default: its own account].");
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until the payment is final." };
        var passphraseFile = CommonOptions.PassphraseFile();
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "pay",
            "Pay dollars to an address, and wait until it is final.",
            "busbar pay --key meter.json --to 0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF --amount 0.25",
            "busbar pay --key meter.json --to 0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF --amount 0.25 "
                + "--intent 0x019ab3c4d5e6f708192a3b4c5d6e7f80")
        {
            key, to, amount, account, intent, noWait, passphraseFile, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var network = await client.GetNetworkAsync(stop);
                var path = parse.GetRequiredValue(key).FullName;
                using var signer = SigningKey.Open(output, path, parse.GetValue(passphraseFile), network);
                var transfer = new Operation.Transfer(
                    Address.Parse(network.FeeAsset),
                    parse.GetRequiredValue(to)!.Value,
                    parse.GetRequiredValue(amount)!.Value,
                    Hash256.Zero);
                var wallet = new Wallet(signer, network, account: parse.GetValue(account));
                var signed = wallet.Sign(parse.GetValue(intent) ?? wallet.NewIntent(), transfer);
                return await SubmitAsync(output, client, signed, wait: !parse.GetValue(noWait), stop);
            },
            stop));
        return command;
    }

    private static async Task<int> SubmitAsync(
        CommandOutput output, BusbarClient client, SignedTransaction signed, bool wait, CancellationToken stop)
    {
        var info = await Submission.SubmitAsync(output, client, signed, wait, stop);
        PaymentReport.Write(output, info);
        return PaymentReport.ExitCodeOf(info, wait);
    }
}
