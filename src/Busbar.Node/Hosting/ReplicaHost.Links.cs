using System.Collections.Concurrent;
using Busbar.Keys;
using Busbar.Node.Exchange;
using Busbar.Node.Peers;
using Busbar.Node.Storage;

namespace Busbar.Node.Hosting;

/// <content>What the links say, on their threads; the loop hears it in its own time.</content>
public sealed partial class ReplicaHost : IPeerHandler
{
    // Links come and go as often as their back-off and penalties allow, so this stays short.
    private readonly ConcurrentQueue<(PublicKey Peer, bool Connected)> linkChanges = [];

    async ValueTask<PeerVerdict> IPeerHandler.OnMessageAsync(
        PublicKey from, ReadOnlyMemory<byte> envelope, CancellationToken cancellation)
    {
        var isLong = envelope.Length >= NodeLimits.LongTransactionSizeBytes;
        var (isWellFormed, input) = isLong && ((IPeerHandler)this).RoleOf(from) != PeerRole.Validator
            ? await Turnstile.Strangers.RunAsync(() => Read(from, envelope), cancellation)
            : Read(from, envelope);
        if (!isWellFormed)
        {
            return PeerVerdict.Garbage;
        }

        if (input is not null && !IsRunning)
        {
            throw new OperationCanceledException("The node stops.");
        }

        if (input is not null)
        {
            await WriteAsync(new LoopMessage.Received(from, input), cancellation);
        }

        return PeerVerdict.Accepted;
    }

    void IPeerHandler.OnLinkChanged(PublicKey peer, bool connected)
    {
        linkChanges.Enqueue((peer, connected));
        Wake();
    }

    PeerRole IPeerHandler.RoleOf(PublicKey key) =>
        published.Validators.IndexOf(key) >= 0 ? PeerRole.Validator : PeerRole.Observer;

    IAsyncEnumerable<ReadOnlyMemory<byte>> IPeerHandler.ServeAsync(
        PublicKey from, ReadOnlyMemory<byte> request, CancellationToken cancellation) =>
        Snapshot.ServeAsync(store, cancellation);

    private (bool IsWellFormed, PeerInput? Input) Read(PublicKey from, ReadOnlyMemory<byte> envelope) =>
        (reader.TryRead(envelope.Span, from, out var input), input);

    private void TakeLinkChanges()
    {
        while (linkChanges.TryDequeue(out var link))
        {
            if (link.Connected)
            {
                validator.OnConnected(link.Peer);
            }
            else
            {
                validator.OnDisconnected(link.Peer);
            }
        }
    }
}
