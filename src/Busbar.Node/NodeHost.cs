using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Api;
using Busbar.Node.Config;
using Busbar.Node.Hosting;
using Busbar.Node.Peers;
using Busbar.Node.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Busbar.Node;

/// <summary>A running validator: storage, the loop, and the API in front of it. Dispose stops it cleanly.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly DataFolder folder;
    private readonly LedgerStore store;
    private readonly VoteJournal? journal;
    private readonly ReplicaHost replica;
    private readonly PeerNetwork? peers;
    private readonly WebApplication api;
    private readonly ILoggerFactory? ownLoggers;
    private int disposed;

    private NodeHost(Parts parts, WebApplication api)
    {
        folder = parts.Folder;
        store = parts.Store;
        journal = parts.Journal;
        replica = parts.Replica;
        peers = parts.Peers;
        ownLoggers = parts.OwnLoggers;
        WhyNotVoting = parts.WhyNotVoting;
        this.api = api;
        var address = api.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Api = new Uri(address.First());
    }

    /// <summary>Where the API listens.</summary>
    public Uri Api { get; }

    /// <summary>The port where other nodes connect; null when none can.</summary>
    public int? PeerPort => peers?.ListenPort;

    /// <summary>Why the key may not vote from this folder, or null when it may.</summary>
    public string? WhyNotVoting { get; }

    /// <summary>True when it hears a quorum, has caught up, and takes payments.</summary>
    public bool IsReady => replica.WhyNotReady is null;

    /// <summary>Where consensus, pool and links stand.</summary>
    public NodeState State => replica.State;

    /// <summary>The data folder.</summary>
    public string DataFolder => folder.Path;

    /// <summary>The last final block.</summary>
    public NodeHead Head => replica.Head;

    /// <summary>Ends when the node can go on no more; faulted with the reason.</summary>
    public Task Completion => replica.Completion;

    /// <summary>Opens the folder, loads and checks the ledger, starts the loop, and listens.</summary>
    /// <exception cref="NodeStartException">Something that the operator can mend; the message says how.</exception>
    /// <exception cref="UpgradeNeededException">The next block needs a later release.</exception>
    public static async Task<NodeHost> StartAsync(NodeOptions options, CancellationToken cancellation = default)
    {
        CheckKey(options);
        var ownLoggers = options.LoggerFactory is null ? ToStandardError() : null;
        var loggers = options.LoggerFactory ?? ownLoggers!;
        var opened = new Stack<IDisposable>();
        try
        {
            var folder = Storage.DataFolder.Open(options.DataFolder);
            opened.Push(folder);
            KeepGenesis(folder, options.Genesis);
            var store = LedgerStore.Open(folder.LedgerPath, options.Genesis.Digest());
            opened.Push(store);
            var ledger = LoadedLedger.From(store, options.Genesis);
            UpgradeNeededException.ThrowIfNeeded(ledger.State);
            var evidence = EvidenceFile.Open(folder.Path);
            var whyNotVoting = evidence.WhyNotVoting(KeyText.Format(options.ValidatorKey.PublicKey));
            var journal = whyNotVoting is null ? OpenJournal(options, folder, store, ledger, out whyNotVoting) : null;
            if (journal is not null)
            {
                opened.Push(journal);
            }

            var replica = new ReplicaHost(
                ledger, journal, store, evidence, options, loggers.CreateLogger<ReplicaHost>());
            var peers = await ConnectAsync(options, replica, loggers, cancellation);
            replica.Start(peers);
            return await ListenAsync(
                options,
                loggers,
                new Parts(folder, store, journal, whyNotVoting, replica, peers, ownLoggers),
                cancellation);
        }
        catch
        {
            while (opened.TryPop(out var resource))
            {
                resource.Dispose();
            }

            ownLoggers?.Dispose();
            throw;
        }
    }

    /// <summary>Gives the nodes to connect to, for a network whose ports are known only once all listen.</summary>
    public void SetPeers(IReadOnlyList<PeerEndpoint> endpoints) => peers?.SetPeers(endpoints);

    /// <summary>Stops taking requests, ends the loop after the block in hand, and closes storage.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        if (peers is not null)
        {
            await peers.DisposeAsync();
        }

        await replica.DisposeAsync();
        await api.StopAsync(patience.Token);
        await api.DisposeAsync();
        journal?.Dispose();
        store.Dispose();
        folder.Dispose();
        ownLoggers?.Dispose();
    }

    private static void CheckKey(NodeOptions options)
    {
        if (options.ValidatorKey.PublicKey.Kind != KeyKind.Ed25519)
        {
            throw new NodeStartException("A node's key is an Ed25519 key.");
        }

        if (!options.Pace.IsValid())
        {
            throw new NodeStartException(
                "The timeouts of consensus must be positive, and the advance timeout more than the leader timeout.");
        }

        if (options.Genesis.Network != NetworkId.Development
            && options.Genesis.Validators.Any(DevelopmentKeys.IsValidator))
        {
            throw new NodeStartException(
                "A validator of this genesis has a development key, which everybody knows. "
                + "Make new keys; development keys are for network " + NetworkId.Development + " only.");
        }
    }

    // Before the ledger is made, so that whatever cuts the first start short leaves a folder that starts again.
    private static void KeepGenesis(DataFolder folder, Genesis genesis)
    {
        if (!File.Exists(folder.GenesisPath))
        {
            GenesisFile.Write(folder.GenesisPath, genesis);
            return;
        }

        var kept = GenesisFile.Read(folder.GenesisPath).Digest();
        if (kept != genesis.Digest())
        {
            throw new NodeStartException(
                $"The data folder holds the network with genesis {kept}, not {genesis.Digest()}. "
                + "Name the folder of this network, or an empty one.");
        }
    }

    private static VoteJournal? OpenJournal(
        NodeOptions options,
        Storage.DataFolder folder,
        LedgerStore store,
        LoadedLedger ledger,
        out string? whyNotVoting) => VoteJournal.TryOpenOrCreate(
            folder.Path,
            options.KeyMarkPath ?? JournalMark.PathBeside(folder.Path),
            JournalIdentity.Of(options.ValidatorKey.PublicKey, options.Genesis.Digest()),
            store.JournalTurn,
            new EpochView(ledger.State.Epoch, ledger.State.EndsEpoch ? 0 : ledger.Floor.View),
            store.SetJournalTurn,
            out whyNotVoting);

    private static async Task<PeerNetwork?> ConnectAsync(
        NodeOptions options, ReplicaHost replica, ILoggerFactory loggers, CancellationToken cancellation) =>
        options.PeerPort is not { } port
            ? null
            : await PeerNetwork.StartAsync(
                new PeerNetworkOptions
                {
                    Network = options.Genesis.Network,
                    Key = options.ValidatorKey,
                    ListenAddress = options.PeerAddress,
                    ListenPort = port,
                    Peers = options.Peers,
                    Clock = options.Clock,
                    Logger = loggers.CreateLogger<PeerNetwork>(),
                },
                replica,
                cancellation);

    private static async Task<NodeHost> ListenAsync(
        NodeOptions options, ILoggerFactory loggers, Parts parts, CancellationToken cancellation)
    {
        var api = ApiServer.Build(options, new LedgerReader(options.Genesis, parts.Replica, parts.Store), loggers);
        try
        {
            await api.StartAsync(cancellation);
            return new NodeHost(parts, api);
        }
        catch (Exception error)
        {
            if (parts.Peers is not null)
            {
                await parts.Peers.DisposeAsync();
            }

            await parts.Replica.DisposeAsync();
            await api.DisposeAsync();
            if (error is IOException { InnerException: AddressInUseException })
            {
                throw new NodeStartException(
                    $"Port {options.ApiPort} is in use. Name another one, or 0 for any free one.", error);
            }

            throw;
        }
    }

    private static ILoggerFactory ToStandardError() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    private sealed record Parts(
        Storage.DataFolder Folder,
        LedgerStore Store,
        VoteJournal? Journal,
        string? WhyNotVoting,
        ReplicaHost Replica,
        PeerNetwork? Peers,
        ILoggerFactory? OwnLoggers);
}
