using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Busbar.Cli.Networks;
using Busbar.Cli.Output;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Proofs;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar genesis`: the files that a new network of several validators starts from.</summary>
internal static class GenesisCommand
{
    private const int DefaultApiPort = 8402;
    private const int DefaultPeerPort = 9402;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var validators = Number(
            "--validators", $"How many validators vote, 1 to {ValidatorSet.MaxCount}.", "N", 1, ValidatorSet.MaxCount);
        validators.Required = true;
        var outFolder = new Option<DirectoryInfo>("--out")
        {
            Description = "Where genesis.json and a folder for each node go. It must not hold a genesis.json.",
            HelpName = "DIR",
            Required = true,
        };
        var accounts = Number(
            "--accounts",
            "How many development accounts hold 1,000,000 dollars each; for the development network only.",
            "N",
            0,
            DevelopmentKeys.MaxAccounts);
        var network = new Option<NetworkId>("--network")
        {
            Description = "The network's id; any but the development network needs --fund.",
            HelpName = "ID",
            CustomParser = ParseNetwork,
            DefaultValueFactory = _ => NetworkId.Development,
        };
        var fund = new Option<Funding[]>("--fund")
        {
            Description = "An account that starts with so many dollars; may be given again.",
            HelpName = "ADDRESS=DOLLARS",
            CustomParser = ParseFundings,
            Arity = ArgumentArity.OneOrMore,
        };
        var apiPort = Number(
            "--api-port", "Port of the first node's API; it rises by one.", "PORT", 1, ushort.MaxValue);
        apiPort.DefaultValueFactory = _ => DefaultApiPort;
        var peerPort = Number(
            "--peer-port", "Port where the first node hears others; it rises by one.", "PORT", 1, ushort.MaxValue);
        peerPort.DefaultValueFactory = _ => DefaultPeerPort;
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "genesis",
            "Make a new network: its genesis, and a validator key and a configuration for each node, all on 127.0.0.1.",
            "busbar genesis --validators 4 --accounts 10 --out ./network",
            "busbar genesis --validators 7 --network eip155:31337 "
                + "--fund 0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF=5000 --out ./network")
        {
            validators, outFolder, accounts, network, fund, apiPort, peerPort, json,
        };
        NetworkPlan PlanOf(ParseResult parse) => new(
            parse.GetRequiredValue(outFolder).FullName,
            parse.GetRequiredValue(network),
            parse.GetValue(validators),
            parse.GetValue(accounts),
            parse.GetValue(fund) ?? [],
            parse.GetValue(apiPort),
            parse.GetValue(peerPort));
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json), output => RunAsync(output, PlanOf(parse)), stop));
        return command;
    }

    private static Task<int> RunAsync(CommandOutput output, NetworkPlan plan)
    {
        plan.Check();
        var made = plan.Create(DateTimeOffset.UtcNow);
        Report(output, plan, made);
        output.Notes.MarkupLine(
            "[yellow]The validator keys are not encrypted.[/] Each is in its node's folder, readable by you only "
            + "(0600). A folder that moves to its machine takes genesis.json along and leaves no copy of the key: "
            + "two nodes must not vote with one.");
        return Task.FromResult(ExitCode.Done);
    }

    private static void Report(CommandOutput output, NetworkPlan plan, NewNetwork made)
    {
        var dollar = made.Genesis.Assets[0];
        if (output.Json)
        {
            var line = new GenesisLine(
                "genesis",
                plan.Network.ToString(),
                made.Genesis.Digest().ToString(),
                made.GenesisPath,
                dollar.Address.ToString(),
                dollar.Decimals,
                made.Genesis.Balances.Count,
                [.. made.Nodes.Select(node => new GenesisNode(
                    node.Key.Address.ToString(),
                    Hex.Format(node.Key.Bytes),
                    node.ConfigPath,
                    node.Config.KeyPath,
                    "http://" + node.Config.Api,
                    node.Config.Peer.ToString()))]);
            CommandOutput.WriteJson(line, OutputJson.Lines.GenesisLine);
            return;
        }

        output.Result.WriteTable(
            ("network", plan.Network.ToString()),
            ("genesis", made.Genesis.Digest().ToString()),
            ("file", made.GenesisPath),
            ("dollar", $"{dollar.Address} ({dollar.Name}, {dollar.Decimals} decimals)"),
            ("validators", plan.Validators.ToString(CultureInfo.InvariantCulture)));
        foreach (var node in made.Nodes)
        {
            output.Result.MarkupLineInterpolated(
                $"  {node.ConfigPath}  [grey]API {node.Config.Api}, peers {node.Config.Peer}[/]");
        }
    }

    private static Option<int> Number(string name, string description, string helpName, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result => RangeCheck.Apply(result, option, least, most));
        return option;
    }

    private static NetworkId ParseNetwork(ArgumentResult result)
    {
        if (!NetworkId.TryParse(result.Tokens[0].Value, out var network))
        {
            result.AddError(
                $"'{result.Tokens[0].Value}' is no network: write eip155: and a number, like eip155:31337.");
        }

        return network;
    }

    private static Funding[] ParseFundings(ArgumentResult result)
    {
        var fundings = new List<Funding>();
        foreach (var token in result.Tokens)
        {
            var parts = token.Value.Split('=');
            if (parts.Length == 2 && Address.TryParse(parts[0], out var account)
                && Amount.TryParseUnits(parts[1], CommonOptions.DollarDecimals, out var amount) && !amount.IsZero)
            {
                fundings.Add(new Funding(account, amount));
            }
            else
            {
                result.AddError(
                    $"--fund '{token.Value}' is no account with dollars: write an address of 0x and 40 hexadecimal "
                    + $"digits, =, and an amount above zero with at most {CommonOptions.DollarDecimals} decimals.");
            }
        }

        return [.. fundings];
    }
}
