using System.CommandLine;
using System.Text.Json;
using Busbar.Api;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Ledger;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar proof`: asks a node for a proof, to be kept as a file and checked by anybody.</summary>
internal static class ProofCommand
{
    private static readonly JsonSerializerOptions Indented =
        new(ApiJson.Default.Options) { WriteIndented = true, TypeInfoResolver = ApiJson.Default };

    /// <summary>Builds the command.</summary>
    public static Command Build() => new("proof", "Get a proof of a balance, a receipt or an intent, as a file.")
    {
        Balance(), Receipt(), Intent(),
    };

    private static DocumentedCommand Balance()
    {
        var address = CommonOptions.AddressArgument("address", "The account.");
        var asset = CommonOptions.AddressOption("--asset", "The asset [default: the network's dollar].");
        var (output, api, json) = (Out(), CommonOptions.Api(), CommonOptions.Json());
        var command = new DocumentedCommand(
            "balance",
            "Prove what an account holds after the last final block.",
            "busbar proof balance 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --out balance.json")
        {
            address, asset, output, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async told =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var of = parse.GetValue(asset) ?? Address.Parse((await client.GetNetworkAsync(stop)).FeeAsset);
                var key = StateKey.OfBalance(new BalanceKey(parse.GetRequiredValue(address), of));
                return Write(told, await client.GetObjectProofAsync(key, 0, stop), parse.GetRequiredValue(output));
            },
            stop));
        return command;
    }

    private static DocumentedCommand Receipt()
    {
        var (intent, account, signer) = Parties();
        var (output, api, json) = (Out(), CommonOptions.Api(), CommonOptions.Json());
        var command = new DocumentedCommand(
            "receipt",
            "Prove what a transaction did.",
            "busbar proof receipt 0x019ab3c4d5e6f708192a3b4c5d6e7f80 --account 0x7E5F… --out receipt.json")
        {
            intent, account, signer, output, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async told =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var key = KeyOf(parse, intent, account, signer);
                return Write(told, await client.GetReceiptProofAsync(key, 0, stop), parse.GetRequiredValue(output));
            },
            stop));
        return command;
    }

    private static DocumentedCommand Intent()
    {
        var (intent, account, signer) = Parties();
        var (output, api, json) = (Out(), CommonOptions.Api(), CommonOptions.Json());
        var command = new DocumentedCommand(
            "intent",
            "Prove that an intent executed, or that it did not, and whether it still may.",
            "busbar proof intent 0x019ab3c4d5e6f708192a3b4c5d6e7f80 --account 0x7E5F… --out intent.json")
        {
            intent, account, signer, output, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async told =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var key = StateKey.OfIntent(KeyOf(parse, intent, account, signer));
                return Write(told, await client.GetObjectProofAsync(key, 0, stop), parse.GetRequiredValue(output));
            },
            stop));
        return command;
    }

    private static (Argument<IntentId?> Intent, Option<Address?> Account, Option<Address?> Signer) Parties()
    {
        var account = CommonOptions.AddressOption("--account", "Whose intent it is.");
        account.Required = true;
        return (
            new Argument<IntentId?>("id")
            {
                Description = "The intent's id: 0x and 32 hexadecimal digits.",
                CustomParser = CommonOptions.ParseIntent,
            },
            account,
            CommonOptions.AddressOption("--signer", "Who signed it [default: the account]."));
    }

    private static IntentKey KeyOf(
        ParseResult parse, Argument<IntentId?> intent, Option<Address?> account, Option<Address?> signer)
    {
        var owner = parse.GetRequiredValue(account)!.Value;
        return new IntentKey(owner, parse.GetValue(signer) ?? owner, parse.GetRequiredValue(intent)!.Value);
    }

    private static Option<FileInfo> Out() => new("--out")
    {
        Description = "The file to write. One that is there is replaced.",
        HelpName = "FILE",
        Required = true,
    };

    private static int Write(CommandOutput output, ProofInfo proof, FileInfo file)
    {
        File.WriteAllText(file.FullName, JsonSerializer.Serialize(proof, Indented) + "\n");
        if (output.Json)
        {
            var line = new ProofLine(
                "proof", file.FullName, proof.Height, proof.SizeBytes, proof.Hashes, proof.SignatureChecks);
            CommandOutput.WriteJson(line, OutputJson.Lines.ProofLine);
            return ExitCode.Done;
        }

        output.Result.MarkupLineInterpolated(
            $"[green]Proof[/] about block {proof.Height}: {proof.SizeBytes} bytes in [bold]{file.Name}[/]");
        output.Notes.MarkupLineInterpolated(
            $"[grey]Anybody can check it:[/] busbar verify-proof {file.Name} --genesis GENESIS");
        return ExitCode.Done;
    }
}
