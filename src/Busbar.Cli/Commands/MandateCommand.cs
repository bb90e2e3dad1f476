using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Busbar.Api;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Transactions;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar mandate grant|revoke|show`: keys that act for an account, within limits.</summary>
internal static class MandateCommand
{
    private const int DefaultHours = 24;
    private const int MostHours = 8_760;
    private const ulong HourMs = 3_600_000;

    /// <summary>Builds the command.</summary>
    public static Command Build() => new("mandate", "Let another key act for an account, within limits.")
    {
        BuildGrant(), BuildRevoke(), BuildShow(),
    };

    private static DocumentedCommand BuildGrant()
    {
        var key = CommonOptions.Key();
        var signer = SignerOption("The address of the key that may act.");
        var allow = new Option<OperationCode[]>("--allow")
        {
            Description = "What it may do, by the names of the tariff: see `busbar fee`.",
            HelpName = "OPERATION",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
            Required = true,
            CustomParser = ParseOperations,
        };
        var payee = new Option<Address[]>("--payee")
        {
            Description = "Whom it may pay beside the account [default: anybody].",
            HelpName = "ADDRESS",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
            CustomParser = ParsePayees,
        };
        var total = CommonOptions.Dollars("--total", "The most that it may spend in all, fees included.");
        var window = CommonOptions.Dollars("--window", "The most that it may spend at once; it comes back.");
        var refill = HoursOption("--refill-hours", "In how many hours an empty window is full again");
        var hours = HoursOption("--hours", "In how many hours the mandate ends");
        var account = AccountOption();
        var passphraseFile = CommonOptions.PassphraseFile();
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "grant",
            "Let a key act for an account until it expires or is revoked. It spends dollars, and nothing else.",
            "busbar mandate grant --key fleet.json --signer 0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF "
                + "--allow transfer openChannel --total 20 --window 0.5 --hours 720",
            "busbar mandate grant --key device.json --account 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf "
                + "--signer 0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69 --allow transfer --total 1")
        {
            key, signer, allow, payee, total, window, refill, hours, account, passphraseFile, api, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(total) is null && result.GetResult(window) is null)
            {
                result.AddError("Name a limit: --total, --window, or both.");
            }
        });
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var network = await client.GetNetworkAsync(stop);
                var path = parse.GetRequiredValue(key).FullName;
                using var opened = SigningKey.Open(output, path, parse.GetValue(passphraseFile), network);
                var limit = new MandateLimit(
                    Address.Parse(network.FeeAsset),
                    parse.GetValue(total),
                    parse.GetValue(window) is { } capacity
                        ? new MandateWindow(capacity, (ulong)parse.GetValue(refill) * HourMs)
                        : null);
                var grant = new Operation.GrantMandate(
                    parse.GetRequiredValue(signer)!.Value,
                    new UnixTime(network.TimeMs + ((ulong)parse.GetValue(hours) * HourMs)),
                    new MandateScope(parse.GetRequiredValue(allow), parse.GetValue(payee)),
                    [limit]);
                if (!grant.IsWellFormed())
                {
                    throw new CommandFailedException(
                        "MandateMalformed",
                        $"A mandate names at most {Limits.MandatePayees} payees.",
                        "Leave --payee out to let it pay anybody.");
                }

                var wallet = new Wallet(opened, network, account: parse.GetValue(account));
                return await SubmitAsync(output, client, wallet, grant, stop);
            },
            stop));
        return command;
    }

    private static DocumentedCommand BuildRevoke()
    {
        var key = CommonOptions.Key();
        var signer = SignerOption("The key whose mandate ends, with all that were granted below it.");
        var account = AccountOption();
        var passphraseFile = CommonOptions.PassphraseFile();
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "revoke",
            "End a mandate, and every mandate below it. What it opened or locked stays as it is.",
            "busbar mandate revoke --key fleet.json --signer 0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF")
        {
            key, signer, account, passphraseFile, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var network = await client.GetNetworkAsync(stop);
                var path = parse.GetRequiredValue(key).FullName;
                using var opened = SigningKey.Open(output, path, parse.GetValue(passphraseFile), network);
                var wallet = new Wallet(opened, network, account: parse.GetValue(account));
                var revoke = new Operation.RevokeMandate(parse.GetRequiredValue(signer)!.Value);
                return await SubmitAsync(output, client, wallet, revoke, stop);
            },
            stop));
        return command;
    }

    private static DocumentedCommand BuildShow()
    {
        var account = CommonOptions.AddressOption("--account", "For whom they act.");
        account.Required = true;
        var signer = CommonOptions.AddressOption("--signer", "Only the mandate of this key.");
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "show",
            "Show who may act for an account, and what is left of the limits.",
            "busbar mandate show --account 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")
        {
            account, signer, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var network = await client.GetNetworkAsync(stop);
                var of = parse.GetRequiredValue(account)!.Value;
                var mandates = parse.GetValue(signer) is { } one
                    ? [await client.GetMandateAsync(of, one, stop)]
                    : await client.GetMandatesAsync(of, stop);
                foreach (var mandate in mandates)
                {
                    Report(output, network, mandate);
                }

                if (!output.Json && mandates.Count == 0)
                {
                    output.Result.WriteLine("No mandates.");
                }

                return ExitCode.Done;
            },
            stop));
        return command;
    }

    private static async Task<int> SubmitAsync(
        CommandOutput output, BusbarClient client, Wallet wallet, Operation operation, CancellationToken stop)
    {
        var info = await Submission.SubmitAsync(
            output, client, wallet.Sign(wallet.NewIntent(), operation), wait: true, stop);
        PaymentReport.Write(output, info);
        return PaymentReport.ExitCodeOf(info, wait: true);
    }

    private static void Report(CommandOutput output, NetworkInfo network, MandateInfo mandate)
    {
        if (output.Json)
        {
            var line = new MandateLine(
                "mandate",
                mandate.Mandate,
                mandate.Account,
                mandate.Signer,
                mandate.ParentSigner,
                mandate.Alive,
                mandate.ExpiryMs,
                mandate.Operations,
                mandate.Payees,
                mandate.Limits);
            CommandOutput.WriteJson(line, OutputJson.Lines.MandateLine);
            return;
        }

        var expiry = DateTimeOffset.FromUnixTimeMilliseconds((long)mandate.ExpiryMs);
        output.Result.MarkupLineInterpolated($"[bold]{mandate.Signer}[/] {(mandate.Alive ? "alive" : "dead")}");
        output.Result.WriteTable(
            ("below", mandate.ParentSigner ?? "the account itself"),
            ("until", expiry.ToString("u", CultureInfo.InvariantCulture)),
            ("allows", string.Join(' ', mandate.Operations)),
            ("payees", mandate.Payees is null ? "anybody" : string.Join(' ', mandate.Payees)));
        foreach (var limit in mandate.Limits)
        {
            var left = limit.AvailableAtomic is { } atomic ? Text(network, limit.Asset, atomic) : "without limit";
            output.Result.WriteTable(("may spend now", left));
        }
    }

    private static string Text(NetworkInfo network, string asset, string atomic) =>
        asset == network.FeeAsset && Amount.TryParseAtomic(atomic, out var amount)
            ? amount.ToUnits(CommonOptions.DollarDecimals) + " dollars"
            : $"{atomic} atomic units of {asset}";

    private static Option<Address?> SignerOption(string description)
    {
        var signer = CommonOptions.AddressOption("--signer", description);
        signer.Required = true;
        return signer;
    }

    private static Option<Address?> AccountOption() => CommonOptions.AddressOption(
        "--account", "For whom the key file acts, by a mandate of its own [default: its own account].");

    private static Option<int> HoursOption(string name, string description)
    {
        var hours = new Option<int>(name)
        {
            Description = $"{description}, 1 to {MostHours} [default: {DefaultHours}].",
            HelpName = "HOURS",
            DefaultValueFactory = _ => DefaultHours,
        };
        hours.Validators.Add(result => RangeCheck.Apply(result, hours, 1, MostHours));
        return hours;
    }

    private static OperationCode[]? ParseOperations(ArgumentResult result)
    {
        var codes = new SortedSet<OperationCode>();
        foreach (var token in result.Tokens)
        {
            var code = Enum.GetValues<OperationCode>().FirstOrDefault(
                one => JsonNamingPolicy.CamelCase.ConvertName(one.ToString()) == token.Value);
            if (code is OperationCode.Unset or OperationCode.CastVote)
            {
                result.AddError($"'{token.Value}' is nothing that a mandate allows: write it like transfer.");
                return null;
            }

            codes.Add(code);
        }

        return [.. codes];
    }

    private static Address[]? ParsePayees(ArgumentResult result)
    {
        var payees = new SortedSet<Address>();
        foreach (var token in result.Tokens)
        {
            if (!Address.TryParse(token.Value, out var payee))
            {
                result.AddError($"'{token.Value}' is no address: write 0x and 40 hexadecimal digits.");
                return null;
            }

            payees.Add(payee);
        }

        return [.. payees];
    }
}
