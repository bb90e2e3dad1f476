using Busbar.Ticks;

namespace Busbar.Client;

/// <summary>The part of a session that places ticks and renews voucher and deposit; all behind the gate.</summary>
internal sealed partial class PayerSession
{
    private bool TryPlace(Amount price, out (long Number, int Count) place)
    {
        Invariant.Check(channel is not null);
        place = default;
        var tickValue = channel.Voucher.TickValue.Atomic;
        if (tickValue == 0 || price.Atomic % tickValue != 0 || price.Atomic / tickValue > MaxTicksPerRequest)
        {
            return false;
        }

        var count = (int)(price.Atomic / tickValue);
        var number = count == 1 && free.Count > 0 ? free.Min : next + count - 1;
        place = (number, count);
        return number <= channel.Voucher.TickCount;
    }

    private async Task<PayerLease> HandOutAsync(long number, int count, Amount price, string? purchaseId)
    {
        Invariant.Check(channel is not null);
        if (number > channel.Reserved)
        {
            var reserved = Math.Min(number + ReserveBlock - 1, channel.Voucher.TickCount);
            var capped = number;
            while (capped < reserved && ValueAt(capped + 1) <= channel.Cap)
            {
                capped++;
            }

            channel = channel with { Reserved = capped, Settled = next - 1 };
            await account.Store.SaveAsync(channel);
        }

        if (purchaseId is not null)
        {
            var purchase = new Purchase(channel.Id, channel.Voucher.Epoch, number, count);
            await account.Store.SavePurchaseAsync(purchaseId, purchase);
        }

        // From here on it must succeed.
        free.Remove(number);
        next = Math.Max(next, number + 1);
        inFlight++;
        return Encode(number, count, price);
    }

    private PayerLease Encode(long number, int count, Amount price)
    {
        Invariant.Check(channel is not null && generator is not null && number <= channel.Reserved);
        revealed = Math.Max(revealed, number);
        var tick = generator.TickAt(number);
        var path = tick.Chain == pathKnownChain ? [] : generator.PathOf(tick.Chain);
        var header = new TickHeader(channel.Id, tick, path).Encode();
        return new PayerLease(channel.Voucher, number, count, price, header, number <= probeUntil)
        {
            VoucherHeader = voucherKnown ? null : new VoucherHeader(channel.Voucher, channel.Proof).Encode(),
        };
    }

    private async Task<PayerLease?> FindPurchaseAsync(
        string purchaseId, PaymentTerms terms, CancellationToken cancellation)
    {
        Invariant.Check(channel is not null);
        var purchase = await account.Store.FindPurchaseAsync(purchaseId, cancellation);
        if (purchase is null || purchase.Channel != channel.Id || purchase.Epoch != channel.Voucher.Epoch
            || purchase.Number > channel.Reserved)
        {
            return null;
        }

        free.Remove(purchase.Number);
        next = Math.Max(next, purchase.Number + 1);
        inFlight++;
        return Encode(purchase.Number, purchase.Count, terms.Price) with { Probing = false };
    }

    /// <summary>
    /// Signs and stores the voucher of the next epoch; the last one's ticks are never revealed again.
    /// </summary>
    private async Task RenewVoucherAsync(ulong epoch, Amount baseValue, Amount price)
    {
        Invariant.Check(channel is not null && inFlight == 0);
        var tickValue = PayerOpening.CommonTick(channel.Voucher.TickValue, price, MaxTicksPerRequest);
        var terms = new Voucher(
            channel.Voucher.Network,
            channel.Id,
            epoch,
            baseValue,
            tickValue,
            HeadsFor(tickValue),
            ChainLength,
            default);
        generator = opening.Generate(terms);
        Adopt(channel with
        {
            Voucher = generator.Voucher,
            Proof = account.Wallet.Sign(generator.Voucher),
            Reserved = 0,
            Settled = 0,
            EarlierRevealed = Amount.Max(channel.EarlierRevealed, ValueAt(revealed)),
        });
        generator = opening.Generate(channel.Voucher);
        await account.Store.SaveAsync(channel);
    }

    private async Task<PaymentRefusal?> EnsureDepositAsync(
        PaymentTerms terms, Amount value, CancellationToken cancellation)
    {
        Invariant.Check(channel is not null);
        if (value <= channel.Cap)
        {
            return null;
        }

        if (!opening.TryPrepareTopUp(channel, terms, value, out var pending))
        {
            return PayerOpening.Exhausted(account, terms.Price);
        }

        channel = pending;
        await account.Store.SaveAsync(channel);
        var (changed, refusal) = await opening.FinishAsync(channel, cancellation);
        channel = changed;
        await account.Store.SaveAsync(channel);
        return refusal;
    }
}
