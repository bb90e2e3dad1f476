using System.Globalization;
using System.Net;
using Busbar.Client;
using Busbar.Processes;
using Busbar.Node.Storage;

namespace Busbar.EndToEnd;

[Collection(Cluster.Collection)]
public sealed class RetentionTests : IDisposable
{
    private const ulong Retention = 40;
    private const int Wiped = 1;
    private const int Other = 2;
    private const int Late = 3;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Nodes_that_are_behind_what_the_others_keep_go_on_from_a_snapshot()
    {
        await using var cluster = await Cluster.CreateAsync(folder, Retention);
        await cluster.StartAllAsync();
        await using var early = await PaymentLoad.StartAsync(cluster, payers: 2, pauseMs: 50);
        await early.MoreAsync(5, "early");
        await early.StopAsync();
        var (node, late, wiped) = (cluster.Nodes[0], cluster.Nodes[Late], cluster.Nodes[Wiped]);
        await late.KillAsync();
        await using var load = await PaymentLoad.StartAsync(cluster, payers: 4, pauseMs: 20);
        await Cluster.ReachesAsync(node, (2 * Retention) + 20);

        // :: What is not kept is said to be so: a block, a payment, and the same payment once more.
        var block = await node.ProblemAsync("/v1/blocks/1");
        Assert.Equal(((int)HttpStatusCode.Gone, "OutsideRetention"), (block.Status, block.Code));
        Assert.Contains("blocks from", block.Detail, StringComparison.Ordinal);
        var intent = await node.ProblemAsync("/v1/intents/" + early.FirstSigned!.Transaction.IntentId);
        Assert.Equal(((int)HttpStatusCode.Gone, "OutsideRetention"), (intent.Status, intent.Code));
        var again = await Assert.ThrowsAsync<BusbarException>(
            () => node.Client.SubmitAsync(early.FirstSigned!, TimeSpan.Zero));
        Assert.Equal("OutsideRetention", again.Code);

        // :: A validator that was away for longer: it has its journal, so it votes, and is enough to go on with.
        await late.StartAsync();
        Assert.True(late.Votes);
        await AssertTookSnapshotAsync(late, node, early.Stranger);
        await cluster.Nodes[Other].KillAsync();
        await load.MoreAsync(20, "with the vote of the one that was away");
        await cluster.Nodes[Other].StartAsync();
        await Cluster.ReadyAsync(cluster.Nodes[Other]);

        // :: One that lost its folder begins with a snapshot, and knows of payments that it never saw the blocks of.
        await wiped.KillAsync();
        wiped.Wipe();
        await wiped.StartAsync();
        Assert.False(wiped.Votes);
        Assert.Equal(0UL, wiped.Ready.GetProperty("height").GetUInt64());
        await AssertTookSnapshotAsync(wiped, node, early.Stranger);
        var forgotten = await wiped.ProblemAsync("/v1/intents/" + early.FirstSigned!.Transaction.IntentId);
        Assert.Equal("OutsideRetention", forgotten.Code);

        await load.StopAsync();
        var head = await node.HeightAsync();
        foreach (var up in cluster.Nodes)
        {
            await Cluster.ReachesAsync(up, head);
            Assert.Equal(
                (await node.Client.GetBlockAsync(head)).Digest, (await up.Client.GetBlockAsync(head)).Digest);
            Assert.Equal(
                load.Executed.ToString(CultureInfo.InvariantCulture),
                (await up.Client.GetAccountAsync(load.Stranger)).Balances.Single().Atomic);
        }

        await Task.WhenAll(cluster.Nodes.Select(up => up.StopAsync()));
        await AssertKeepsAsync(node);
        await AssertKeepsAsync(wiped);
        await late.StartAsync();
        Assert.True(late.Votes);
    }

    private static async Task AssertTookSnapshotAsync(ClusterNode behind, ClusterNode node, Address stranger)
    {
        Assert.True(await behind.Process.SaysAsync(line => line.Contains("snapshot up", StringComparison.Ordinal)));
        await Cluster.ReachesAsync(behind, await node.HeightAsync());
        await Cluster.ReadyAsync(behind);
        Assert.Equal(
            (await node.Client.GetAccountAsync(stranger)).Balances.Single().Atomic,
            (await behind.Client.GetAccountAsync(stranger)).Balances.Single().Atomic);
    }

    // So many blocks and no more, and `busbar verify` finds them right and says that they are not all.
    private static async Task AssertKeepsAsync(ClusterNode node)
    {
        var verified = await node.VerifyAsync();
        var height = verified.GetProperty("height").GetUInt64();
        var from = verified.GetProperty("fromHeight").GetUInt64();
        Assert.True(verified.GetProperty("conserved").GetBoolean());
        using (var store = LedgerStore.OpenReadOnly(Path.Combine(node.Config.DataFolder, "ledger")))
        {
            Assert.Equal((height, from), (store.Height, store.OldestHeight));
            Assert.True(height - from < Retention, $"{from} to {height}");
            Assert.Null(store.FindBlock(from - 1));
            Assert.NotNull(store.FindBlock(from));
        }

        var text = await BusbarProcess.RunAsync("verify", "--data", node.Config.DataFolder);
        Assert.Contains("not kept", text.ExitsWith(0).Errors, StringComparison.Ordinal);
    }
}
