using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Busbar.Keys;
using Busbar.Node.Peers.Wire;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PublicKey = Busbar.Keys.PublicKey;

namespace Busbar.Node.Peers;

/// <summary>
/// Links to other nodes: gRPC streams over HTTP/2 with mutual TLS, each end known by its Ed25519 key. It moves bytes
/// and knows nothing of what they say. Thread-safe; sending never waits.
/// </summary>
internal sealed partial class PeerNetwork : IAsyncDisposable
{
    // A refusal comes as headers too: only this one says that the link is up.
    private const string WelcomeHeader = "busbar-welcome";

    private readonly PeerNetworkOptions options;
    private readonly IPeerHandler handler;
    private readonly X509Certificate2 certificate;
    private readonly Penalties penalties;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly Dictionary<PublicKey, List<Link>> links = [];
    private readonly ConcurrentDictionary<PublicKey, Dialer> dialers = new();
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FetchPlaces fetches = new();
    private readonly Counters counters = new();
    private WebApplication? server;

    private PeerNetwork(PeerNetworkOptions options, IPeerHandler handler)
    {
        this.options = options;
        this.handler = handler;
        penalties = new Penalties(options.Clock);
        certificate = PeerCertificate.Create(options.Network, options.Key, options.Clock.GetUtcNow());
    }

    /// <summary>The port where it listens.</summary>
    public int ListenPort { get; private set; }

    /// <summary>Faulted when the handler failed: that is a bug.</summary>
    public Task Completion => completion.Task;

    /// <summary>The keys that a link is up to.</summary>
    public IReadOnlyCollection<PublicKey> Connected
    {
        get
        {
            lock (gate)
            {
                return [.. links.Keys];
            }
        }
    }

    /// <summary>What happened so far.</summary>
    public PeerCounters Count()
    {
        lock (gate)
        {
            return counters.Read(links.Values.Sum(ofKey => ofKey.Count));
        }
    }

    /// <summary>Listens, and begins to connect.</summary>
    /// <exception cref="NodeStartException">The port is in use.</exception>
    public static async Task<PeerNetwork> StartAsync(
        PeerNetworkOptions options, IPeerHandler handler, CancellationToken cancellation = default)
    {
        var network = new PeerNetwork(options, handler);
        try
        {
            (network.server, network.ListenPort) = await PeerServer.StartAsync(
                network, options, network.certificate, cancellation);
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }

        network.SetPeers(options.Peers);
        return network;
    }

    /// <summary>Connects to these nodes from here on, and no more to others.</summary>
    public void SetPeers(IReadOnlyList<PeerEndpoint> peers)
    {
        foreach (var gone in dialers.Keys.Where(key => !peers.Any(peer => peer.Key.Equals(key))).ToArray())
        {
            if (dialers.TryRemove(gone, out var dialer))
            {
                dialer.Stop();
            }
        }

        foreach (var peer in peers.Where(peer => !peer.Key.Equals(options.Key.PublicKey)))
        {
            dialers.AddOrUpdate(
                peer.Key,
                _ => new Dialer(this, peer),
                (_, present) =>
                {
                    if (present.Endpoint == peer)
                    {
                        return present;
                    }

                    present.Stop();
                    return new Dialer(this, peer);
                }).Start();
        }
    }

    /// <summary>Sends over a link to a node; false when there is none or it is too slow.</summary>
    public bool Send(PublicKey to, PeerLane lane, ReadOnlyMemory<byte> envelope)
    {
        lock (gate)
        {
            return links.TryGetValue(to, out var ofKey) && Add(ofKey[0], lane, envelope);
        }
    }

    /// <summary>Sends once to every node that is connected.</summary>
    public void Broadcast(PeerLane lane, ReadOnlyMemory<byte> envelope)
    {
        lock (gate)
        {
            foreach (var ofKey in links.Values)
            {
                Add(ofKey[0], lane, envelope);
            }
        }
    }

    /// <summary>Cuts every link to a key and stays away from it for a while.</summary>
    public void Penalise(PublicKey key)
    {
        counters.Garbage();
        Cut(key);
    }

    /// <summary>Asks a node for something large; the answer comes in chunks.</summary>
    /// <exception cref="RpcException">The node cannot be reached, or refuses.</exception>
    /// <exception cref="TimeoutException">A chunk took too long.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> FetchAsync(
        PublicKey from, ReadOnlyMemory<byte> request, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var endpoint = dialers.GetValueOrDefault(from)?.Endpoint
            ?? throw new RpcException(new Status(StatusCode.NotFound, "No address of that node is known."));
        using var channel = OpenChannel(endpoint);
        using var call = new Peer.PeerClient(channel).Fetch(
            new FetchRequest { Body = UnsafeByteOperations.UnsafeWrap(request) }, cancellationToken: cancellation);
        while (await call.ResponseStream.MoveNext(cancellation).WaitAsync(
            NodeLimits.PeerChunkTimeout, options.Clock, cancellation))
        {
            yield return call.ResponseStream.Current.Body.Memory;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (var dialer in dialers.Values)
        {
            dialer.Stop();
        }

        await Task.WhenAll(dialers.Values.Select(dialer => dialer.Running));
        if (server is not null)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            await server.StopAsync(patience.Token);
            await server.DisposeAsync();
        }

        certificate.Dispose();
        stopping.Dispose();
        completion.TrySetResult();
    }

    /// <summary>Somebody connected; returns when the link ends.</summary>
    internal async Task AcceptAsync(
        IAsyncStreamReader<Envelope> from, IServerStreamWriter<Envelope> to, ServerCallContext context)
    {
        var key = KeyOf(context);
        var role = handler.RoleOf(key);
        if (role is PeerRole.Unset or PeerRole.Refused || penalties.IsServing(key))
        {
            LogRefused(options.Logger, key);
            throw new RpcException(new Status(StatusCode.PermissionDenied, "Not now."));
        }

        await context.WriteResponseHeadersAsync(new Metadata { { WelcomeHeader, "1" } });
        using var link = new Link(key, role, isDialed: false, stopping.Token);
        await RunAsync(link, from, to, context.CancellationToken);
    }

    /// <summary>Somebody fetches.</summary>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> ServeAsync(
        ReadOnlyMemory<byte> request, ServerCallContext context)
    {
        var key = KeyOf(context);
        using var place = fetches.TryTake(key, handler.RoleOf(key))
            ?? throw new RpcException(new Status(StatusCode.ResourceExhausted, "Not now."));
        if (penalties.IsServing(key))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, "Not now."));
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping.Token);
        await foreach (var chunk in handler.ServeAsync(key, request, ending.Token).WithCancellation(ending.Token))
        {
            yield return chunk;
        }
    }

    private GrpcChannel OpenChannel(PeerEndpoint endpoint) =>
        PeerChannel.Open(endpoint, options.Network, certificate, options.Clock);

    private PublicKey KeyOf(ServerCallContext context)
    {
        var shown = context.GetHttpContext().Connection.ClientCertificate;
        return PeerCertificate.TryRead(shown, options.Network, options.Clock.GetUtcNow(), out var key)
            ? key
            : throw new RpcException(new Status(StatusCode.Unauthenticated, "The certificate proves no key."));
    }

    private bool Add(Link link, PeerLane lane, ReadOnlyMemory<byte> envelope)
    {
        Invariant.Check(envelope.Length <= NodeLimits.PeerMessageSizeBytes);
        var added = link.Queue.TryAdd(lane, envelope, out var dropped);
        counters.Dropped(dropped, added ? 0 : 1);
        return added;
    }

    private void Cut(PublicKey key)
    {
        penalties.Add(key);
        lock (gate)
        {
            foreach (var link in links.GetValueOrDefault(key, []))
            {
                link.Cut();
            }
        }
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Debug, Message = "Linked with {Peer}")]
    private static partial void LogLinked(ILogger logger, PublicKey peer);

    [LoggerMessage(EventId = 41, Level = LogLevel.Debug, Message = "The link with {Peer} ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, PublicKey peer, string reason);

    [LoggerMessage(EventId = 42, Level = LogLevel.Information, Message = "Refused a link with {Peer}")]
    private static partial void LogRefused(ILogger logger, PublicKey peer);
}
