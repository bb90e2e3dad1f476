using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Busbar.Api;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Client.Light;
using Busbar.Node;
using Busbar.Proofs;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar verify-proof`: checks a proof offline, from genesis on.</summary>
internal static class VerifyProofCommand
{
    // The proof in hexadecimal, and what stands around it.
    private const long MaxSizeBytes = (2L * LedgerProof.MaxSizeBytes) + 4_096;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var file = new Argument<FileInfo>("file") { Description = "The proof, as `busbar proof` wrote it." };
        var genesis = new Option<FileInfo>("--genesis")
        {
            Description = "The genesis file of the network, which is all that is trusted.",
            HelpName = "FILE",
            Required = true,
        };
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "verify-proof",
            "Check a proof without any node: certificates, changes of the validators, and hashes, from genesis on.",
            "busbar verify-proof receipt.json --genesis network/genesis.json")
        {
            file, genesis, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output => Task.FromResult(
                Run(output, parse.GetRequiredValue(file), parse.GetRequiredValue(genesis))),
            stop));
        return command;
    }

    private static int Run(CommandOutput output, FileInfo file, FileInfo genesis)
    {
        var anchor = TrustAnchor.Of(GenesisFile.Read(genesis.FullName));
        var fact = ProofReader.Read(Read(file), anchor);
        var facts = Facts(fact.Outcome).ToList();
        if (output.Json)
        {
            var line = new ProvedLine(
                "proved",
                fact.Header.Height,
                fact.Header.Time.Ms,
                fact.Header.Epoch,
                fact.Header.StateRoot.ToString(),
                facts.ToDictionary(row => row.Name, row => row.Value),
                fact.Cost.SizeBytes,
                fact.Cost.Hashes,
                fact.Cost.SignatureChecks);
            CommandOutput.WriteJson(line, OutputJson.Lines.ProvedLine);
            return ExitCode.Done;
        }

        var cost = fact.Cost;
        var time = DateTimeOffset.FromUnixTimeMilliseconds((long)fact.Header.Time.Ms);
        output.Result.MarkupLine("[green]Proved.[/]");
        output.Result.WriteTable(
        [
            .. facts,
            ("block", fact.Header.Height.ToString(CultureInfo.InvariantCulture)),
            ("at", time.ToString("u", CultureInfo.InvariantCulture)),
            ("checked", $"{cost.SizeBytes} bytes, {cost.Hashes} hashes, {cost.SignatureChecks} signatures"),
        ]);
        return ExitCode.Done;
    }

    private static ProofInfo Read(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CommandFailedException("FileMissing", $"There is no file {file.FullName}.");
        }

        if (file.Length > MaxSizeBytes)
        {
            throw new CommandFailedException("ProofInvalid", $"The file is larger than a proof: {file.Length} bytes.");
        }

        try
        {
            var proof = JsonSerializer.Deserialize(File.ReadAllBytes(file.FullName), ApiJson.Default.ProofInfo);
            return proof is { Kind: ProofInfo.FileKind, Proof: not null }
                ? proof
                : throw new CommandFailedException("ProofInvalid", "The file holds no proof.");
        }
        catch (JsonException error)
        {
            throw new CommandFailedException("ProofInvalid", "The file is no JSON: " + error.Message, null, error);
        }
    }

    private static IEnumerable<(string Name, string Value)> Facts(ProvedOutcome outcome)
    {
        switch (outcome)
        {
            case ProvedOutcome.Balance balance:
                yield return ("account", balance.Account.ToString());
                yield return ("asset", balance.Asset.ToString());
                yield return ("atomic", balance.Amount.ToString());
                break;
            case ProvedOutcome.Executed executed:
                yield return ("intent", executed.Receipt.IntentId.ToString());
                yield return ("account", executed.Receipt.Account.ToString());
                yield return ("result", executed.Receipt.Status.ToString());
                yield return ("feeAtomic", executed.Receipt.Fee.ToString());
                yield return ("signingHash", executed.Receipt.SigningHash.ToString());
                break;
            case ProvedOutcome.Intent intent:
                yield return ("intent", intent.Key.Id.ToString());
                yield return ("account", intent.Key.Account.ToString());
                yield return ("state", intent.Where.ToString());
                yield return ("meaning", MeaningOf(intent.Where));
                break;
            case ProvedOutcome.State state:
                yield return ("key", Hex.Format(state.Key));
                yield return ("value", state.Value is null ? "none: there is no such object" : Hex.Format(state.Value));
                break;
            case ProvedOutcome.Included included:
                yield return ("transaction", Hex.Format(included.Encoded));
                break;
            default:
                throw new InvariantBrokenException("outcomes are a closed set");
        }
    }

    private static string MeaningOf(IntentState state) => state switch
    {
        IntentState.Executed => "it executed, once and for all",
        IntentState.Never => "it did not execute, and never will",
        IntentState.Open => "it did not execute so far, and still may",
        IntentState.Forgotten => "it expired so long ago that the network no longer knows",
        IntentState.Unset or _ => throw new InvariantBrokenException("a proved intent has a state"),
    };
}
