using Busbar.Node.Peers.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace Busbar.Node.Peers;

/// <content>The life of a link: it is known while it runs, sends what waits, and takes what comes.</content>
internal sealed partial class PeerNetwork
{
    /// <summary>Runs a link to its end; returns normally whatever ended it.</summary>
    internal async Task RunAsync(
        Link link, IAsyncStreamReader<Envelope> from, IAsyncStreamWriter<Envelope> to, CancellationToken call)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(link.Ended, call);
        if (!TryRegister(link))
        {
            LogRefused(options.Logger, link.Peer);
            return;
        }

        var sending = SendAllAsync(link, to, ending.Token);
        var reason = "it was closed";
        try
        {
            reason = await ReadAllAsync(link, from, ending.Token);
        }
        catch (Exception error) when (IsEndOfLink(error))
        {
            reason = error.Message;
        }
        catch (Exception bug)
        {
            completion.TrySetException(bug);
            throw;
        }
        finally
        {
            await ending.CancelAsync();
            await sending;
            Unregister(link);
            LogEnded(options.Logger, link.Peer, reason);
        }
    }

    /// <summary>True for what ends a link or a fetch and is nobody's bug.</summary>
    internal static bool IsEndOfLink(Exception error) =>
        error is RpcException or IOException or OperationCanceledException or InvalidOperationException;

    private async Task<string> ReadAllAsync(
        Link link, IAsyncStreamReader<Envelope> from, CancellationToken cancellation)
    {
        var flood = new FloodGate(options.Clock, PeerRate.Of(link.Role), FloodGate.ReceiverSeconds);
        while (await MoveNextAsync(link, from, cancellation))
        {
            var envelope = from.Current.Body.Memory;
            counters.Received(envelope.Length);
            if (!flood.TryTake(from.Current.CalculateSize()))
            {
                counters.Flood();
                Cut(link.Peer);
                return "it flooded";
            }

            if (await HandleAsync(link, envelope, cancellation) == PeerVerdict.Garbage)
            {
                counters.Garbage();
                Cut(link.Peer);
                return "it sent garbage";
            }
        }

        return "the other side closed it";
    }

    private async Task<bool> MoveNextAsync(
        Link link, IAsyncStreamReader<Envelope> from, CancellationToken cancellation)
    {
        try
        {
            return await from.MoveNext(cancellation);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.ResourceExhausted)
        {
            // A message above the size limit.
            counters.Garbage();
            Cut(link.Peer);
            throw;
        }
    }

    // Whatever the handler throws is a bug, and must not pass for the end of a link.
    private async ValueTask<PeerVerdict> HandleAsync(
        Link link, ReadOnlyMemory<byte> envelope, CancellationToken cancellation)
    {
        try
        {
            return await handler.OnMessageAsync(link.Peer, envelope, cancellation);
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            completion.TrySetException(bug);
            throw;
        }
    }

    private async Task SendAllAsync(Link link, IAsyncStreamWriter<Envelope> to, CancellationToken cancellation)
    {
        // What the other side allows this node.
        var pace = new FloodGate(
            options.Clock, PeerRate.Of(handler.RoleOf(options.Key.PublicKey)), FloodGate.SenderSeconds);
        try
        {
            while (true)
            {
                while (link.Queue.TryTake(out var envelope))
                {
                    var message = new Envelope { Body = UnsafeByteOperations.UnsafeWrap(envelope) };
                    while (!pace.TryTake(message.CalculateSize()))
                    {
                        await Task.Delay(
                            TimeSpan.FromMilliseconds(FloodGate.StepMs), options.Clock, cancellation);
                    }

                    await to.WriteAsync(message, cancellation);
                    counters.Sent(envelope.Length);
                }

                await link.Queue.WaitAsync(cancellation);
            }
        }
        catch (Exception error) when (IsEndOfLink(error))
        {
            // The reader sees the end too, and says why.
            link.Cut();
        }
    }

    private bool TryRegister(Link link)
    {
        lock (gate)
        {
            // It may have been caught on another link while this one was being set up.
            if (penalties.IsServing(link.Peer) || !HasRoomFor(link))
            {
                return false;
            }

            var isFirst = !links.TryGetValue(link.Peer, out var ofKey);
            ofKey = links[link.Peer] = ofKey ?? [];

            // What this node dialed itself is sent over first.
            ofKey.Insert(link.IsDialed ? 0 : ofKey.Count, link);
            if (isFirst)
            {
                // Told inside the lock, so that up and down come in their order; the handler only takes a note.
                handler.OnLinkChanged(link.Peer, true);
            }
        }

        LogLinked(options.Logger, link.Peer);
        return true;
    }

    // Called under the lock. A key that links again and again loses its oldest link, not its newest.
    private bool HasRoomFor(Link link)
    {
        if (link.IsDialed)
        {
            return true;
        }

        var accepted = links.GetValueOrDefault(link.Peer, []).Where(other => !other.IsDialed).ToArray();
        if (accepted.Length >= NodeLimits.AcceptedLinksPerKey)
        {
            accepted[0].Cut();
        }

        return link.Role != PeerRole.Observer || accepted.Length > 0
            || links.Values.Count(ofKey => ofKey.Exists(other => other is { Role: PeerRole.Observer, IsDialed: false }))
                < NodeLimits.ObserverLinks;
    }

    private void Unregister(Link link)
    {
        lock (gate)
        {
            var ofKey = links[link.Peer];
            ofKey.Remove(link);
            if (ofKey.Count == 0 && links.Remove(link.Peer))
            {
                handler.OnLinkChanged(link.Peer, false);
            }
        }
    }

    private sealed class Counters
    {
        private long sent;
        private long sentBytes;
        private long received;
        private long receivedBytes;
        private long droppedVotes;
        private long refusedBulk;
        private long garbage;
        private long flood;
        private long dialFailures;

        public void Sent(int sizeBytes)
        {
            Interlocked.Increment(ref sent);
            Interlocked.Add(ref sentBytes, sizeBytes);
        }

        public void Received(int sizeBytes)
        {
            Interlocked.Increment(ref received);
            Interlocked.Add(ref receivedBytes, sizeBytes);
        }

        public void Dropped(int votes, int bulk)
        {
            Interlocked.Add(ref droppedVotes, votes);
            Interlocked.Add(ref refusedBulk, bulk);
        }

        public void Garbage() => Interlocked.Increment(ref garbage);

        public void Flood() => Interlocked.Increment(ref flood);

        public void DialFailed() => Interlocked.Increment(ref dialFailures);

        public PeerCounters Read(int links) => new(
            links,
            Interlocked.Read(ref sent),
            Interlocked.Read(ref sentBytes),
            Interlocked.Read(ref received),
            Interlocked.Read(ref receivedBytes),
            Interlocked.Read(ref droppedVotes),
            Interlocked.Read(ref refusedBulk),
            Interlocked.Read(ref garbage),
            Interlocked.Read(ref flood),
            Interlocked.Read(ref dialFailures));
    }
}
