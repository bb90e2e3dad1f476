using System.CommandLine;
using System.Globalization;
using Busbar.Api;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Node;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar up`: a local network with money in it, until somebody stops it.</summary>
internal static class UpCommand
{
    private const int DefaultPort = 8402;
    private const int DefaultAccounts = 10;
    private const int DefaultValidators = 4;
    private const int MaxAccounts = 10_000;
    private const int AccountsShown = 3;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var port = new Option<int>("--port")
        {
            Description = "Port of the first node's API on 127.0.0.1, node i has --port + i; 0 picks free ones.",
            HelpName = "PORT",
            DefaultValueFactory = _ => DefaultPort,
        };
        port.Validators.Add(result => RangeCheck.Apply(result, port, 0, ushort.MaxValue));
        var accounts = new Option<int>("--accounts")
        {
            Description = $"How many development accounts hold 1,000,000 dollars each, 1 to {MaxAccounts}.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultAccounts,
        };
        accounts.Validators.Add(result => RangeCheck.Apply(result, accounts, 1, MaxAccounts));
        var validators = Validators();
        var folder = new Option<DirectoryInfo?>("--data")
        {
            Description = "Keep the network in this folder and go on from what it holds [default: a temporary folder].",
            HelpName = "DIR",
        };
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "up",
            "Run a local network with funded development accounts until Ctrl+C or SIGTERM.",
            "busbar up",
            "busbar up --port 0 --json",
            "busbar up --data ./network --accounts 100")
        {
            port, validators, accounts, folder, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output => RunAsync(
                output,
                new LocalNetworkOptions
                {
                    Validators = parse.GetValue(validators),
                    Accounts = parse.GetValue(accounts),
                    Port = parse.GetValue(port),
                    DataFolder = parse.GetValue(folder)?.FullName,
                },
                stop),
            stop));
        return command;
    }

    /// <summary>--validators, as `busbar up` and `busbar demo` have it.</summary>
    public static Option<int> Validators()
    {
        var validators = new Option<int>("--validators")
        {
            Description = $"How many validators run, 1 to {DevelopmentKeys.MaxValidators}; of four, one may fail.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultValidators,
        };
        validators.Validators.Add(
            result => RangeCheck.Apply(result, validators, 1, DevelopmentKeys.MaxValidators));
        return validators;
    }

    private static async Task<int> RunAsync(
        CommandOutput output, LocalNetworkOptions options, CancellationToken stop)
    {
        await using var network = await LocalNetwork.StartAsync(options, stop);
        using var client = new BusbarClient(network.Api);
        var info = await client.GetNetworkAsync(stop);
        Report(output, network, info);
        try
        {
            // A node that can go on no more ends the command with its reason.
            await network.Completion.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Being told to stop is how this command ends.
        }

        output.Notes.MarkupLine("[grey]Stopping.[/]");
        return ExitCode.Done;
    }

    private static void Report(CommandOutput output, LocalNetwork network, NetworkInfo info)
    {
        var asset = info.Assets.Single(asset => asset.Address == info.FeeAsset);
        var api = network.Api.GetLeftPart(UriPartial.Authority);
        if (output.Json)
        {
            var accounts = new List<ReadyAccount>(network.Accounts.Count);
            var secret = new byte[Keys.PrivateKey.SecretSizeBytes];
            foreach (var account in network.Accounts)
            {
                account.ExportSecret(secret);
                accounts.Add(new ReadyAccount(account.Address.ToString(), Hex.Format(secret)));
            }

            var line = new ReadyLine(
                "ready",
                api,
                info.Network,
                asset.Address,
                asset.Name,
                asset.Version,
                asset.Decimals,
                accounts,
                Environment.ProcessId,
                network.DataFolder,
                [.. network.Nodes.Select(node => new ReadyNode(
                    node.Api.GetLeftPart(UriPartial.Authority),
                    node.PeerPort is { } peer ? $"127.0.0.1:{peer}" : null,
                    node.DataFolder))]);
            CommandOutput.WriteJson(line, OutputJson.Lines.ReadyLine);
            return;
        }

        output.Result.MarkupLineInterpolated($"[green]Busbar is up[/] at [bold]{api}[/]");
        output.Result.WriteTable(
            ("network", info.Network),
            ("dollar", $"{asset.Address} ({asset.Name}, {asset.Decimals} decimals)"),
            ("validators", network.Nodes.Count.ToString(CultureInfo.InvariantCulture)),
            ("data", network.DataFolder),
            ("accounts", $"{network.Accounts.Count.ToString(CultureInfo.InvariantCulture)}, 1,000,000 dollars each"));
        foreach (var account in network.Accounts.Take(AccountsShown))
        {
            output.Result.WriteLine("  " + account.Address);
        }

        output.Result.MarkupLine("[grey]Their keys are public: `busbar up --json` prints them. Ctrl+C stops.[/]");
    }
}
