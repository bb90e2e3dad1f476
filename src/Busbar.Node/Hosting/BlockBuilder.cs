using Busbar.Ledger;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Hosting;

/// <summary>Fills blocks from the pool, and executes blocks that came from elsewhere to the same end.</summary>
internal sealed class BlockBuilder(NetworkId network, ValidatorSet validators)
{
    /// <summary>
    /// Builds a block on a state. Transactions that may not stand in it leave the pool with their reason.
    /// </summary>
    public CandidateBlock Build(
        LedgerState parent, Hash256 parentDigest, ulong view, UnixTime now, TransactionPool pool)
    {
        // Time rises with every block, also where the machine's clock stands or went back.
        var time = now > parent.Time ? now : new UnixTime(parent.Time.Ms + 1);
        var execution = parent.Begin(time, parent.UptimeAt(time));
        var included = new List<PendingTransaction>();
        var sizeBytes = 0;
        while (included.Count < NodeLimits.BlockTransactions
            && sizeBytes <= NodeLimits.BlockSizeBytes - Limits.TransactionSizeBytes
            && pool.TakeNext() is { } pending)
        {
            var status = execution.Apply(pending.Transaction, out _);
            if (status == InclusionStatus.Included)
            {
                included.Add(pending);
                sizeBytes += pending.Encoded.Length;
            }
            else
            {
                pool.Remove(pending);
                pending.Finish(new TransactionEnd(status, 0, 0, default, null));
            }
        }

        var executed = execution.Seal();
        var header = new BlockHeader(
            network,
            Epoch: 0,
            parent.Height + 1,
            view,
            parentDigest,
            time,
            parent.UptimeAt(time),
            executed.StateRoot,
            executed.TransactionsRoot,
            executed.ReceiptsRoot,
            validators.Digest);
        var block = new StoredBlock(
            header, null, [.. included.Select(pending => pending.Encoded)], executed.Receipts);
        return new CandidateBlock(header.Digest(), block, executed, included);
    }

    /// <summary>
    /// Executes a block on its parent's state and compares everything that its header says. Gives the candidate, or
    /// what is wrong with the block.
    /// </summary>
    public (CandidateBlock? Candidate, string? Fault) Execute(
        LedgerState parent, Hash256 parentDigest, StoredBlock block)
    {
        var header = block.Header;
        if (header.Network != network || header.Height != parent.Height + 1 || header.Parent != parentDigest
            || header.Validators != validators.Digest)
        {
            return (null, "it does not follow its parent");
        }

        if (!parent.CanFollow(header.Time, header.UptimeMs))
        {
            return (null, "its time or uptime does not follow its parent's");
        }

        var execution = parent.Begin(header.Time, header.UptimeMs);
        foreach (var encoded in block.Transactions)
        {
            if (SignedTransaction.TryDecode(encoded, out var unverified) != DecodeError.Unset
                || TransactionVerifier.TryVerify(unverified!, network, out var transaction)
                    != VerificationStatus.Verified
                || execution.Apply(transaction!, out _) != InclusionStatus.Included)
            {
                return (null, "it holds a transaction that may not stand in it");
            }
        }

        var executed = execution.Seal();
        return executed.StateRoot == header.StateRoot
            && executed.TransactionsRoot == header.TransactionsRoot
            && executed.ReceiptsRoot == header.ReceiptsRoot
            && executed.Receipts.SequenceEqual(block.Receipts, ReceiptComparer.Instance)
                ? (new CandidateBlock(header.Digest(), block, executed, []), null)
                : (null, "its roots or receipts are not those of its transactions");
    }

    /// <summary>Receipts are equal when their encodings are.</summary>
    private sealed class ReceiptComparer : IEqualityComparer<Receipt>
    {
        public static ReceiptComparer Instance { get; } = new();

        public bool Equals(Receipt? x, Receipt? y) =>
            x is not null && y is not null && Encode(x).AsSpan().SequenceEqual(Encode(y));

        public int GetHashCode(Receipt obj) => obj.SigningHash.GetHashCode();

        private static byte[] Encode(Receipt receipt)
        {
            var writer = new CanonicalWriter();
            receipt.Write(writer);
            return writer.ToArray();
        }
    }
}
