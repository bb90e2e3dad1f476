using Busbar.Api;
using Busbar.Client;
using Busbar.Processes;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.EndToEnd;

/// <summary>One payment, however often it is submitted, and one receipt that anybody checks offline.</summary>
[Collection(Cluster.Collection)]
public sealed class ExactlyOnceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Twice_to_two_nodes_after_a_time_out_and_after_a_restart_is_one_payment_with_one_receipt()
    {
        var stranger = Address.Parse("0x000000000000000000000000000000000000bEEF");
        await using var cluster = await Cluster.CreateAsync(folder);
        await cluster.StartAllAsync();
        var (first, second, third) = (cluster.Nodes[0], cluster.Nodes[1], cluster.Nodes[2]);
        var network = await first.Client.GetNetworkAsync();
        using var key = DevelopmentKeys.Account(0);
        var wallet = new Wallet(key, network);
        var signed = wallet.Sign(
            wallet.NewIntent(),
            new Operation.Transfer(Address.Parse(network.FeeAsset), stranger, new Amount(250), Hash256.Zero));

        // One asks and does not wait for the end; two others submit the same at the same time.
        var impatient = await first.Client.SubmitAsync(signed, TimeSpan.Zero);
        Assert.Contains(impatient.Status, (string[])["pending", "notarized", "final"]);
        var both = await Task.WhenAll(
            first.Client.SubmitAsync(signed, BusbarClient.MaxWait),
            second.Client.SubmitAsync(signed, BusbarClient.MaxWait));
        var receipt = both[0];
        Assert.Equal("final", receipt.Status);
        Assert.Equal(receipt, both[1]);

        // The node dies as if its plug were pulled, comes back, and is asked once more; so is one that never was.
        await first.KillAsync();
        await first.StartAsync();
        await Cluster.ReadyAsync(first);
        await Cluster.ReachesAsync(first, receipt.Height!.Value);
        await Cluster.ReachesAsync(third, receipt.Height.Value);
        Assert.Equal(receipt, await first.Client.SubmitAsync(signed, BusbarClient.MaxWait));
        Assert.Equal(receipt, await third.Client.SubmitAsync(signed, BusbarClient.MaxWait));
        foreach (var node in cluster.Nodes)
        {
            await Cluster.ReachesAsync(node, receipt.Height.Value);
            Assert.Equal("250", (await node.Client.GetAccountAsync(stranger)).Balances.Single().Atomic);
        }

        (await BusbarProcess.RunAsync(
            "proof", "receipt", receipt.Intent, "--account", key.Address.ToString(), "--out", folder.File("receipt"),
            "--api", third.Api.ToString())).ExitsWith(0);
        await Task.WhenAll(cluster.Nodes.Select(node => node.StopAsync()));
        var genesis = Path.Combine(cluster.Folder, "genesis.json");
        var fact = (await BusbarProcess.RunAsync(
            "verify-proof", folder.File("receipt"), "--genesis", genesis, "--json"))
            .ExitsWith(0).Json.GetProperty("fact");
        Assert.Equal(receipt.Intent, fact.GetProperty("intent").GetString());
        Assert.Equal("Ok", fact.GetProperty("result").GetString());
    }
}
