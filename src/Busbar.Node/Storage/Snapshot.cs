using System.Runtime.CompilerServices;
using Busbar.Ledger;
using Busbar.Proofs;

namespace Busbar.Node.Storage;

/// <summary>
/// The whole state at one height, for a node whose peers no longer keep the blocks that lead there. First the
/// handovers by which today's validators follow from genesis, then the last block with its certificate and receipts,
/// then the objects; all of it is checked. Chunks: [1, handover], [2, block], [3, [[key, value]…]], [4] the end.
/// spec/consensus.md#C-62.
/// </summary>
internal sealed class Snapshot
{
    private const int HandoverKind = 1;
    private const int LastKind = 2;
    private const int ObjectsKind = 3;
    private const int EndKind = 4;

    private readonly List<Handover> handovers = [];
    private readonly List<StateEntry> entries = [];
    private StoredBlock? last;

    private Snapshot()
    {
    }

    /// <summary>Streams the state after the last stored block, as it stands when the stream begins.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ServeAsync(
        LedgerStore store, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Reading is from memory or disk, never from somebody who could wait: yield so that the caller is not held up.
        await Task.Yield();
        foreach (var chunk in Serve(store))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return chunk;
        }
    }

    /// <summary>Takes a stream in, and checks all of it.</summary>
    /// <param name="genesis">What the network started from.</param>
    /// <param name="chunks">The stream.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    /// <exception cref="FormatException">The stream proves nothing: its sender is faulty.</exception>
    public static async Task<SnapshotContent> ReadAsync(
        Genesis genesis, IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, CancellationToken cancellation)
    {
        var snapshot = new Snapshot();
        var sizeBytes = 0L;
        var isComplete = false;
        await foreach (var chunk in chunks.WithCancellation(cancellation))
        {
            sizeBytes += chunk.Length;
            if (isComplete || sizeBytes > NodeLimits.SnapshotSizeBytes)
            {
                throw new FormatException("The snapshot goes on past its end or its limit.");
            }

            isComplete = snapshot.Take(chunk.Span);
        }

        return isComplete && snapshot.last is not null
            ? snapshot.Check(genesis)
            : throw new FormatException("The snapshot ends before its end.");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Serve(LedgerStore store)
    {
        using var frozen = store.Freeze();
        if (frozen.Last is not { } last)
        {
            yield break;
        }

        var writer = new CanonicalWriter(4_096);
        foreach (var handover in frozen.Handovers())
        {
            writer.Clear();
            writer.Array(2).Number(HandoverKind);
            handover.Write(writer);
            yield return writer.ToArray();
        }

        writer.Clear();
        yield return writer.Array(2).Number(LastKind).Bytes(last.Encode()).ToArray();
        var batch = new List<StateEntry>();
        var sizeBytes = 0;
        foreach (var entry in frozen.StateEntries())
        {
            batch.Add(entry);
            sizeBytes += entry.Key.Length + entry.Value!.Length;
            if (sizeBytes >= NodeLimits.SnapshotChunkSizeBytes)
            {
                yield return Objects(writer, batch);
                batch.Clear();
                sizeBytes = 0;
            }
        }

        yield return Objects(writer, batch);
        writer.Clear();
        yield return writer.Array(1).Number(EndKind).ToArray();
    }

    private static byte[] Objects(CanonicalWriter writer, List<StateEntry> batch)
    {
        writer.Clear();
        writer.Array(2).Number(ObjectsKind).Array(batch.Count);
        foreach (var entry in batch)
        {
            writer.Array(2).Bytes(entry.Key).Bytes(entry.Value);
        }

        return writer.ToArray();
    }

    // True at the end.
    private bool Take(ReadOnlySpan<byte> chunk)
    {
        var reader = new CanonicalReader(chunk);
        var items = reader.Array(1, 2);
        var kind = reader.Number(EndKind);
        switch (kind)
        {
            case HandoverKind when items == 2 && Handover.Read(ref reader) is { } handover:
                handovers.Add(handover);
                break;
            case LastKind when items == 2 && last is null
                && StoredBlock.TryDecode(reader.BytesUpTo(NodeLimits.StoredBlockSizeBytes), out last)
                    == DecodeError.Unset:
                break;
            case ObjectsKind when items == 2:
                TakeObjects(ref reader);
                break;
            case EndKind when items == 1:
                break;
            default:
                throw new FormatException("The snapshot holds a chunk of no known form.");
        }

        return reader.Finish()
            ? kind == EndKind
            : throw new FormatException($"The snapshot holds a chunk that does not decode ({reader.Error}).");
    }

    private void TakeObjects(ref CanonicalReader reader)
    {
        var count = reader.Array(0, NodeLimits.SnapshotChunkEntries);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            reader.Array(2);
            entries.Add(new StateEntry(
                reader.BytesUpTo(NodeLimits.StateEntrySizeBytes).ToArray(),
                reader.BytesUpTo(NodeLimits.StateEntrySizeBytes).ToArray()));
        }
    }

    // :: Sets follow from genesis by handovers; the last certifies the last block, whose root the objects must have.
    private SnapshotContent Check(Genesis genesis)
    {
        var validators = new ValidatorSet(genesis.Validators);
        for (var epoch = 0; epoch < handovers.Count; epoch++)
        {
            validators = handovers[epoch].Header.Epoch == (ulong)epoch
                && handovers[epoch].TryFollow(validators, genesis.Network) is { } next
                    ? next
                    : throw new FormatException($"The snapshot does not prove who votes after epoch {epoch}.");
        }

        // The last block may itself be the end of an epoch; then it is certified by the set before its own handover.
        var header = last!.Header;
        var isHandover = handovers.Count > 0 && handovers[^1].Header == header;
        var certificate = last.Finalization;
        if (!isHandover && (certificate?.Vote is not { Kind: VoteKind.Finalize } vote
            || vote.Epoch != (ulong)handovers.Count || header.Epoch != vote.Epoch || vote.Block != header.Digest()
            || header.Validators != validators.Digest || !certificate.Verify(validators, genesis.Network)))
        {
            throw new FormatException("The snapshot's block is not certified by the validators of its epoch.");
        }

        if (!last.HoldsWhatItStates())
        {
            throw new FormatException("The snapshot's block does not hold what its header states.");
        }

        LedgerState state;
        try
        {
            state = LedgerState.Load(genesis, header.Height, header.Time, header.UptimeMs, entries);
        }
        catch (FormatException error)
        {
            throw new FormatException("The snapshot holds an object that no ledger writes.", error);
        }

        return state.StateRoot == header.StateRoot
            ? new SnapshotContent(
                isHandover ? last with { Finalization = handovers[^1].Finalization } : last, handovers, entries, state)
            : throw new FormatException("The snapshot's objects do not have the root that its block states.");
    }
}

/// <summary>A checked snapshot.</summary>
internal sealed record SnapshotContent(
    StoredBlock Last,
    IReadOnlyList<Handover> Handovers,
    IReadOnlyList<StateEntry> Entries,
    LedgerState State);
