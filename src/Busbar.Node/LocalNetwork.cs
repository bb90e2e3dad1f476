using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Hosting;
using Busbar.Node.Peers;
using Busbar.Proofs;
using Microsoft.Extensions.Logging;

namespace Busbar.Node;

/// <summary>How a <see cref="LocalNetwork"/> is made.</summary>
public sealed record LocalNetworkOptions
{
    /// <summary>Funded accounts, 1 to 10,000.</summary>
    public int Accounts { get; init; } = 10;

    /// <summary>Validators, 1 to 16; four survive the loss of one.</summary>
    public int Validators { get; init; } = 4;

    /// <summary>Port of the first node's API, the others' follow; 0 picks free ones.</summary>
    public int Port { get; init; }

    /// <summary>Final blocks that each node keeps; 0 keeps all.</summary>
    public ulong RetentionBlocks { get; init; }

    /// <summary>Timeouts of consensus.</summary>
    public Pace Pace { get; init; } = new();

    /// <summary>
    /// A folder that stays, and goes on where it stopped when it is there already; null for a temporary one that is
    /// deleted in the end.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where logs go; null for standard error, warnings and above.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}

/// <summary>
/// A whole Busbar network in this process, with real consensus, storage and sockets on loopback: for tests and for
/// `busbar up`. Its accounts are <see cref="DevelopmentKeys"/> with a million dollars each.
/// </summary>
public sealed class LocalNetwork : IAsyncDisposable
{
    private readonly List<NodeHost> nodes;
    private readonly string? temporaryFolder;

    private LocalNetwork(List<NodeHost> nodes, Genesis genesis, string folder, string? temporaryFolder)
    {
        this.nodes = nodes;
        this.temporaryFolder = temporaryFolder;
        DataFolder = folder;
        Network = genesis.Network;
        Dollar = genesis.Tariff.FeeAssets[0].Asset;
        Accounts = new LazyKeys(genesis.Balances.Count - genesis.Validators.Count);
        Completion = WatchAsync(nodes);
    }

    /// <summary>The API of the first node.</summary>
    public Uri Api => nodes[0].Api;

    /// <summary>All nodes.</summary>
    public IReadOnlyList<NodeHost> Nodes => nodes;

    /// <summary>The network's id.</summary>
    public NetworkId Network { get; }

    /// <summary>The dollar's address.</summary>
    public Address Dollar { get; }

    /// <summary>Keys of the funded accounts; each is derived when it is asked for.</summary>
    public IReadOnlyList<PrivateKey> Accounts { get; }

    /// <summary>Where the network keeps its data: its genesis, and a folder for each node.</summary>
    public string DataFolder { get; }

    /// <summary>Ends when a node can go on no more; faulted with the reason.</summary>
    public Task Completion { get; }

    /// <summary>Starts a network and returns when it takes payments.</summary>
    /// <exception cref="NodeStartException">The folder or port cannot be used; the message says what to do.</exception>
    public static async Task<LocalNetwork> StartAsync(
        LocalNetworkOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new LocalNetworkOptions();
        var temporary = options.DataFolder is null ? Directory.CreateTempSubdirectory("busbar-").FullName : null;
        var nodes = new List<NodeHost>();
        try
        {
            var folder = Path.GetFullPath(options.DataFolder ?? temporary!);
            var genesis = GenesisOf(options, folder);
            for (var index = 0; index < genesis.Validators.Count; index++)
            {
                nodes.Add(await NodeHost.StartAsync(OptionsOf(options, genesis, folder, index), cancellation));
            }

            if (nodes.Count(node => node.WhyNotVoting is null) < Quorum.OfCount(nodes.Count))
            {
                throw new NodeStartException(
                    $"Too few of the {nodes.Count} validators may vote to make blocks. "
                    + nodes.First(node => node.WhyNotVoting is not null).WhyNotVoting);
            }

            var network = new LocalNetwork(nodes, genesis, folder, temporary);
            network.Connect();
            await network.AwaitReadyAsync(cancellation);
            return network;
        }
        catch
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }

            DeleteTemporary(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        DeleteTemporary(temporaryFolder);
    }

    private static NodeOptions OptionsOf(
        LocalNetworkOptions options, Genesis genesis, string folder, int index) => new()
    {
        Genesis = genesis,
        ValidatorKey = DevelopmentKeys.Validator(index),
        DataFolder = Path.Combine(folder, $"node-{index}"),
        ApiPort = options.Port == 0 ? 0 : options.Port + index,
        PeerPort = genesis.Validators.Count == 1 ? null : 0,
        RetentionBlocks = options.RetentionBlocks,
        Pace = options.Pace,
        Clock = options.Clock,
        LoggerFactory = options.LoggerFactory,
    };

    // The ports are known only now.
    private void Connect()
    {
        var endpoints = nodes.Select((node, index) =>
            new PeerEndpoint(DevelopmentKeys.Validator(index).PublicKey, "127.0.0.1", node.PeerPort ?? 0)).ToArray();
        for (var index = 0; index < nodes.Count; index++)
        {
            nodes[index].SetPeers([.. endpoints.Where((_, other) => other != index)]);
        }
    }

    // A quorum is connected: the first payment needs no second try.
    private async Task AwaitReadyAsync(CancellationToken cancellation)
    {
        while (nodes.Any(node => !node.IsReady))
        {
            if (Completion.IsCompleted)
            {
                await Completion;
            }

            // Links come up by themselves; nothing tells when.
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellation);
        }
    }

    private static async Task WatchAsync(List<NodeHost> nodes) =>
        await await Task.WhenAny(nodes.Select(node => node.Completion));

    private static Genesis GenesisOf(LocalNetworkOptions options, string folder)
    {
        var path = Path.Combine(folder, "genesis.json");
        if (File.Exists(path))
        {
            var kept = GenesisFile.Read(path);
            return kept.Validators.Count == options.Validators
                ? kept
                : throw new NodeStartException(
                    $"The network in {folder} has {kept.Validators.Count} validators, not {options.Validators}. "
                    + "Name that number, or another folder.");
        }

        var genesis = DevelopmentNetwork.CreateGenesis(
            options.Accounts,
            options.Validators,
            new UnixTime((ulong)options.Clock.GetUtcNow().ToUnixTimeMilliseconds()));
        Directory.CreateDirectory(folder);
        GenesisFile.Write(path, genesis);
        return genesis;
    }

    private static void DeleteTemporary(string? folder)
    {
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class LazyKeys(int count) : IReadOnlyList<PrivateKey>
    {
        public int Count => count;

        public PrivateKey this[int index] => index < count
            ? DevelopmentKeys.Account(index)
            : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<PrivateKey> GetEnumerator() =>
            Enumerable.Range(0, count).Select(DevelopmentKeys.Account).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
