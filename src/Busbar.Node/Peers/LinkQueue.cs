namespace Busbar.Node.Peers;

/// <summary>
/// What waits to be sent over one link: two lanes, each bounded in messages and bytes. Thread-safe; one reader.
/// </summary>
internal sealed class LinkQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly Lane votes = new(NodeLimits.LinkVotes, NodeLimits.LinkVotesSizeBytes);
    private readonly Lane bulk = new(NodeLimits.LinkBulk, NodeLimits.LinkBulkSizeBytes);
    private readonly SemaphoreSlim filled = new(0, 1);

    /// <summary>
    /// Adds an envelope. When votes are full the oldest go, and their count comes back; when bulk is full it is
    /// refused.
    /// </summary>
    public bool TryAdd(PeerLane lane, ReadOnlyMemory<byte> envelope, out int dropped)
    {
        dropped = 0;
        lock (gate)
        {
            if (lane == PeerLane.Bulk)
            {
                if (!bulk.HasRoomFor(envelope))
                {
                    return false;
                }

                bulk.Add(envelope);
            }
            else
            {
                while (!votes.HasRoomFor(envelope) && votes.TryTake(out _))
                {
                    dropped++;
                }

                votes.Add(envelope);
            }

            if (filled.CurrentCount == 0)
            {
                filled.Release();
            }
        }

        return true;
    }

    /// <summary>The next envelope: votes before bulk.</summary>
    public bool TryTake(out ReadOnlyMemory<byte> envelope)
    {
        lock (gate)
        {
            return votes.TryTake(out envelope) || bulk.TryTake(out envelope);
        }
    }

    /// <summary>Ends when there may be something to take.</summary>
    public Task WaitAsync(CancellationToken cancellation) => filled.WaitAsync(cancellation);

    /// <inheritdoc/>
    public void Dispose() => filled.Dispose();

    private sealed class Lane(int maxCount, long maxSizeBytes)
    {
        private readonly Queue<ReadOnlyMemory<byte>> waiting = [];
        private long sizeBytes;

        public bool HasRoomFor(ReadOnlyMemory<byte> envelope) =>
            waiting.Count < maxCount && sizeBytes + envelope.Length <= maxSizeBytes;

        public void Add(ReadOnlyMemory<byte> envelope)
        {
            waiting.Enqueue(envelope);
            sizeBytes += envelope.Length;
        }

        public bool TryTake(out ReadOnlyMemory<byte> envelope)
        {
            var taken = waiting.TryDequeue(out envelope);
            sizeBytes -= taken ? envelope.Length : 0;
            return taken;
        }
    }
}
