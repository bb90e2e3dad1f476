using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Ledger;
using Busbar.Node.Config;
using Busbar.Transactions;

namespace Busbar.Cli.Commands;

/// <summary>`busbar vote`: a validator votes on who validates, on upgrades, and on prices.</summary>
internal static class VoteCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var key = CommonOptions.Key();
        key.Description = "The validator's key file.";
        var add = ProposalOption("--add", "Add a validator.", "KEY", ParseAdd);
        var remove = ProposalOption("--remove", "Remove a validator.", "KEY", ParseRemove);
        var replace = ProposalOption("--replace", "Replace a validator's key by another.", "OLD=NEW", ParseReplace);
        var upgrade = ProposalOption(
            "--upgrade", "Move to the next protocol version at a height.", "VERSION@HEIGHT", ParseUpgrade);
        var price = ProposalOption(
            "--price", "Set a price of the tariff, in fee units: see `busbar fee`.", "NAME=UNITS", ParsePrice);
        Option<Proposal?>[] proposals = [add, remove, replace, upgrade, price];
        var passphraseFile = CommonOptions.PassphraseFile();
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "vote",
            "Vote as a validator. A proposal that a quorum has voted for is decided; GET /v1/governance tells.",
            "busbar vote --key node-0/key.json --remove ed25519:0x8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf"
                + "3748801b40f6f5c",
            "busbar vote --key node-0/key.json --upgrade 2@150000",
            "busbar vote --key node-0/key.json --price transfer=9000")
        {
            key, add, remove, replace, upgrade, price, passphraseFile, api, json,
        };
        command.Validators.Add(result =>
        {
            if (proposals.Count(option => result.GetResult(option) is not null) != 1)
            {
                result.AddError("Name one proposal: --add, --remove, --replace, --upgrade or --price.");
            }
        });
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var network = await client.GetNetworkAsync(stop);
                var path = parse.GetRequiredValue(key).FullName;
                using var signer = SigningKey.Open(output, path, parse.GetValue(passphraseFile), network);
                var proposal = proposals.Select(option => parse.GetValue(option)).First(value => value is not null)!;
                var wallet = new Wallet(signer, network);
                var signed = wallet.Sign(wallet.NewIntent(), new Operation.CastVote(proposal));
                var info = await Submission.SubmitAsync(output, client, signed, wait: true, stop);
                PaymentReport.Write(output, info);
                return PaymentReport.ExitCodeOf(info, wait: true);
            },
            stop));
        return command;
    }

    private static Option<Proposal?> ProposalOption(
        string name, string description, string helpName, Func<ArgumentResult, Proposal?> parse) => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = parse,
        };

    private static Proposal? ParseAdd(ArgumentResult result) =>
        ParseKey(result, result.Tokens[0].Value) is { } key ? new Proposal.AddValidator(key) : null;

    private static Proposal? ParseRemove(ArgumentResult result) =>
        ParseKey(result, result.Tokens[0].Value) is { } key ? new Proposal.RemoveValidator(key) : null;

    private static Proposal? ParseReplace(ArgumentResult result)
    {
        var parts = result.Tokens[0].Value.Split('=');
        if (parts.Length != 2)
        {
            result.AddError("--replace takes two keys: OLD=NEW.");
            return null;
        }

        return ParseKey(result, parts[0]) is { } old && ParseKey(result, parts[1]) is { } next
            ? new Proposal.ReplaceValidator(old, next)
            : null;
    }

    private static Proposal? ParseUpgrade(ArgumentResult result)
    {
        var parts = result.Tokens[0].Value.Split('@');
        if (parts.Length == 2
            && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height))
        {
            return new Proposal.ScheduleUpgrade(version, height);
        }

        result.AddError("--upgrade takes a version and a height: VERSION@HEIGHT.");
        return null;
    }

    private static Proposal? ParsePrice(ArgumentResult result)
    {
        var parts = result.Tokens[0].Value.Split('=');
        if (parts.Length == 2
            && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var units)
            && Tariff.Priced.FirstOrDefault(one => Pricing.NameOf(one) == parts[0]) is var price and not Price.Unset)
        {
            return new Proposal.SetPrice(price, units);
        }

        result.AddError("--price takes a name of the tariff and fee units: NAME=UNITS, like transfer=9000.");
        return null;
    }

    private static Keys.PublicKey? ParseKey(ArgumentResult result, string text)
    {
        if (KeyText.TryParse(text, out var key))
        {
            return key;
        }

        result.AddError($"'{text}' is no validator key: write ed25519:0x and 64 hexadecimal digits.");
        return null;
    }
}
