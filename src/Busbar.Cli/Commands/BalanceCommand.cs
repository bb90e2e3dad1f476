using System.CommandLine;
using Busbar.Cli.Output;
using Busbar.Client;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar balance ADDRESS`: what an account holds.</summary>
internal static class BalanceCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var address = CommonOptions.AddressArgument("address", "The account.");
        var api = CommonOptions.Api();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "balance",
            "Show what an account holds.",
            "busbar balance 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf",
            "busbar balance 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --json --api http://127.0.0.1:8402")
        {
            address, api, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output => RunAsync(output, parse.GetRequiredValue(api), parse.GetRequiredValue(address), stop),
            stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandOutput output, Uri api, Address address, CancellationToken stop)
    {
        using var client = new BusbarClient(api);
        var network = await client.GetNetworkAsync(stop);
        var account = await client.GetAccountAsync(address, stop);

        // An account that nobody ever paid holds nothing of the network's dollar, and that is an answer too.
        var balances = account.Balances.Any(balance => balance.Asset == network.FeeAsset)
            ? account.Balances
            : [.. account.Balances, EmptyBalance(network)];
        foreach (var balance in balances)
        {
            if (output.Json)
            {
                var line = new BalanceLine("balance", address.ToString(), balance.Asset, balance.Atomic);
                CommandOutput.WriteJson(line, OutputJson.Lines.BalanceLine);
            }
            else
            {
                var units = Amount.TryParseAtomic(balance.Atomic, out var amount)
                    ? amount.ToUnits(balance.Decimals)
                    : balance.Atomic;
                var mark = balance.Frozen ? "  frozen" : "";
                output.Result.MarkupLineInterpolated(
                    $"[bold]{units}[/] {balance.Symbol}  [grey]{balance.Asset}[/]{mark}");
            }
        }

        return ExitCode.Done;
    }

    private static Api.BalanceInfo EmptyBalance(Api.NetworkInfo network)
    {
        var asset = network.Assets.Single(asset => asset.Address == network.FeeAsset);
        return new Api.BalanceInfo(asset.Address, asset.Symbol, asset.Decimals, "0");
    }
}
