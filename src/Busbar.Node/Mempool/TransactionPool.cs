using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Node.Mempool;

/// <summary>
/// Transactions that wait for a block, in a queue for each account, taken round robin so that one account's flood
/// delays only itself. Fees are reserved: an account cannot have more waiting than it can pay for. Not thread-safe:
/// the loop owns it.
/// </summary>
public sealed class TransactionPool
{
    private readonly Dictionary<IntentKey, PendingTransaction> known = [];
    private readonly Dictionary<IntentId, List<PendingTransaction>> byIntent = [];
    private readonly Dictionary<Address, Queue<PendingTransaction>> queues = [];
    private readonly Queue<Address> turns = [];
    private readonly Dictionary<BalanceKey, Amount> reserved = [];
    private readonly Dictionary<Address, int> counts = [];
    private long sizeBytes;

    /// <summary>Transactions that are pending: queued, or in a block that is not final.</summary>
    public int Count => known.Count;

    /// <summary>True when a block could take something.</summary>
    public bool HasQueued => turns.Count > 0;

    /// <summary>Finds pending transactions by intent id, of every account that uses it.</summary>
    public IReadOnlyList<PendingTransaction> Find(IntentId intentId) => byIntent.GetValueOrDefault(intentId, []);

    /// <summary>
    /// Takes a transaction in, or says why not. Already pending content gives the pending one.
    /// </summary>
    /// <param name="pending">What was submitted.</param>
    /// <param name="state">The last final state.</param>
    /// <param name="now">Stands in for the next block's time.</param>
    /// <param name="accepted">What the submitter waits for: its own, or the one already pending.</param>
    public MempoolStatus Add(
        PendingTransaction pending, LedgerState state, UnixTime now, out PendingTransaction? accepted)
    {
        accepted = null;
        var checkedContent = pending.Transaction.Value;
        if (known.TryGetValue(pending.Key, out var first))
        {
            if (first.Transaction.Value.SigningHash != checkedContent.SigningHash)
            {
                return MempoolStatus.IntentReused;
            }

            accepted = first;
            return MempoolStatus.AlreadyPending;
        }

        var status = Check(checkedContent, pending, state, now);
        if (status != MempoolStatus.Added)
        {
            return status;
        }

        // From here on it must succeed.
        accepted = pending;
        known.Add(pending.Key, pending);
        if (!byIntent.TryGetValue(pending.Key.Id, out var sameId))
        {
            byIntent.Add(pending.Key.Id, sameId = []);
        }

        sameId.Add(pending);
        sizeBytes += pending.Encoded.Length;
        counts[pending.Key.Account] = counts.GetValueOrDefault(pending.Key.Account) + 1;
        var payer = PayerOf(checkedContent);
        reserved[payer] = reserved.GetValueOrDefault(payer) + checkedContent.Transaction.MaxFee;
        Enqueue(pending);
        return MempoolStatus.Added;
    }

    /// <summary>
    /// The next transaction for a block, one of each account in turn, or null. It stays pending until
    /// <see cref="Remove"/>.
    /// </summary>
    public PendingTransaction? TakeNext()
    {
        if (!turns.TryDequeue(out var account))
        {
            return null;
        }

        var queue = queues[account];
        var next = queue.Dequeue();
        if (queue.Count > 0)
        {
            turns.Enqueue(account);
        }
        else
        {
            queues.Remove(account);
        }

        return next;
    }

    /// <summary>Drops a transaction that is final, or can never be.</summary>
    public void Remove(PendingTransaction pending)
    {
        var removed = known.Remove(pending.Key);
        Invariant.Check(removed);
        var sameId = byIntent[pending.Key.Id];
        sameId.Remove(pending);
        if (sameId.Count == 0)
        {
            byIntent.Remove(pending.Key.Id);
        }

        sizeBytes -= pending.Encoded.Length;
        if (--counts[pending.Key.Account] == 0)
        {
            counts.Remove(pending.Key.Account);
        }

        var content = pending.Transaction.Value;
        var payer = PayerOf(content);
        var left = reserved[payer] - content.Transaction.MaxFee;
        if (left.IsZero)
        {
            reserved.Remove(payer);
        }
        else
        {
            reserved[payer] = left;
        }
    }

    private static BalanceKey PayerOf(CheckedTransaction content) =>
        new(content.Transaction.EffectiveFeePayer, content.Transaction.FeeAsset);

    private void Enqueue(PendingTransaction pending)
    {
        if (!queues.TryGetValue(pending.Key.Account, out var queue))
        {
            queues.Add(pending.Key.Account, queue = []);
            turns.Enqueue(pending.Key.Account);
        }

        queue.Enqueue(pending);
    }

    private MempoolStatus Check(
        CheckedTransaction content, PendingTransaction pending, LedgerState state, UnixTime now)
    {
        var transaction = content.Transaction;
        if (state.FindIntent(transaction.Account, transaction.Signer, transaction.IntentId) is { } executed)
        {
            return executed.SigningHash == content.SigningHash
                ? MempoolStatus.AlreadyFinal
                : MempoolStatus.IntentReused;
        }

        var validUntil = transaction.IntentId.ValidUntil;
        if (validUntil < now || validUntil < state.Time)
        {
            return MempoolStatus.Expired;
        }

        if (validUntil.Ms > now.Ms + state.Genesis.Parameters.MaxIntentAheadMs)
        {
            return MempoolStatus.TooFarAhead;
        }

        if (transaction.Signer != transaction.Account || state.IsReserved(transaction.Account))
        {
            return MempoolStatus.SignerNotAuthorised;
        }

        return CheckFee(content, pending, state);
    }

    private MempoolStatus CheckFee(CheckedTransaction content, PendingTransaction pending, LedgerState state)
    {
        var quote = state.QuoteFee(content.Transaction);
        if (quote.Status != InclusionStatus.Included)
        {
            return MempoolStatus.FeeAssetNotListed;
        }

        if (quote.Total > content.Transaction.MaxFee)
        {
            return MempoolStatus.FeeAboveMaximum;
        }

        var payer = PayerOf(content);
        if (!Amount.TryAdd(reserved.GetValueOrDefault(payer), content.Transaction.MaxFee, out var wanted)
            || wanted > state.BalanceOf(payer.Account, payer.Asset))
        {
            return MempoolStatus.FeeNotPayable;
        }

        if (counts.GetValueOrDefault(pending.Key.Account) >= NodeLimits.MempoolTransactionsPerAccount)
        {
            return MempoolStatus.AccountQueueFull;
        }

        return known.Count < NodeLimits.MempoolTransactions
            && sizeBytes + pending.Encoded.Length <= NodeLimits.MempoolSizeBytes
                ? MempoolStatus.Added
                : MempoolStatus.QueueFull;
    }
}
