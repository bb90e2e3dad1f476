using System.CommandLine;
using System.Globalization;
using Busbar.Api;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Keys;
using Busbar.Transactions;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar channel list|show|close`: payment channels.</summary>
internal static class ChannelCommand
{
    private const string Payer = "payer";
    private const string Payee = "payee";

    /// <summary>Builds the command.</summary>
    public static Command Build() => new("channel", "Look at payment channels, and close them.")
    {
        BuildList(), BuildShow(), BuildClose(),
    };

    private static DocumentedCommand BuildList()
    {
        var account = CommonOptions.AddressOption("--account", "Whose channels.");
        account.Required = true;
        var role = new Option<string?>("--role") { Description = "Only those where it is payer or payee." };
        role.AcceptOnlyFromAmong(Payer, Payee);
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "list",
            "List the open and closing channels of an account.",
            "busbar channel list --account 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --role payee")
        {
            account, role, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                string[] roles = parse.GetValue(role) is { } one ? [one] : [Payer, Payee];
                var channels = new List<ChannelInfo>();
                foreach (var each in roles)
                {
                    channels.AddRange(
                        await client.GetChannelsAsync(parse.GetRequiredValue(account)!.Value, each, stop));
                }

                foreach (var channel in channels.DistinctBy(channel => channel.Channel))
                {
                    Report(output, channel);
                }

                if (!output.Json && channels.Count == 0)
                {
                    output.Result.WriteLine("No channels.");
                }

                return ExitCode.Done;
            },
            stop));
        return command;
    }

    private static DocumentedCommand BuildShow()
    {
        var id = CommonOptions.ChannelArgument();
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "show", "Show a channel that is open or closing.", "busbar channel show 0x…")
        {
            id, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                Report(output, await client.GetChannelAsync(parse.GetRequiredValue(id), stop));
                return ExitCode.Done;
            },
            stop));
        return command;
    }

    private static DocumentedCommand BuildClose()
    {
        var id = CommonOptions.ChannelArgument();
        var key = CommonOptions.Key();
        var passphraseFile = CommonOptions.PassphraseFile();
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "close",
            "Close a channel: the payee at once; the payer requests it, and withdraws the rest after the grace period.",
            "busbar channel close 0x… --key meter.json")
        {
            id, key, passphraseFile, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            async output =>
            {
                using var client = new BusbarClient(parse.GetRequiredValue(api));
                var network = await client.GetNetworkAsync(stop);
                var channel = await client.GetChannelAsync(parse.GetRequiredValue(id), stop);
                var path = parse.GetRequiredValue(key).FullName;
                using var signer = SigningKey.Open(output, path, parse.GetValue(passphraseFile), network);
                return await CloseAsync(output, client, network, channel, signer, stop);
            },
            stop));
        return command;
    }

    private static async Task<int> CloseAsync(
        CommandOutput output,
        BusbarClient client,
        NetworkInfo network,
        ChannelInfo channel,
        PrivateKey signer,
        CancellationToken stop)
    {
        var (action, operation) = NextStep(network, channel, signer.Address);
        var wallet = new Wallet(signer, network);
        var signed = wallet.Sign(wallet.NewIntent(), operation);
        var info = await Submission.SubmitAsync(output, client, signed, wait: true, stop);
        if (output.Json)
        {
            var line = new ChannelCloseLine(
                "channelClose",
                channel.Channel,
                action,
                info.Intent,
                info.Status,
                info.Result,
                info.Height,
                info.FeeAtomic);
            CommandOutput.WriteJson(line, OutputJson.Lines.ChannelCloseLine);
        }
        else
        {
            output.Result.MarkupLineInterpolated($"[bold]{action}[/]");
            PaymentReport.WriteForPeople(output.Result, info);
        }

        return PaymentReport.ExitCodeOf(info, wait: true);
    }

    private static (string Action, Operation Operation) NextStep(
        NetworkInfo network, ChannelInfo channel, Address signer)
    {
        Invariant.Check(ChannelId.TryParse(channel.Channel, out var id));
        if (signer.ToString() == channel.Payee)
        {
            return ("close", new Operation.CloseChannel(id));
        }

        if (signer.ToString() != channel.Payer)
        {
            throw new CommandFailedException(
                "NotAParty",
                $"{signer} is neither payer nor payee of {channel.Channel}.",
                "Sign with the key of one of them: see `busbar channel show`.");
        }

        if (channel.WithdrawableUptimeMs is not { } withdrawable)
        {
            return ("requestClose", new Operation.RequestChannelClose(id));
        }

        return withdrawable <= network.UptimeMs
            ? ("withdraw", new Operation.WithdrawChannel(id))
            : throw new CommandFailedException(
                "GraceNotOver",
                $"The payee can still claim for {(withdrawable - network.UptimeMs) / 1000} s of network uptime.",
                "Run the same command again after that.");
    }

    private static void Report(CommandOutput output, ChannelInfo channel)
    {
        if (output.Json)
        {
            var line = new ChannelLine(
                "channel",
                channel.Channel,
                channel.Payer,
                channel.Payee,
                channel.Asset,
                channel.DepositAtomic,
                channel.ClaimedAtomic,
                channel.GraceMs,
                channel.Status,
                channel.WithdrawableUptimeMs);
            CommandOutput.WriteJson(line, OutputJson.Lines.ChannelLine);
            return;
        }

        output.Result.MarkupLineInterpolated($"[bold]{channel.Channel}[/] {channel.Status}");
        output.Result.WriteTable(
            ("payer", channel.Payer),
            ("payee", channel.Payee),
            ("deposit", Dollars(channel.DepositAtomic)),
            ("claimed", Dollars(channel.ClaimedAtomic)),
            ("grace", (channel.GraceMs / 1000).ToString(CultureInfo.InvariantCulture) + " s"));
    }

    private static string Dollars(string atomic) => Amount.TryParseAtomic(atomic, out var amount)
        ? amount.ToUnits(CommonOptions.DollarDecimals) + " dollars"
        : atomic;
}
