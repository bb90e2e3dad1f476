using Busbar.Ledger;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Hosting;

/// <summary>Fills blocks, and executes blocks that came from elsewhere to the same end. Stateless.</summary>
internal static class BlockBuilder
{
    /// <summary>Builds a block on a state.</summary>
    /// <param name="parent">The parent's state.</param>
    /// <param name="parentDigest">The parent.</param>
    /// <param name="view">The view it is for.</param>
    /// <param name="now">The clock; the block's time rises also where the clock does not.</param>
    /// <param name="waiting">What it may hold, in order of turn.</param>
    /// <param name="refused">Called for each that may not stand in it, with the reason.</param>
    /// <param name="lastTurn">The account that filled the block up; null when there was room for all.</param>
    public static CandidateBlock Build(
        LedgerState parent,
        Hash256 parentDigest,
        ulong view,
        UnixTime now,
        IEnumerable<PendingTransaction> waiting,
        Action<PendingTransaction, InclusionStatus> refused,
        out Address? lastTurn)
    {
        UpgradeNeededException.ThrowIfNeeded(parent);
        lastTurn = null;
        var time = now > parent.Time ? now : new UnixTime(parent.Time.Ms + 1);
        var execution = parent.Begin(time, parent.UptimeAt(time));
        var included = new List<byte[]>();
        var sizeBytes = 0;
        foreach (var pending in waiting)
        {
            var status = execution.Apply(pending.Transaction, out _);
            if (status != InclusionStatus.Included)
            {
                refused(pending, status);
                continue;
            }

            included.Add(pending.Encoded);
            sizeBytes += pending.Encoded.Length;
            if (included.Count == NodeLimits.BlockTransactions
                || sizeBytes > NodeLimits.BlockSizeBytes - Limits.TransactionSizeBytes)
            {
                lastTurn = pending.Key.Account;
                break;
            }
        }

        var executed = execution.Seal();
        var header = new BlockHeader(
            parent.Genesis.Network,
            parent.Epoch,
            parent.Height + 1,
            view,
            parentDigest,
            time,
            parent.UptimeAt(time),
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
}
