using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Node.Mempool;

/// <summary>
/// Transactions that are not final, offered to blocks by deficit round robin over the accounts, so that one account's
/// flood delays only itself. A transaction stays until it is final or can never be: the block that holds it may be
/// skipped. Fees are reserved: an account cannot have more waiting than it can pay for. Not thread-safe: the loop owns
/// it. spec/api.md#A-11, A-20, A-21.
/// </summary>
public sealed class TransactionPool
{
    // Where those wait that have no lane of their own; no account has this address.
    private static readonly Address Shared = Address.Zero;

    private readonly Dictionary<IntentKey, Entry> known = [];
    private readonly Dictionary<IntentId, List<PendingTransaction>> byIntent = [];
    private readonly TurnQueue ordinary = new();
    private readonly TurnQueue collecting = new();
    private readonly PoolLoads loads = new();
    private readonly Dictionary<BalanceKey, Amount> reserved = [];
    private readonly MandateReservations mandates = new();
    private readonly Dictionary<(Address Account, ulong Nonce), PendingTransaction> byNonce = [];
    private readonly SortedDictionary<(ulong Ms, ulong Number), PendingTransaction> byExpiry = [];
    private ulong lastNumber;

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

        var lane = LaneOf(checkedContent.Transaction, state);
        var status = Check(checkedContent, pending, lane, state, now);
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
        var payer = PayerOf(checkedContent);
        var reservation = ReservationOf(checkedContent, state);
        reserved[payer] = reserved.GetValueOrDefault(payer) + reservation;
        MandateKey[] chain = [.. MandatesOf(checkedContent.Transaction, state, now).Select(one => one.Key)];
        mandates.Add(chain, payer.Asset, reservation);
        var expiryMs = pending.Key.Id.ValidUntil.Ms;
        if (checkedContent.Signed.EthereumNonce is { } nonce)
        {
            // It never expires by itself, and a queue that forgets nothing fills up.
            byNonce.Add((pending.Key.Account, nonce), pending);
            expiryMs = now.Ms + state.Genesis.Parameters.MaxIntentAheadMs;
        }

        var place = TurnsOf(pending).Add(lane, pending);
        var entry = new Entry(pending, (expiryMs, ++lastNumber), lane, place, reservation, chain);
        loads.Add(pending.Encoded.Length);
        foreach (var account in BearersOf(entry))
        {
            loads.Add(account, pending.Encoded.Length);
        }

        known.Add(pending.Key, entry);
        byExpiry.Add(entry.Expiry, pending);
        return MempoolStatus.Added;
    }

    /// <summary>Every pending transaction; of each account in the order in which they came.</summary>
    public IEnumerable<PendingTransaction> All() => collecting.All.Concat(ordinary.All);

    /// <summary>
    /// Fills a block: first what collects, as far as the room goes that is reserved for it, then the rest, then what
    /// else collects; among each of them the accounts take turns. Nothing is taken out.
    /// </summary>
    /// <param name="taken">What the blocks hold that this one stands on.</param>
    /// <param name="offer">
    /// Puts a transaction into the block, or says why not. The pool may not change before this method returns.
    /// </param>
    public void Serve(IReadOnlySet<IntentKey> taken, Func<PendingTransaction, InclusionStatus> offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        var room = BlockCost.ReservedRoom;
        collecting.BeginBlock(taken);
        ordinary.BeginBlock(taken);
        collecting.Serve(pending =>
        {
            if (pending.Cost > room)
            {
                return InclusionStatus.BlockFull;
            }

            var status = offer(pending);
            room -= status == InclusionStatus.Included ? pending.Cost : 0;
            return status;
        });
        ordinary.Serve(offer);
        collecting.Serve(offer);
        collecting.EndBlock();
        ordinary.EndBlock();
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

        if (pending.Transaction.Value.Signed.EthereumNonce is { } nonce)
        {
            byNonce.Remove((pending.Key.Account, nonce));
        }

        TurnsOf(pending).Remove(entry!.Place);
        byExpiry.Remove(entry.Expiry);
        loads.Remove(pending.Encoded.Length);
        foreach (var account in BearersOf(entry))
        {
            loads.Remove(account, pending.Encoded.Length);
        }

        var content = pending.Transaction.Value;
        var payer = PayerOf(content);
        mandates.Remove(entry.Mandates, payer.Asset, entry.Reserved);
        var left = reserved[payer] - entry.Reserved;
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
        while (byExpiry.Count > 0 && byExpiry.First() is { Key.Ms: var until, Value: var first }
            && until <= time.Ms)
        {
            Remove(first);
            dropped.Add(first);
        }

        return dropped;
    }

    private static BalanceKey PayerOf(CheckedTransaction content) =>
        new(content.Transaction.EffectiveFeePayer, content.Transaction.FeeAsset);

    // The fee can never pass its ceiling, however much more a wallet offers. What must succeed is not charged for
    // failing, so the fee as it stands is enough.
    private static Amount ReservationOf(CheckedTransaction content, LedgerState state) =>
        content.Signed.MustSucceed ? state.QuoteFee(content.Transaction).Total
        : state.FeeCeilingOf(content.Transaction) is { } ceiling ? Amount.Min(content.Transaction.MaxFee, ceiling)
        : content.Transaction.MaxFee;

    // What the fee of a delegate's transaction counts against: nothing when another account pays it.
    private static IReadOnlyList<Mandate> MandatesOf(Transaction transaction, LedgerState state, UnixTime now) =>
        IsDelegated(transaction) && transaction.FeePayer is null
            ? state.FindMandates(transaction.Account, transaction.Signer, now)
            : [];

    private static bool IsDelegated(Transaction transaction) => transaction.Signer != transaction.Account;

    private TurnQueue TurnsOf(PendingTransaction pending) => pending.Collects ? collecting : ordinary;

    // Whose turn it takes: the account's; where that is young or poor, the fee payer's; else everybody's.
    private static Address LaneOf(Transaction transaction, LedgerState state) =>
        IsEstablished(transaction.Account, transaction.FeeAsset, state) ? transaction.Account
        : IsEstablished(transaction.EffectiveFeePayer, transaction.FeeAsset, state) ? transaction.EffectiveFeePayer
        : Shared;

    private static bool IsEstablished(Address account, Address feeAsset, LedgerState state) =>
        state.FindAccount(account) is { } found
        && state.Time.Ms - found.Opened.Ms >= NodeLimits.YoungAccountMs
        && state.Tariff.FindRate(feeAsset) is { } rate
        && state.BalanceOf(account, feeAsset).Atomic
            >= (UInt128)NodeLimits.LaneBalanceFeeUnits * rate.Numerator / rate.Denominator;

    // Whose places in the pool it fills.
    private static IEnumerable<Address> BearersOf(Entry entry)
    {
        var transaction = entry.Pending.Transaction.Value.Transaction;
        yield return transaction.Account;
        if (transaction.FeePayer is { } payer)
        {
            yield return payer;
        }

        if (entry.Lane == Shared)
        {
            yield return Shared;
        }
    }

    private MempoolStatus Check(
        CheckedTransaction content, PendingTransaction pending, Address lane, LedgerState state, UnixTime now)
    {
        var transaction = content.Transaction;
        var status = MempoolStatus.Added;
        if (content.Signed.EthereumNonce is { } nonce)
        {
            status = CheckNonce(transaction.Account, nonce, state);
            if (status != MempoolStatus.Added)
            {
                return status;
            }
        }

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

        if (validUntil > now
            && validUntil.Ms - now.Ms > content.Signed.MaxAheadMs(state.Genesis.Parameters.MaxIntentAheadMs))
        {
            return MempoolStatus.TooFarAhead;
        }

        if (state.IsReserved(transaction.Account)
            || (IsDelegated(transaction)
                && state.FindMandates(transaction.Account, transaction.Signer, now).Count == 0))
        {
            return MempoolStatus.SignerNotAuthorised;
        }

        status = CheckFee(content, state, now);
        if (status != MempoolStatus.Added)
        {
            return status;
        }

        status = CheckRoom(transaction, pending.Encoded.Length, lane);
        return status == MempoolStatus.Added && content.Signed.MustSucceed
            && state.TryOut(pending.Transaction, now).Inclusion == InclusionStatus.OperationFails
                ? MempoolStatus.OperationFails
                : status;
    }

    // Nonces without a gap: each one's predecessor is final, or waits here, earlier in the account's queue.
    private MempoolStatus CheckNonce(Address account, ulong nonce, LedgerState state)
    {
        var next = state.EthereumNonceOf(account);
        if (nonce < next || byNonce.ContainsKey((account, nonce)))
        {
            return MempoolStatus.NonceUsed;
        }

        return nonce == next || byNonce.ContainsKey((account, nonce - 1))
            ? MempoolStatus.Added
            : MempoolStatus.NonceAhead;
    }

    private MempoolStatus CheckFee(CheckedTransaction content, LedgerState state, UnixTime now)
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
        var reservation = ReservationOf(content, state);
        if (!Amount.TryAdd(reserved.GetValueOrDefault(payer), reservation, out var wanted)
            || wanted > state.BalanceOf(payer.Account, payer.Asset))
        {
            return MempoolStatus.FeeNotPayable;
        }

        return mandates.Covers(MandatesOf(content.Transaction, state, now), payer.Asset, reservation, now)
            ? MempoolStatus.Added
            : MempoolStatus.FeeBeyondMandate;
    }

    private MempoolStatus CheckRoom(Transaction transaction, int sizeBytes, Address lane)
    {
        var isShared = lane == Shared;
        var most = isShared
            ? NodeLimits.MempoolTransactionsPerYoungAccount
            : NodeLimits.MempoolTransactionsPerAccount;
        var parts = IsDelegated(transaction) ? NodeLimits.MempoolDelegateParts : 1;

        // A delegate fills half of the account's places at the most, so that the account can always revoke.
        if (loads.IsFull(transaction.Account, sizeBytes, most, parts)
            || loads.IsFull(transaction.EffectiveFeePayer, sizeBytes, most)
            || (isShared && loads.IsFull(Shared, sizeBytes, NodeLimits.MempoolTransactionsPerAccount)))
        {
            return MempoolStatus.AccountQueueFull;
        }

        return loads.IsFull(sizeBytes) ? MempoolStatus.QueueFull : MempoolStatus.Added;
    }

    private sealed record Entry(
        PendingTransaction Pending,
        (ulong Ms, ulong Number) Expiry,
        Address Lane,
        TurnQueue.Place Place,
        Amount Reserved,
        IReadOnlyList<MandateKey> Mandates);
}
