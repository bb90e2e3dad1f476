using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Node.Mempool;

/// <summary>
/// Transactions that are not final, in a queue for each account, offered to blocks round robin so that one account's
/// flood delays only itself. A transaction stays until it is final or can never be: the block that holds it may be
/// skipped. Fees are reserved: an account cannot have more waiting than it can pay for. Not thread-safe: the loop owns
/// it.
/// </summary>
public sealed class TransactionPool
{
    private readonly Dictionary<IntentKey, Entry> known = [];
    private readonly Dictionary<IntentId, List<PendingTransaction>> byIntent = [];
    private readonly Dictionary<Address, AccountQueue> queues = [];
    private readonly LinkedList<AccountQueue> turns = [];
    private readonly Dictionary<BalanceKey, Amount> reserved = [];
    private readonly PriorityQueue<PendingTransaction, ulong> byExpiry = new();
    private long sizeBytes;

    /// <summary>Transactions that are pending: waiting, or in a block that is not final.</summary>
    public int Count => known.Count;

    /// <summary>Rises with every transaction that comes or goes.</summary>
    public ulong Version { get; private set; }

    /// <summary>Finds pending transactions by intent id, of every account that uses it.</summary>
    public IReadOnlyList<PendingTransaction> Find(IntentId intentId) => byIntent.GetValueOrDefault(intentId, []);

    /// <summary>The pending transaction under a key, or null.</summary>
    public PendingTransaction? Find(IntentKey key) => known.GetValueOrDefault(key)?.Pending;

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
        if (Find(pending.Key) is { } first)
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
        Version++;
        if (!byIntent.TryGetValue(pending.Key.Id, out var sameId))
        {
            byIntent.Add(pending.Key.Id, sameId = []);
        }

        sameId.Add(pending);
        sizeBytes += pending.Encoded.Length;
        var payer = PayerOf(checkedContent);
        reserved[payer] = reserved.GetValueOrDefault(payer) + checkedContent.Transaction.MaxFee;
        if (!queues.TryGetValue(pending.Key.Account, out var queue))
        {
            queues.Add(pending.Key.Account, queue = new AccountQueue());
            queue.Turn = turns.AddLast(queue);
        }

        known.Add(pending.Key, new Entry(pending, queue.Waiting.AddLast(pending)));
        byExpiry.Enqueue(pending, pending.Key.Id.ValidUntil.Ms);
        return MempoolStatus.Added;
    }

    /// <summary>
    /// Every pending transaction in the order in which blocks should take them: one of each account in turn. Nothing
    /// is taken out; the pool may not change while this is read.
    /// </summary>
    public IEnumerable<PendingTransaction> InTurn()
    {
        var round = new Queue<LinkedListNode<PendingTransaction>>(turns.Count);
        foreach (var queue in turns)
        {
            round.Enqueue(queue.Waiting.First!);
        }

        while (round.TryDequeue(out var next))
        {
            yield return next.Value;
            if (next.Next is { } later)
            {
                round.Enqueue(later);
            }
        }
    }

    /// <summary>Accounts up to this one have had their turn in a full block: the next block begins after it.</summary>
    public void EndTurnsAt(Address account)
    {
        if (!queues.TryGetValue(account, out var last))
        {
            return;
        }

        for (var isLast = false; !isLast;)
        {
            var first = turns.First!;
            isLast = first.Value == last;
            turns.RemoveFirst();
            turns.AddLast(first);
        }
    }

    /// <summary>Drops a transaction that is final, or can never be.</summary>
    public void Remove(PendingTransaction pending)
    {
        var removed = known.Remove(pending.Key, out var entry);
        Invariant.Check(removed);
        Version++;
        var sameId = byIntent[pending.Key.Id];
        sameId.Remove(pending);
        if (sameId.Count == 0)
        {
            byIntent.Remove(pending.Key.Id);
        }

        sizeBytes -= pending.Encoded.Length;
        var queue = queues[pending.Key.Account];
        queue.Waiting.Remove(entry!.Place);
        if (queue.Waiting.Count == 0)
        {
            queues.Remove(pending.Key.Account);
            turns.Remove(queue.Turn!);
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

    /// <summary>Drops what no later block may hold, and gives it back.</summary>
    /// <param name="time">Time of the last final block.</param>
    public IReadOnlyList<PendingTransaction> DropExpired(UnixTime time)
    {
        var dropped = new List<PendingTransaction>();
        while (byExpiry.TryPeek(out var first, out var validUntilMs) && validUntilMs <= time.Ms)
        {
            byExpiry.Dequeue();
            if (known.TryGetValue(first.Key, out var entry) && entry.Pending == first)
            {
                Remove(first);
                dropped.Add(first);
            }
        }

        return dropped;
    }

    private static BalanceKey PayerOf(CheckedTransaction content) =>
        new(content.Transaction.EffectiveFeePayer, content.Transaction.FeeAsset);

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

        var isDelegate = transaction.Signer != transaction.Account;
        if (state.IsReserved(transaction.Account)
            || (isDelegate && state.FindMandates(transaction.Account, transaction.Signer, now).Count == 0))
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

        if (queues.GetValueOrDefault(pending.Key.Account)?.Waiting.Count >= NodeLimits.MempoolTransactionsPerAccount)
        {
            return MempoolStatus.AccountQueueFull;
        }

        return known.Count < NodeLimits.MempoolTransactions
            && sizeBytes + pending.Encoded.Length <= NodeLimits.MempoolSizeBytes
                ? MempoolStatus.Added
                : MempoolStatus.QueueFull;
    }

    private sealed record Entry(PendingTransaction Pending, LinkedListNode<PendingTransaction> Place);

    private sealed class AccountQueue
    {
        public LinkedList<PendingTransaction> Waiting { get; } = [];

        public LinkedListNode<AccountQueue>? Turn { get; set; }
    }
}
