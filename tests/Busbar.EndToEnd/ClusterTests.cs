using System.Diagnostics;
using System.Globalization;
using Busbar.Processes;

namespace Busbar.EndToEnd;

[Collection(Cluster.Collection)]
public sealed class ClusterTests : IDisposable
{
    private const int MaxRounds = 4;

    // On a slow machine fewer rounds fit, and one is made at least.
    private static readonly TimeSpan RoundsTime = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Nodes_that_are_killed_at_random_lose_no_payment_and_execute_none_twice()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var run = string.Create(CultureInfo.InvariantCulture, $"seed {seed}");
        await using var cluster = await Cluster.CreateAsync(folder);
        await cluster.StartAllAsync();
        await using var load = await PaymentLoad.StartAsync(cluster, payers: 6, pauseMs: 20);
        await load.MoreAsync(20, run);

        var started = Stopwatch.StartNew();
        for (var round = 0; round < MaxRounds && (round == 0 || started.Elapsed < RoundsTime); round++)
        {
            var victim = cluster.Nodes[random.Next(cluster.Nodes.Count)];
            var message = string.Create(CultureInfo.InvariantCulture, $"{run}, round {round}, node {victim.Index}");

            // Any moment of a block will do.
            await Task.Delay(random.Next(800), TestContext.Current.CancellationToken);
            await victim.KillAsync();
            await load.MoreAsync(20, message);
            await victim.StartAsync();
            Assert.True(victim.Votes, message);
            await Cluster.ReadyAsync(victim);
            await FollowsAsync(cluster, victim);
        }

        var (first, second) = (random.Next(4), random.Next(3));
        await KillTwoAsync(cluster, first, second >= first ? second + 1 : second, run);
        await load.MoreAsync(20, run);

        await load.StopAsync();
        await load.AssertBooksAsync(cluster.Nodes, run);
        var blocks = await cluster.AssertSameBlocksAsync(run);
        var executed = blocks.SelectMany(block => block.Transactions).Select(info => info.Intent).ToArray();
        Assert.True(executed.Length == executed.Distinct().Count(), run);
        Assert.True(load.Final.Keys.Order().SequenceEqual(executed.Order()), run);
        await Task.WhenAll(cluster.Nodes.Select(node => node.StopAsync()));
        await cluster.Nodes[first].VerifyAsync();
    }

    [Fact]
    public async Task Busbar_up_runs_four_validators_with_ports_in_a_row()
    {
        var port = FreePorts.Take(4);
        await using var network = await RunningNetwork.StartAsync(
            "--validators", "4", "--port", port.ToString(CultureInfo.InvariantCulture));

        var nodes = network.Ready.GetProperty("nodes").EnumerateArray().ToArray();

        Assert.Equal(4, nodes.Length);
        for (var index = 0; index < nodes.Length; index++)
        {
            Assert.Equal($"http://127.0.0.1:{port + index}", nodes[index].GetProperty("api").GetString());
            Assert.StartsWith("127.0.0.1:", nodes[index].GetProperty("peer").GetString(), StringComparison.Ordinal);
            Assert.True(Directory.Exists(nodes[index].GetProperty("dataFolder").GetString()));
        }

        Assert.Equal(4, nodes.Select(node => node.GetProperty("peer").GetString()).Distinct().Count());
        Assert.Equal(4, nodes.Select(node => node.GetProperty("dataFolder").GetString()).Distinct().Count());
    }

    // Its head goes on as the others' heads do.
    private static async Task FollowsAsync(Cluster cluster, ClusterNode node)
    {
        var other = cluster.Nodes[(node.Index + 1) % cluster.Nodes.Count];
        await Cluster.ReachesAsync(node, await other.HeightAsync());
        await Cluster.ReachesAsync(node, await other.HeightAsync() + 2);
    }

    private static async Task KillTwoAsync(Cluster cluster, int first, int second, string message)
    {
        await cluster.Nodes[first].KillAsync();
        await cluster.Nodes[second].KillAsync();

        // What a quorum had voted for before may still become final.
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var before = await HeadsAsync(cluster);

        // Three heartbeats: with a quorum even an idle network would make three blocks.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var after = await HeadsAsync(cluster);

        Assert.True(
            before.SequenceEqual(after),
            $"{message}: {string.Join(", ", after)} after {string.Join(", ", before)}");
        await cluster.StartAllAsync();
    }

    private static async Task<IReadOnlyList<ulong>> HeadsAsync(Cluster cluster)
    {
        var heads = new List<ulong>();
        foreach (var node in cluster.Up)
        {
            heads.Add(await node.HeightAsync());
        }

        return heads;
    }
}
