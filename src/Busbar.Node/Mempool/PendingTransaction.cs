using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Node.Mempool;

/// <summary>A verified transaction on its way to a final block, and the promise of its result to who waits.</summary>
public sealed class PendingTransaction
{
    private readonly TaskCompletionSource<TransactionEnd> end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong notarizedHeight;

    /// <summary>Takes a verified transaction with its encoding.</summary>
    public PendingTransaction(Verified<CheckedTransaction> transaction, byte[] encoded)
    {
        Transaction = transaction;
        Encoded = encoded;
        var content = transaction.Value.Transaction;
        Key = new IntentKey(content.Account, content.Signer, content.IntentId);
        Cost = BlockCost.Of(transaction.Value);
        Collects = BlockCost.Collects(content);
    }

    /// <summary>The transaction.</summary>
    public Verified<CheckedTransaction> Transaction { get; }

    /// <summary>Its encoding, as it will stand in the block.</summary>
    public byte[] Encoded { get; }

    /// <summary>What executes at most once.</summary>
    public IntentKey Key { get; }

    /// <summary>Units that it takes of a block: spec/ledger.md#L-25.</summary>
    public long Cost { get; }

    /// <summary>True when the reserved room of blocks is open to it: spec/ledger.md#L-28.</summary>
    public bool Collects { get; }

    /// <summary>The block it was notarized in: very likely final soon, but not yet.</summary>
    public ulong? NotarizedHeight => Volatile.Read(ref notarizedHeight) is var height and > 0 ? height : null;

    /// <summary>Done at the next change of <see cref="NotarizedHeight"/>: take it before reading that.</summary>
    public Task Moved => moved.Task;

    /// <summary>Done when it is final or can never be.</summary>
    public Task<TransactionEnd> End => end.Task;

    /// <summary>It stands in a notarized block; null when that block lost. One thread says so.</summary>
    internal void Notarize(ulong? height)
    {
        if (NotarizedHeight == height)
        {
            return;
        }

        Volatile.Write(ref notarizedHeight, height ?? 0);
        var told = moved;
        moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }

    internal void Finish(TransactionEnd result) => end.TrySetResult(result);
}

/// <summary>
/// How a pending transaction ended: Included with its place and receipt, or the reason it left the queue.
/// </summary>
public sealed record TransactionEnd(
    InclusionStatus Status, ulong Height, int Index, UnixTime Time, Receipt? Receipt);
