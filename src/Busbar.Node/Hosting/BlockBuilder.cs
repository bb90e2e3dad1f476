using Busbar.Ledger;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Hosting;

/// <summary>
/// Fills one block on a state, and executes blocks that came from elsewhere to the same end. Not thread-safe.
/// </summary>
internal sealed class BlockBuilder
{
    private readonly LedgerState parent;
    private readonly Hash256 parentDigest;
    private readonly ulong view;
    private readonly BlockExecution execution;
    private readonly List<byte[]> included = [];

    /// <summary>Begins a block.</summary>
    /// <param name="parent">The parent's state.</param>
    /// <param name="parentDigest">The parent.</param>
    /// <param name="view">The view it is for.</param>
    /// <param name="now">The clock; the block's time rises also where the clock does not.</param>
    public BlockBuilder(LedgerState parent, Hash256 parentDigest, ulong view, UnixTime now)
        : this(parent, parentDigest, view, Begin(parent, now))
    {
    }

    /// <summary>Goes on with a block that has begun.</summary>
    public BlockBuilder(LedgerState parent, Hash256 parentDigest, ulong view, BlockExecution execution)
    {
        this.parent = parent;
        this.parentDigest = parentDigest;
        this.view = view;
        this.execution = execution;
    }

    /// <summary>Puts a transaction at the next position, or says why it may not stand there.</summary>
    public InclusionStatus Offer(PendingTransaction pending)
    {
        var status = execution.Apply(pending.Transaction, out _);
        if (status == InclusionStatus.Included)
        {
            included.Add(pending.Encoded);
        }

        return status;
    }

    /// <summary>Ends the block.</summary>
    public CandidateBlock Seal()
    {
        var executed = execution.Seal();
        var header = new BlockHeader(
            parent.Genesis.Network,
            parent.Epoch,
            parent.Height + 1,
            view,
            parentDigest,
            execution.Time,
            execution.UptimeMs,
            executed.StateRoot,
            executed.TransactionsRoot,
            executed.ReceiptsRoot,
            parent.Validators.Digest,
            executed.State.Validators.Digest);
        return new CandidateBlock(
            header.Digest(), new StoredBlock(header, null, included, executed.Receipts), executed);
    }

    /// <summary>
    /// Executes a block on its parent's state and compares everything that its header says. The answer depends on the
    /// block and its ancestors alone: every honest node gives the same.
    /// </summary>
    public static (CandidateBlock? Candidate, string? Fault) Execute(
        LedgerState parent,
        Hash256 parentDigest,
        StoredBlock block,
        IReadOnlyList<Verified<CheckedTransaction>> transactions)
    {
        var header = block.Header;
        if (header.Network != parent.Genesis.Network || header.Height != parent.Height + 1
            || header.Parent != parentDigest)
        {
            return (null, "it does not follow its parent");
        }

        if (header.Epoch != parent.Epoch || header.Validators != parent.Validators.Digest)
        {
            return (null, "it is of another epoch than its parent's state says");
        }

        if (!parent.CanFollow(header.Time, header.UptimeMs))
        {
            return (null, "its time or uptime does not follow its parent's");
        }

        if (block.Transactions.Sum(encoded => (long)encoded.Length) > NodeLimits.BlockSizeBytes)
        {
            return (null, "it is larger than a block may be");
        }

        UpgradeNeededException.ThrowIfNeeded(parent);
        var execution = parent.Begin(header.Time, header.UptimeMs);
        foreach (var transaction in transactions)
        {
            var status = execution.Apply(transaction, out _);
            if (status != InclusionStatus.Included)
            {
                return (null, $"it holds a transaction that may not stand in it ({status})");
            }
        }

        var executed = execution.Seal();
        return (executed.StateRoot == header.StateRoot || Mutants.Off(Mutant.StateRootUnchecked))
            && executed.TransactionsRoot == header.TransactionsRoot
            && executed.ReceiptsRoot == header.ReceiptsRoot
            && executed.State.Validators.Digest == header.NextValidators
                ? (new CandidateBlock(header.Digest(), block with { Receipts = executed.Receipts }, executed), null)
                : (null, "its roots are not those of its transactions");
    }

    private static BlockExecution Begin(LedgerState parent, UnixTime now)
    {
        UpgradeNeededException.ThrowIfNeeded(parent);
        var time = now > parent.Time ? now : new UnixTime(parent.Time.Ms + 1);
        return parent.Begin(time, parent.UptimeAt(time));
    }
}
