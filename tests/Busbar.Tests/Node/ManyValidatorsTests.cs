using Busbar.Client;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

/// <summary>Four validators in one process, with real sockets and disks.</summary>
public class ManyValidatorsTests
{
    [Fact]
    public async Task C56_C58_a_payment_given_to_any_node_is_final_at_every_node_in_the_same_place()
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Accounts = 5 }, TestContext.Current.CancellationToken);
        Assert.Equal(4, network.Nodes.Count);
        Assert.All(network.Nodes, node => Assert.NotNull(node.PeerPort));
        var payments = await Task.WhenAll(Enumerable.Range(0, 40).Select(async index =>
        {
            using var http = new HttpClient { BaseAddress = network.Nodes[index % 4].Api };
            return await TestPayments.PayAsync(
                http, TestPayments.SignedTransfer(network.Accounts[index % 5], network.Accounts[0].Address, 1));
        }));
        foreach (var node in network.Nodes)
        {
            using var http = new HttpClient { BaseAddress = node.Api };
            var metrics = await http.GetStringAsync(
                new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
            foreach (var name in (string[])["height", "view", "ready", "pending_transactions", "peer_links"])
            {
                Assert.Contains($"\nbusbar_{name}", metrics, StringComparison.Ordinal);
            }

            Assert.Contains("busbar_block_final_seconds_bucket", metrics, StringComparison.Ordinal);
            using var client = new BusbarClient(node.Api);
            foreach (var payment in payments)
            {
                Assert.True(IntentId.TryParse(payment.Intent, out var intent));
                var seen = await client.GetIntentAsync(intent, null, TimeSpan.FromSeconds(10), default);
                Assert.Equal(payment, seen);
            }
        }
    }

    [Fact]
    public async Task C59_an_intent_is_pending_or_notarized_until_it_is_final_and_never_goes_back()
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Accounts = 2 }, TestContext.Current.CancellationToken);
        using var client = new BusbarClient(network.Nodes[1].Api);
        var info = await client.GetNetworkAsync(TestContext.Current.CancellationToken);
        var wallet = new Wallet(network.Accounts[0], info);
        var seen = new HashSet<string>();
        for (var i = 0; i < 60; i++)
        {
            var signed = wallet.Sign(
                wallet.NewIntent(),
                new Operation.Transfer(network.Dollar, network.Accounts[1].Address, new Amount(1), Hash256.Zero));
            var order = new List<string>
            {
                (await client.SubmitAsync(signed, TimeSpan.Zero, TestContext.Current.CancellationToken)).Status,
            };
            while (order[^1] != "final")
            {
                order.Add((await client.GetIntentAsync(
                    signed.Transaction.IntentId, null, TimeSpan.Zero, TestContext.Current.CancellationToken)).Status);
            }

            string[] ranks = ["pending", "notarized", "final"];
            Assert.Equal(order.OrderBy(status => Array.IndexOf(ranks, status)), order);
            seen.UnionWith(order);
        }

        Assert.Equal(["final", "notarized", "pending"], seen.Order());
    }

    [Fact]
    public async Task C57_a_network_that_stopped_goes_on_where_it_was_and_everybody_catches_up()
    {
        var folder = Directory.CreateTempSubdirectory("busbar-many-");
        try
        {
            var options = new LocalNetworkOptions { Accounts = 2, DataFolder = folder.FullName };
            ulong height;
            await using (var network = await LocalNetwork.StartAsync(options, TestContext.Current.CancellationToken))
            {
                using var http = new HttpClient { BaseAddress = network.Api };
                height = (await TestPayments.PayAsync(http, Transfer(network))).Height!.Value;
            }

            await using var again = await LocalNetwork.StartAsync(options, TestContext.Current.CancellationToken);
            Assert.All(again.Nodes, node => Assert.True(node.State.Votes));
            using var later = new HttpClient { BaseAddress = again.Nodes[3].Api };
            Assert.True((await TestPayments.PayAsync(later, Transfer(again))).Height > height);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Transfer(LocalNetwork network) =>
        TestPayments.SignedTransfer(network.Accounts[0], network.Accounts[1].Address, 1);
}
