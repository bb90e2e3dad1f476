using Busbar.Client;
using Busbar.Keys;
using Busbar.Ticks;

namespace Busbar.AspNetCore;

/// <summary>What the ledger says of a channel that pays this seller.</summary>
internal sealed record ChannelTerms(
    ChannelId Id,
    Address Payer,
    PublicKey VoucherKey,
    Amount Deposit,
    Amount Claimed,
    Hash256? FirstVoucher,
    bool Closing);

/// <summary>What came of a payment: an entry to serve or replay, or the code of its refusal.</summary>
internal readonly record struct Acceptance(PaymentCode Code, ReplayEntry? Entry, bool IsNew);

/// <summary>
/// One channel at its payee: verifies ticks, knows which value has paid for what, and keeps responses for retries.
/// A request of price P with a tick of value V is paid by the range (V - P, V]; each atom pays once
/// (spec/http.md#H-10). Thread-safe behind one lock; nothing here waits.
/// </summary>
internal sealed class SellerChannel
{
    private readonly Lock sync = new();
    private readonly Dictionary<TickHashKey, ReplayEntry> entries = [];
    private readonly Queue<(Task Durable, Amount Value)> unsynced = new();
    private readonly UsedValue used;
    private readonly UsedValue committed;
    private TickVerifier? verifier;
    private SignatureProof? proof;
    private Amount synced;
    private int unfinished;
    private bool retired;
    private long requests;
    private Amount accepted;
    private long committedRequests;
    private Amount committedValue;

    private SellerChannel(ChannelTerms terms, UsedValue used, UsedValue committed)
    {
        Terms = terms;
        this.used = used;
        this.committed = committed;
    }

    public ChannelId Id => Terms.Id;

    public ChannelTerms Terms { get; private set; }

    /// <summary>Requests that were accepted and did not fail, and what they cost together.</summary>
    public (long Requests, Amount Accepted) Sold
    {
        get
        {
            lock (sync)
            {
                return (requests, accepted);
            }
        }
    }

    /// <summary>When the oldest unclaimed value came in; null while nothing is unclaimed.</summary>
    public DateTimeOffset? UnclaimedSince { get; private set; }

    public long HashCount => verifier?.HashCount ?? 0;

    public static SellerChannel Open(ChannelTerms terms)
    {
        var channel = new SellerChannel(terms, new UsedValue(), new UsedValue());
        if (!terms.Claimed.IsZero)
        {
            // What was claimed had paid for something, even if this seller lost the record of it.
            channel.used.Add(Amount.Zero, terms.Claimed);
            channel.committed.Add(Amount.Zero, terms.Claimed);
        }

        return channel;
    }

    public static SellerChannel Restore(SellerChannelRow row)
    {
        var channel = new SellerChannel(row.Terms, UsedValue.Decode(row.Used), UsedValue.Decode(row.Used))
        {
            requests = row.Requests,
            accepted = row.Accepted,
            committedRequests = row.Requests,
            committedValue = row.Accepted,
        };
        var best = row.Best;
        if (best is not null)
        {
            channel.proof = best.Proof;
            channel.verifier = best.Tick is { } tick
                ? TickVerifier.Restore(best.Voucher, tick, best.Path)
                : new TickVerifier(best.Voucher);
            channel.synced = channel.verifier.BestValue;
            channel.UnclaimedSince = channel.verifier.BestValue > row.Terms.Claimed ? DateTimeOffset.UtcNow : null;
        }

        return channel;
    }

    /// <summary>The best claim, or null before a voucher; what is worth claiming now, capped by the deposit.</summary>
    public (Claim? Claim, Amount Unclaimed) Best()
    {
        lock (sync)
        {
            if (verifier is null)
            {
                return (null, Amount.Zero);
            }

            var worth = Amount.Min(verifier.BestValue, Terms.Deposit);
            return (verifier.BestClaim(proof), worth > Terms.Claimed ? worth - Terms.Claimed : Amount.Zero);
        }
    }

    public void Update(ChannelTerms terms)
    {
        lock (sync)
        {
            Terms = terms with { Claimed = Amount.Max(terms.Claimed, Terms.Claimed) };
        }
    }

    public void MarkClaimed(Amount value)
    {
        lock (sync)
        {
            Terms = Terms with { Claimed = Amount.Max(Terms.Claimed, Amount.Min(value, Terms.Deposit)) };
            var worth = Amount.Min(verifier!.BestValue, Terms.Deposit);
            UnclaimedSince = worth > Terms.Claimed ? UnclaimedSince : null;
        }
    }

    /// <summary>
    /// True, and it takes nothing from here on, when nothing was ever paid on it: to forget it loses nothing.
    /// </summary>
    public bool TryRetire()
    {
        lock (sync)
        {
            retired |= requests == 0 && entries.Count == 0 && unfinished == 0
                && (verifier is null || verifier.BestValue <= Terms.Claimed);
            return retired;
        }
    }

    /// <summary>Takes a voucher: the first, the same again, or the next.</summary>
    public PaymentCode TakeVoucher(VoucherHeader header, NetworkId network)
    {
        lock (sync)
        {
            if (retired)
            {
                return PaymentCode.SellerBusy;
            }

            if (verifier is not null && verifier.Voucher == header.Voucher)
            {
                return PaymentCode.Unset;
            }

            if (header.Voucher.Channel != Id || header.Voucher.Network != network)
            {
                return PaymentCode.VoucherMismatch;
            }

            if (verifier is not null)
            {
                var next = VoucherRules.CheckNext(verifier.Voucher, verifier.BestValue, header.Voucher);
                if (next != VoucherStatus.Accepted)
                {
                    return CodeOf(next);
                }
            }

            var hash = header.Voucher.SigningHash();
            var isSigned = header.Proof is null
                ? hash == Terms.FirstVoucher
                : header.Proof.Key.Equals(Terms.VoucherKey) && header.Proof.Verify(hash);
            if (!isSigned)
            {
                return PaymentCode.VoucherSignatureWrong;
            }

            verifier = new TickVerifier(header.Voucher);
            proof = header.Proof;
            return PaymentCode.Unset;
        }
    }

    /// <summary>Checks a tick for a request of a price. A new entry is the caller's to finish or fail.</summary>
    public Acceptance Accept(TickHeader header, Amount price, Hash256 fingerprint)
    {
        lock (sync)
        {
            if (retired)
            {
                return Refuse(PaymentCode.SellerBusy);
            }

            if (verifier is null)
            {
                return Refuse(PaymentCode.VoucherRequired);
            }

            var tick = header.Tick;
            var number = ((long)tick.Chain * verifier.Voucher.Length) + tick.Position;
            var key = new TickHashKey(tick.Epoch, number, tick.Token);
            if (entries.TryGetValue(key, out var known))
            {
                return known.Fingerprint == fingerprint
                    ? new Acceptance(PaymentCode.Unset, known, IsNew: false)
                    : Refuse(PaymentCode.TickAlreadyUsed);
            }

            var place = TickNumber.CheckPlace(verifier.Voucher, tick);
            if (place != TickStatus.Unset)
            {
                return Refuse(CodeOf(place));
            }

            Invariant.Check(TickNumber.TryValue(verifier.Voucher, number, out var value));
            if (CheckRange(value, price) is var range && range != PaymentCode.Unset)
            {
                return Refuse(range);
            }

            var status = verifier.Accept(tick, header.Path);
            if (status is not (TickStatus.Accepted or TickStatus.AlreadyHeld))
            {
                return Refuse(CodeOf(status));
            }

            if (value > Terms.Deposit)
            {
                return Refuse(PaymentCode.DepositExceeded);
            }

            if (unfinished >= SellerLimits.UnfinishedPerChannel)
            {
                return Refuse(PaymentCode.SellerBusy);
            }

            // From here on it must succeed.
            var entry = new ReplayEntry(fingerprint, key, value - price, value);
            used.Add(entry.From, entry.To);
            entries.Add(key, entry);
            unfinished++;
            requests++;
            accepted += price;
            UnclaimedSince ??= DateTimeOffset.UtcNow;
            return new Acceptance(PaymentCode.Unset, entry, IsNew: true);
        }
    }

    /// <summary>The handler answered: the range stays used.</summary>
    public void Finish(ReplayEntry entry, KeptResponse? response)
    {
        lock (sync)
        {
            unfinished--;
        }

        entry.Finish(response);
    }

    /// <summary>
    /// Called by the writer in the transaction that stores a request's response: until then a crash leaves its range
    /// free, so that the same request can be served again.
    /// </summary>
    public void Commit(ReplayEntry entry)
    {
        lock (sync)
        {
            committed.Add(entry.From, entry.To);
            committedRequests++;
            committedValue += entry.To - entry.From;
        }
    }

    /// <summary>The handler failed: the range may pay for another request.</summary>
    public void Fail(ReplayEntry entry)
    {
        lock (sync)
        {
            unfinished--;
            requests--;
            accepted -= entry.To - entry.From;
            entries.Remove(entry.Key);
            used.Remove(entry.From, entry.To);
        }

        entry.Fail();
    }

    /// <summary>Keeps a stored response, so that a retry after a restart finds it.</summary>
    public void Keep(ReplayEntry entry)
    {
        lock (sync)
        {
            entries.TryAdd(entry.Key, entry);
        }
    }

    /// <summary>Forgets a response; its range stays used.</summary>
    public void Forget(TickHashKey key)
    {
        lock (sync)
        {
            entries.Remove(key);
        }
    }

    /// <summary>Notes a write on its way; true when so much is unsynced that the request must wait for it.</summary>
    public bool MustWait(Task durable, Amount value, Amount inFlight)
    {
        lock (sync)
        {
            unsynced.Enqueue((durable, value));
            while (unsynced.TryPeek(out var first) && first.Durable.IsCompletedSuccessfully)
            {
                synced = Amount.Max(synced, unsynced.Dequeue().Value);
            }

            return value > synced && value - synced > inFlight;
        }
    }

    public SellerChannelRow Snapshot()
    {
        lock (sync)
        {
            return new SellerChannelRow(
                Terms, verifier?.BestClaim(proof), committed.Encode(), committedRequests, committedValue);
        }
    }

    private PaymentCode CheckRange(Amount value, Amount price)
    {
        if (used.Contains(value))
        {
            return PaymentCode.TickAlreadyUsed;
        }

        return value < price || used.Overlaps(value - price, value) ? PaymentCode.PaymentTooSmall : PaymentCode.Unset;
    }

    private static Acceptance Refuse(PaymentCode code) => new(code, null, IsNew: false);

    private static PaymentCode CodeOf(VoucherStatus status) => status switch
    {
        VoucherStatus.WrongChannel => PaymentCode.VoucherMismatch,
        VoucherStatus.EpochNotHigher => PaymentCode.VoucherEpochNotHigher,
        VoucherStatus.BaseTooLow => PaymentCode.VoucherBaseTooLow,
        VoucherStatus.Unset or VoucherStatus.Accepted or _ =>
            throw new InvariantBrokenException("a refused voucher has a reason"),
    };

    private static PaymentCode CodeOf(TickStatus status) => status switch
    {
        TickStatus.WrongEpoch => PaymentCode.TickWrongEpoch,
        TickStatus.PositionOutOfRange => PaymentCode.TickPositionOutOfRange,
        TickStatus.ValueOverflow => PaymentCode.TickValueOverflow,
        TickStatus.PathRequired => PaymentCode.TickPathRequired,
        TickStatus.PathWrong => PaymentCode.TickPathWrong,
        TickStatus.TokenWrong => PaymentCode.TickTokenWrong,
        TickStatus.Unset or TickStatus.Accepted or TickStatus.AlreadyHeld or _ =>
            throw new InvariantBrokenException("a refused tick has a reason"),
    };
}

/// <summary>A channel as it is stored.</summary>
internal sealed record SellerChannelRow(ChannelTerms Terms, Claim? Best, byte[] Used, long Requests, Amount Accepted);
