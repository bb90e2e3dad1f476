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
        Register(link);
        if (penalties.IsServing(link.Peer))
        {
            // It was caught on another link while this one was being set up.
            link.Cut();
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
        var isValidator = link.Role == PeerRole.Validator;
        var flood = new FloodGate(
            options.Clock,
            isValidator ? NodeLimits.PeerMessagesPerSecond : NodeLimits.ObserverMessagesPerSecond,
            isValidator ? NodeLimits.PeerBytesPerSecond : NodeLimits.ObserverBytesPerSecond);
        while (await from.MoveNext(cancellation))
        {
            var envelope = from.Current.Body.Memory;
            counters.Received(envelope.Length);
            if (!flood.TryTake(envelope.Length))
            {
                counters.Flood();
                Cut(link.Peer);
                return "it flooded";
            }

            var verdict = await handler.OnMessageAsync(link.Peer, envelope, cancellation);
            if (verdict == PeerVerdict.Garbage)
            {
                counters.Garbage();
                Cut(link.Peer);
                return "it sent garbage";
            }
        }

        return "the other side closed it";
    }

    private async Task SendAllAsync(Link link, IAsyncStreamWriter<Envelope> to, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                while (link.Queue.TryTake(out var envelope))
                {
                    await to.WriteAsync(
                        new Envelope { Body = UnsafeByteOperations.UnsafeWrap(envelope) }, cancellation);
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

    private void Register(Link link)
    {
        lock (gate)
        {
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
