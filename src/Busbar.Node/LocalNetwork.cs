using Busbar.Keys;
using Busbar.Ledger;
using Microsoft.Extensions.Logging;

namespace Busbar.Node;

/// <summary>How a <see cref="LocalNetwork"/> is made.</summary>
public sealed record LocalNetworkOptions
{
    /// <summary>Funded accounts, 1 to 10,000.</summary>
    public int Accounts { get; init; } = 10;

    /// <summary>Port of the API; 0 picks a free one.</summary>
    public int Port { get; init; }

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
    private readonly NodeHost node;
    private readonly string? temporaryFolder;

    private LocalNetwork(NodeHost node, Genesis genesis, string? temporaryFolder)
    {
        this.node = node;
        this.temporaryFolder = temporaryFolder;
        Network = genesis.Network;
        Dollar = genesis.Tariff.FeeAssets[0].Asset;
        var validators = genesis.Validators.Select(key => key.Address).ToHashSet();
        Accounts = new LazyKeys(genesis.Balances.Count(balance => !validators.Contains(balance.Account)));
    }

    /// <summary>The API of the first node.</summary>
    public Uri Api => node.Api;

    /// <summary>All nodes.</summary>
    public IReadOnlyList<NodeHost> Nodes => [node];

    /// <summary>The network's id.</summary>
    public NetworkId Network { get; }

    /// <summary>The dollar's address.</summary>
    public Address Dollar { get; }

    /// <summary>Keys of the funded accounts; each is derived when it is asked for.</summary>
    public IReadOnlyList<PrivateKey> Accounts { get; }

    /// <summary>Where the network keeps its data.</summary>
    public string DataFolder => node.DataFolder;

    /// <summary>Ends when a node can go on no more; faulted with the reason.</summary>
    public Task Completion => node.Completion;

    /// <summary>Starts a network and returns when it takes payments.</summary>
    /// <exception cref="NodeStartException">The folder or port cannot be used; the message says what to do.</exception>
    public static async Task<LocalNetwork> StartAsync(
        LocalNetworkOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new LocalNetworkOptions();
        var temporary = options.DataFolder is null ? Directory.CreateTempSubdirectory("busbar-").FullName : null;
        try
        {
            var folder = Path.GetFullPath(options.DataFolder ?? temporary!);
            var genesis = GenesisOf(options, folder);
            var node = await NodeHost.StartAsync(
                new NodeOptions
                {
                    Genesis = genesis,
                    ValidatorKey = DevelopmentKeys.Validator(0),
                    DataFolder = folder,
                    ApiPort = options.Port,
                    Clock = options.Clock,
                    LoggerFactory = options.LoggerFactory,
                },
                cancellation);
            return new LocalNetwork(node, genesis, temporary);
        }
        catch
        {
            DeleteTemporary(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        DeleteTemporary(temporaryFolder);
    }

    private static Genesis GenesisOf(LocalNetworkOptions options, string folder)
    {
        var path = Path.Combine(folder, "genesis.json");
        return File.Exists(path)
            ? GenesisFile.Read(path)
            : DevelopmentNetwork.CreateGenesis(
                options.Accounts, 1, new UnixTime((ulong)options.Clock.GetUtcNow().ToUnixTimeMilliseconds()));
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
