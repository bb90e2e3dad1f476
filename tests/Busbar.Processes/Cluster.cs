using System.Globalization;
using Busbar.Api;
using Busbar.Client;
using Busbar.Node.Config;

namespace Busbar.Processes;

/// <summary>
/// A network that `busbar genesis` made, each of its nodes a process of its own: started, stopped and killed by itself.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>The collection of tests that run several processes under load: one at a time.</summary>
    public const string Collection = "clusters";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly List<ClusterNode> nodes;

    private Cluster(string folder, List<ClusterNode> nodes)
    {
        Folder = folder;
        this.nodes = nodes;
    }

    public string Folder { get; }

    public IReadOnlyList<ClusterNode> Nodes => nodes;

    /// <summary>The nodes whose process runs.</summary>
    public IReadOnlyList<ClusterNode> Up => [.. nodes.Where(node => node.IsUp)];

    /// <summary>Makes a development network of four with funded accounts; starts nothing.</summary>
    public static async Task<Cluster> CreateAsync(TemporaryFolder folder, ulong retentionBlocks = 0)
    {
        const int validators = 4;
        var path = folder.File("cluster");
        var port = FreePorts.Take(2 * validators);
        var made = (await BusbarProcess.RunAsync(
            "genesis",
            "--validators",
            Text(validators),
            "--accounts",
            "16",
            "--api-port",
            Text(port),
            "--peer-port",
            Text(port + validators),
            "--out",
            path,
            "--json")).ExitsWith(0).Json;
        var nodes = made.GetProperty("nodes").EnumerateArray()
            .Select((node, index) => new ClusterNode(index, node.GetProperty("config").GetString()!)).ToList();
        foreach (var node in nodes)
        {
            node.Configure(config => config with { RetentionBlocks = retentionBlocks });
        }

        return new Cluster(path, nodes);
    }

    /// <summary>Starts every node that does not run, and waits until each is ready.</summary>
    public async Task StartAllAsync()
    {
        await Task.WhenAll(nodes.Where(node => !node.IsUp).Select(node => node.StartAsync()).ToArray());
        await ReadyAsync(nodes);
    }

    /// <summary>A fifth node, with a key that is no validator's: it follows.</summary>
    public async Task<ClusterNode> AddFollowerAsync()
    {
        var folder = Path.Combine(Folder, "follower");
        var key = Path.Combine(folder, "key.json");
        Directory.CreateDirectory(folder);
        (await BusbarProcess.RunAsync("key", "new", "--kind", "ed25519", "--out", key)).ExitsWith(0);
        var first = nodes[0].Config;
        var port = FreePorts.Take(2);
        var path = Path.Combine(folder, "node.json");
        NodeConfigFile.Write(path, first with
        {
            KeyPath = key,
            DataFolder = Path.Combine(folder, "data"),
            Api = new(first.Api.Address, port),
            Peer = new(first.Peer.Address, port + 1),
            Peers = [.. first.Peers, EndpointOf(0)],
        });
        var follower = new ClusterNode(nodes.Count, path);
        nodes.Add(follower);
        return follower;
    }

    /// <summary>The key of a node as the command line writes it, from its ready line.</summary>
    public string KeyOf(int index) => nodes[index].Ready.GetProperty("key").GetString()!;

    /// <summary>Waits until nodes are ready.</summary>
    public static async Task ReadyAsync(params IEnumerable<ClusterNode> waitedFor)
    {
        foreach (var node in waitedFor)
        {
            await UntilAsync($"node {node.Index} is ready", node.WhyNotReadyAsync);
        }
    }

    /// <summary>Waits until a node has a height.</summary>
    public static Task ReachesAsync(ClusterNode node, ulong height) => UntilAsync(
        string.Create(CultureInfo.InvariantCulture, $"node {node.Index} is at height {height}"),
        async () => await node.HeightAsync() is var at && at >= height
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"it is at {at}"));

    /// <summary>Asks until nothing is in the way; what is asked may fail while a node is away.</summary>
    public static async Task UntilAsync(string what, Func<Task<string?>> inTheWay)
    {
        var end = DateTime.UtcNow + Patience;
        string? last;
        do
        {
            try
            {
                last = await inTheWay();
            }
            catch (Exception failure) when (IsOutage(failure))
            {
                last = failure.Message;
            }

            // Nothing tells when a node has come so far.
            await Task.Delay(last is null ? 0 : 100);
        }
        while (last is not null && DateTime.UtcNow < end);

        Assert.True(last is null, $"not within {Patience.TotalSeconds} s: {what}; {last}");
    }

    /// <summary>True for a failure that means: this node, now, could not answer.</summary>
    public static bool IsOutage(Exception failure) => failure
        is HttpRequestException or TaskCanceledException or IOException
        or BusbarException { Status: System.Net.HttpStatusCode.ServiceUnavailable };

    /// <summary>Asserts that all nodes have the same blocks, and gives those of the first one from height 1.</summary>
    public async Task<IReadOnlyList<BlockInfo>> AssertSameBlocksAsync(string message)
    {
        var height = ulong.MaxValue;
        foreach (var node in nodes)
        {
            height = Math.Min(height, await node.HeightAsync());
        }

        var chains = await Task.WhenAll(nodes.Select(async node =>
        {
            var blocks = new List<BlockInfo>();
            for (var at = 1UL; at <= height; at++)
            {
                blocks.Add(await node.Client.GetBlockAsync(at));
            }

            return blocks;
        }));
        foreach (var chain in chains)
        {
            Assert.True(
                chains[0].Select(block => block.Digest).SequenceEqual(chain.Select(block => block.Digest)), message);
        }

        return chains[0];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private Busbar.Node.Peers.PeerEndpoint EndpointOf(int index) =>
        nodes[(index + 1) % nodes.Count].Config.Peers.Single(peer => peer.Port == nodes[index].Config.Peer.Port);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
