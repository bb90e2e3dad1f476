using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Api;
using Busbar.Node.Hosting;
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
    private readonly VoteJournal journal;
    private readonly ReplicaHost replica;
    private readonly WebApplication api;
    private readonly ILoggerFactory? ownLoggers;

    private NodeHost(
        DataFolder folder,
        LedgerStore store,
        VoteJournal journal,
        ReplicaHost replica,
        WebApplication api,
        ILoggerFactory? ownLoggers)
    {
        this.folder = folder;
        this.store = store;
        this.journal = journal;
        this.replica = replica;
        this.api = api;
        this.ownLoggers = ownLoggers;
        var address = api.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Api = new Uri(address.First());
    }

    /// <summary>Where the API listens.</summary>
    public Uri Api { get; }

    /// <summary>The data folder.</summary>
    public string DataFolder => folder.Path;

    /// <summary>The last final block.</summary>
    public NodeHead Head => replica.Head;

    /// <summary>Ends when the node can go on no more; faulted with the reason.</summary>
    public Task Completion => replica.Completion;

    /// <summary>Opens the folder, loads and checks the ledger, starts the loop, and listens.</summary>
    /// <exception cref="NodeStartException">Something that the operator can mend; the message says how.</exception>
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
            var journal = VoteJournal.TryOpenOrCreate(
                folder.Path,
                null,
                JournalIdentity.Of(options.ValidatorKey.PublicKey, options.Genesis.Digest()),
                store.Boots,
                new EpochView(0, ledger.Head.View),
                store.SetBoots,
                out var reason) ?? throw new NodeStartException(reason!);
            opened.Push(journal);
            var replica = new ReplicaHost(
                ledger, journal, store, options.ValidatorKey, options.Clock, loggers.CreateLogger<ReplicaHost>());
            replica.Start();
            return await ListenAsync(options, loggers, folder, store, journal, replica, ownLoggers, cancellation);
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

    /// <summary>Stops taking requests, ends the loop after the block in hand, and closes storage.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await replica.DisposeAsync();
        await api.StopAsync(patience.Token);
        await api.DisposeAsync();
        journal.Dispose();
        store.Dispose();
        folder.Dispose();
        ownLoggers?.Dispose();
    }

    private static void CheckKey(NodeOptions options)
    {
        if (!options.Genesis.Validators.Contains(options.ValidatorKey.PublicKey))
        {
            throw new NodeStartException("The validator key is not one of the genesis' validators.");
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

    private static async Task<NodeHost> ListenAsync(
        NodeOptions options,
        ILoggerFactory loggers,
        DataFolder folder,
        LedgerStore store,
        VoteJournal journal,
        ReplicaHost replica,
        ILoggerFactory? ownLoggers,
        CancellationToken cancellation)
    {
        var api = ApiServer.Build(options, new LedgerReader(options.Genesis, replica, store), loggers);
        try
        {
            await api.StartAsync(cancellation);
            return new NodeHost(folder, store, journal, replica, api, ownLoggers);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            await replica.DisposeAsync();
            await api.DisposeAsync();
            throw new NodeStartException(
                $"Port {options.ApiPort} is in use. Name another one, or 0 for any free one.", error);
        }
        catch
        {
            await replica.DisposeAsync();
            await api.DisposeAsync();
            throw;
        }
    }

    private static ILoggerFactory ToStandardError() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
