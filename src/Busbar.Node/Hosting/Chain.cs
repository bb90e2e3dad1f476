using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Transactions;

namespace Busbar.Node.Hosting;

/// <summary>
/// The stored head and everything above it: blocks as they came, blocks that were executed, blocks that no ledger
/// executes. Any number of branches; storing a block drops those that it leaves behind. Not thread-safe.
/// </summary>
internal sealed class Chain
{
    private readonly Dictionary<Hash256, ReceivedBlock> received = [];
    private readonly Queue<Hash256> receivedInOrder = [];
    private readonly Dictionary<Hash256, CandidateBlock> candidates = [];
    private readonly Dictionary<Hash256, string> faults = [];
    private long receivedSizeBytes;

    /// <summary>Stands on a stored, folded state.</summary>
    public Chain(LedgerState head, Hash256 headDigest)
    {
        Head = head;
        HeadDigest = headDigest;
    }

    /// <summary>State after the last stored block.</summary>
    public LedgerState Head { get; private set; }

    /// <summary>Digest of the last stored block, or of genesis.</summary>
    public Hash256 HeadDigest { get; private set; }

    /// <summary>Blocks that are held and not stored.</summary>
    public int Count => received.Count + candidates.Count;

    /// <summary>The executed blocks above the head.</summary>
    public IReadOnlyDictionary<Hash256, CandidateBlock> Candidates => candidates;

    /// <summary>True when the block need not come again.</summary>
    public bool Holds(Hash256 digest) =>
        digest == HeadDigest || candidates.ContainsKey(digest) || received.ContainsKey(digest)
        || faults.ContainsKey(digest);

    /// <summary>The state after a block that is executed, or null.</summary>
    public LedgerState? StateAfter(Hash256 digest) =>
        digest == HeadDigest ? Head : candidates.GetValueOrDefault(digest)?.Executed.State;

    /// <summary>The bytes of a block above the head, for who asks; or null.</summary>
    public byte[]? Find(Hash256 digest) =>
        candidates.TryGetValue(digest, out var candidate) ? candidate.EncodeBare()
        : received.TryGetValue(digest, out var block) ? block.Block.Encode()
        : null;

    /// <summary>Keeps a block that came. When there is no room, the one that came first goes.</summary>
    public void Add(ReceivedBlock block)
    {
        if (Holds(block.Digest) || block.Header.Height <= Head.Height)
        {
            return;
        }

        while (receivedInOrder.TryPeek(out var gone) && !received.ContainsKey(gone))
        {
            receivedInOrder.Dequeue();
        }

        received.Add(block.Digest, block);
        receivedInOrder.Enqueue(block.Digest);
        receivedSizeBytes += SizeOf(block);
        while (received.Count > NodeLimits.HeldBlocks || receivedSizeBytes > NodeLimits.HeldBlocksSizeBytes)
        {
            Forget(receivedInOrder.Dequeue());
        }
    }

    /// <summary>Keeps a block that this node built.</summary>
    public void Add(CandidateBlock built) => candidates[built.Digest] = built;

    /// <summary>
    /// Executes a block and its ancestors above the head as far as they are here.
    /// </summary>
    /// <returns>Executed, or what stands in the way.</returns>
    public ChainProgress Execute(Hash256 digest)
    {
        var path = new Stack<ReceivedBlock>();
        var next = digest;
        while (next != HeadDigest && !candidates.ContainsKey(next))
        {
            if (faults.TryGetValue(next, out var inherited))
            {
                return Refuse(path, inherited);
            }

            if (!received.TryGetValue(next, out var block))
            {
                return new ChainProgress.Missing(next);
            }

            if (block.Header.Height <= Head.Height)
            {
                return new ChainProgress.Stale();
            }

            path.Push(block);
            next = block.Header.Parent;
        }

        while (path.TryPop(out var block))
        {
            var parent = StateAfter(block.Header.Parent)!;
            var (candidate, fault) = block.Fault is { } known
                ? (null, known)
                : BlockBuilder.Execute(parent, block.Header.Parent, block.Block, block.Transactions);
            if (candidate is null)
            {
                path.Push(block);
                return Refuse(path, fault!);
            }

            Forget(block.Digest);
            candidates.Add(candidate.Digest, candidate);
        }

        return new ChainProgress.Executed();
    }

    /// <summary>The executed blocks after the head up to this one, oldest first.</summary>
    public IReadOnlyList<CandidateBlock> PathTo(Hash256 digest)
    {
        var path = new List<CandidateBlock>();
        for (var next = digest; next != HeadDigest; next = path[^1].Header.Parent)
        {
            path.Add(candidates[next]);
        }

        path.Reverse();
        return path;
    }

    /// <summary>A block on the head is stored: it becomes the head, and its rivals are dropped.</summary>
    /// <returns>The executed blocks that were dropped.</returns>
    public IReadOnlyList<CandidateBlock> Advance(CandidateBlock stored)
    {
        Invariant.Check(stored.Header.Parent == HeadDigest);
        candidates.Remove(stored.Digest);
        Head = stored.Executed.State;
        Head.Fold();
        HeadDigest = stored.Digest;
        var dropped = new List<CandidateBlock>();
        foreach (var candidate in candidates.Values.OrderBy(candidate => candidate.Header.Height).ToArray())
        {
            // Parents come first, so a dropped parent is gone when its child is looked at.
            if (candidate.Header.Parent != HeadDigest && !candidates.ContainsKey(candidate.Header.Parent))
            {
                candidates.Remove(candidate.Digest);
                dropped.Add(candidate);
            }
        }

        foreach (var old in received.Values.Where(block => block.Header.Height <= Head.Height).ToArray())
        {
            Forget(old.Digest);
        }

        return dropped;
    }

    private ChainProgress.Faulty Refuse(Stack<ReceivedBlock> path, string fault)
    {
        if (faults.Count + path.Count > NodeLimits.RememberedFaults)
        {
            faults.Clear();
        }

        foreach (var block in path)
        {
            faults[block.Digest] = fault;
            Forget(block.Digest);
        }

        return new ChainProgress.Faulty(fault);
    }

    private void Forget(Hash256 digest)
    {
        if (received.Remove(digest, out var block))
        {
            receivedSizeBytes -= SizeOf(block);
        }
    }

    private static long SizeOf(ReceivedBlock block) => block.Block.Transactions.Sum(encoded => (long)encoded.Length);
}

/// <summary>How far a block could be executed. A closed set.</summary>
internal abstract record ChainProgress
{
    private ChainProgress()
    {
    }

    /// <summary>It and its ancestors are executed.</summary>
    public sealed record Executed : ChainProgress;

    /// <summary>This block, it or an ancestor, has not come.</summary>
    public sealed record Missing(Hash256 Digest) : ChainProgress;

    /// <summary>No ledger executes it.</summary>
    public sealed record Faulty(string Reason) : ChainProgress;

    /// <summary>It stands beside the final chain.</summary>
    public sealed record Stale : ChainProgress;
}
