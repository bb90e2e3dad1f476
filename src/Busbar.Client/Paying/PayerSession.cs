using Busbar.Ticks;

namespace Busbar.Client;

/// <summary>
/// One buyer's payments to one payee: hands out ticks, one lease per request, and renews voucher, deposit and channel
/// when they are used up. Thread-safe: everything that changes is behind one gate.
/// <para>
/// No tick is revealed before a number at or above it is stored as reserved, so a crash never makes the payer reuse
/// an epoch's end; what a crash left between settled and reserved is offered again, and the seller says which of
/// them it has taken. A voucher is replaced only while no request of it is in flight.
/// </para>
/// </summary>
internal sealed partial class PayerSession(PayerAccount account, Address payee, Address asset, PayerChannel? stored)
    : IDisposable
{
    /// <summary>Ticks that are reserved with one write.</summary>
    public const int ReserveBlock = 64;

    /// <summary>Ticks that one request may take.</summary>
    public const int MaxTicksPerRequest = 4_096;

    /// <summary>Ticks of a chain of the vouchers made here; a power of two.</summary>
    private const int ChainLength = 256;

    private readonly SemaphoreSlim gate = new(1);
    private readonly SortedSet<long> free = [];
    private readonly PayerOpening opening = new(account, payee, asset);
    private PayerChannel? channel = stored;
    private TickGenerator? generator;
    private TaskCompletionSource? drained;
    private long next = (stored?.Settled ?? 0) + 1;
    private long probeUntil = stored?.Reserved ?? 0;
    private long revealed = stored?.Reserved ?? 0;
    private int inFlight;
    private bool voucherKnown;
    private int pathKnownChain = -1;

    public Address Payee => payee;

    public Address Asset => asset;

    /// <summary>The channel in use, or null.</summary>
    public PayerChannel? Channel => channel;

    /// <summary>Takes the ticks for one request of a price; opens, renews or tops up what is needed for it.</summary>
    /// <param name="terms">The seller's terms.</param>
    /// <param name="purchaseId">The caller's durable name of this purchase, or null.</param>
    /// <param name="anew">True when the ticks stored for the purchase turned out to have paid for another one.</param>
    /// <param name="probe">Asks the seller for its best token of a channel that this folder does not know.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<TakeResult> TakeAsync(
        PaymentTerms terms,
        string? purchaseId,
        bool anew,
        Func<ChannelId, Task<Claim?>> probe,
        CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (await EnsureChannelAsync(terms, probe, cancellation) is { } refusal)
            {
                return new TakeResult(null, refusal);
            }

            Invariant.Check(channel is not null);
            if (purchaseId is not null && !anew
                && await FindPurchaseAsync(purchaseId, terms, cancellation) is { } again)
            {
                return new TakeResult(again, null);
            }

            (long Number, int Count) place;
            while (!TryPlace(terms.Price, out place))
            {
                if (inFlight > 0)
                {
                    await WaitUntilDrainedAsync(cancellation);
                    continue;
                }

                await RenewVoucherAsync(channel.Voucher.Epoch + 1, ValueAt(next - 1), terms.Price);
            }

            if (await EnsureDepositAsync(terms, ValueAt(place.Number), cancellation) is { } tooLittle)
            {
                return new TakeResult(null, tooLittle);
            }

            return new TakeResult(await HandOutAsync(place.Number, place.Count, terms.Price, purchaseId), null);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The seller took it: its voucher and the path of its chain are known there now.</summary>
    public Task SettleAsync(PayerLease lease, long takenTicks) => EndAsync(lease, () =>
    {
        if (IsCurrent(lease))
        {
            voucherKnown = true;
            pathKnownChain = Math.Max(pathKnownChain, (int)((lease.Number - 1) / lease.Voucher.Length));
            for (var number = lease.Number - lease.Count + 1; number <= lease.Number - takenTicks; number++)
            {
                free.Add(number);
            }
        }
    });

    /// <summary>The seller did not take it: another request may.</summary>
    public Task ReturnAsync(PayerLease lease) => EndAsync(lease, () =>
    {
        for (var number = lease.Number - lease.Count + 1; IsCurrent(lease) && number <= lease.Number; number++)
        {
            free.Add(number);
        }

        // What stands at the end is handed out again in order, and is no part of the next voucher's base.
        while (free.Remove(next - 1))
        {
            next--;
        }
    });

    /// <summary>It paid for something else, or nobody knows: it is never used again.</summary>
    public Task LoseAsync(PayerLease lease) => EndAsync(lease, () => { });

    /// <summary>The same ticks with everything that a seller without memory needs.</summary>
    public async Task<PayerLease> WithProofAsync(PayerLease lease, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            voucherKnown = false;
            pathKnownChain = -1;
            return IsCurrent(lease) ? Encode(lease.Number, lease.Count, lease.Price) : lease;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Starts a new epoch on the seller's best token, after the two sides disagreed. The token proves itself: one
    /// that this payer did not make is refused.
    /// </summary>
    public async Task<PaymentRefusal?> ResyncAsync(Claim? best, Amount price, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            while (inFlight > 0)
            {
                await WaitUntilDrainedAsync(cancellation);
            }

            Invariant.Check(channel is not null);
            var epoch = channel.Voucher.Epoch;
            var value = ValueAt(next - 1);
            if (best is not null)
            {
                if (!opening.IsOurs(best, channel.Id, channel.Voucher, out var bestValue))
                {
                    return new PaymentRefusal(
                        PaymentCode.BestTokenWrong, "The seller's best token is not one that this buyer made.");
                }

                epoch = Math.Max(epoch, best.Voucher.Epoch);
                value = Amount.Max(value, bestValue);
            }

            await RenewVoucherAsync(epoch + 1, value, price);
            return null;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The seller says that the channel ended: believed when the ledger says so too.</summary>
    public async Task<PaymentRefusal?> EndChannelAsync(ChannelId id, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            if (channel is null || channel.Id != id || channel.Status == PayerChannelStatus.Ended)
            {
                return null;
            }

            var exact = channel with { Reserved = Math.Min(channel.Reserved, revealed) };
            var (ended, refusal) = await opening.LookUpEndedAsync(exact, cancellation);
            if (ended is not null)
            {
                channel = ended;
                generator = null;
                await account.Store.SaveAsync(ended);
            }

            return refusal;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Stores exactly what was handed out, so that the next start need not ask again.</summary>
    public async Task FlushAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (channel is { Status: PayerChannelStatus.Open } && generator is not null && inFlight == 0)
            {
                channel = channel with { Reserved = Math.Max(revealed, next - 1), Settled = next - 1 };
                await account.Store.SaveAsync(channel);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task<PaymentRefusal?> EnsureChannelAsync(
        PaymentTerms terms, Func<ChannelId, Task<Claim?>> probe, CancellationToken cancellation)
    {
        if (channel is null or { Status: PayerChannelStatus.Ended })
        {
            var adopted = await opening.FindForgottenAsync(terms, channel, probe, cancellation);
            if (adopted.Refusal is not null)
            {
                return adopted.Refusal;
            }

            var opened = adopted.Channel is null ? opening.Prepare(terms, HeadsFor(terms.Price), ChainLength) : adopted;
            if (opened.Channel is null)
            {
                return opened.Refusal;
            }

            Adopt(opened.Channel);
            await account.Store.SaveAsync(opened.Channel);
        }

        Invariant.Check(channel is not null);
        if (channel.Pending is not null)
        {
            var (changed, refusal) = await opening.FinishAsync(channel, cancellation);
            if (changed != channel)
            {
                channel = changed;
                await account.Store.SaveAsync(channel);
            }

            if (refusal is not null)
            {
                return refusal;
            }
        }

        if (generator is null && !channel.Voucher.TickValue.IsZero)
        {
            generator = opening.Generate(channel.Voucher);
        }

        return null;
    }

    private void Adopt(PayerChannel opened)
    {
        channel = opened;
        generator = null;
        free.Clear();
        next = opened.Settled + 1;
        probeUntil = opened.Reserved;
        revealed = opened.Reserved;
        voucherKnown = false;
        pathKnownChain = -1;
    }

    private async Task WaitUntilDrainedAsync(CancellationToken cancellation)
    {
        drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = drained.Task;
        gate.Release();
        try
        {
            await done.WaitAsync(cancellation);
        }
        finally
        {
            await gate.WaitAsync(CancellationToken.None);
        }
    }

    private async Task EndAsync(PayerLease lease, Action change)
    {
        await gate.WaitAsync();
        try
        {
            inFlight--;
            Invariant.Check(inFlight >= 0);
            change();
            if (inFlight == 0 && drained is not null)
            {
                drained.SetResult();
                drained = null;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private bool IsCurrent(PayerLease lease) =>
        channel is not null && lease.Voucher.Channel == channel.Id && lease.Voucher.Epoch == channel.Voucher.Epoch;

    private Amount ValueAt(long number)
    {
        Invariant.Check(channel is not null);
        Invariant.Check(TickNumber.TryValue(channel.Voucher, number, out var value));
        return value;
    }

    /// <summary>Chains enough for the whole budget, so that one signature usually does for a session.</summary>
    private int HeadsFor(Amount tickValue)
    {
        var wanted = account.Options.Budget.Atomic / tickValue.Atomic / ChainLength;
        var heads = 1;
        while (heads < ChainLength && (UInt128)heads <= wanted)
        {
            heads *= 2;
        }

        return heads;
    }
}
