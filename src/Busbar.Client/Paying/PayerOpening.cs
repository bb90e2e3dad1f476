using Busbar.Api;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// A payer's dealings with the ledger for one payee: open, take up again, top up, see ended. Stateless.
/// </summary>
internal sealed class PayerOpening(PayerAccount account, Address payee, Address asset)
{
    private const int TicksOfDefaultDeposit = 1_000;

    public static PaymentRefusal Exhausted(PayerAccount account, Amount price) => new(
        PaymentCode.BudgetExhausted,
        $"{account.Left.ToUnits(9)} of the budget of {account.Options.Budget.ToUnits(9)} is left; "
        + $"the price is {price.ToUnits(9)}.");

    /// <summary>The greatest value that divides both, unless that takes too many ticks a request.</summary>
    public static Amount CommonTick(Amount last, Amount price, int maxTicks)
    {
        var (a, b) = (last.Atomic, price.Atomic);
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return price.Atomic / a <= (UInt128)maxTicks ? new Amount(a) : price;
    }

    /// <summary>Signs the opening of a channel with its first voucher; nothing is sent yet.</summary>
    public (PayerChannel? Channel, PaymentRefusal? Refusal) Prepare(PaymentTerms terms, int heads, int length)
    {
        var wanted = Amount.Max(account.Options.Deposit ?? SuggestedOf(terms), terms.Price);
        if (!account.TryCommit(wanted, terms.Price, out var deposit))
        {
            return (null, Exhausted(account, terms.Price));
        }

        var wallet = account.Wallet;
        var intent = wallet.NewIntent();
        var id = Transaction.ChannelIdFor(wallet.Network, wallet.Address, wallet.Signer, intent, 0);
        var voucher = Generate(new Voucher(
            wallet.Network, id, 1, Amount.Zero, terms.Price, heads, length, default)).Voucher;
        var signed = wallet.Sign(intent, new Operation.OpenChannel(
            payee, wallet.PublicKey, asset, deposit, terms.MinGraceMs, voucher));
        return (new PayerChannel
        {
            Id = id,
            Payee = payee,
            Asset = asset,
            Status = PayerChannelStatus.Opening,
            Deposit = Amount.Zero,
            Start = Amount.Zero,
            Committed = deposit,
            Voucher = voucher,
            Proof = null,
            Reserved = 0,
            Settled = 0,
            EarlierRevealed = Amount.Zero,
            Pending = signed,
        }, null);
    }

    /// <summary>Binds more of the budget and signs a top-up that reaches a value; nothing is sent yet.</summary>
    public bool TryPrepareTopUp(PayerChannel channel, PaymentTerms terms, Amount value, out PayerChannel pending)
    {
        pending = channel;
        var missing = value - channel.Cap;
        var wanted = Amount.Max(account.Options.Deposit ?? SuggestedOf(terms), missing);
        if (!account.TryCommit(wanted, missing, out var amount))
        {
            return false;
        }

        var signed = account.Wallet.Sign(account.Wallet.NewIntent(), new Operation.TopUpChannel(channel.Id, amount));
        pending = channel with { Committed = channel.Committed + amount, Pending = signed };
        return true;
    }

    /// <summary>
    /// Sees the stored opening or top-up through, and changes the channel by what the ledger answered.
    /// </summary>
    public async Task<(PayerChannel Channel, PaymentRefusal? Refusal)> FinishAsync(
        PayerChannel channel, CancellationToken cancellation)
    {
        Invariant.Check(channel.Pending is not null);
        var refusal = await account.SubmitAsync(channel.Pending, cancellation);
        if (refusal?.Code == PaymentCode.BuyerNodeUnavailable)
        {
            return (channel, refusal);
        }

        var amount = channel.Pending.Transaction.Operations[0] switch
        {
            Operation.OpenChannel open => open.Deposit,
            Operation.TopUpChannel topUp => topUp.Amount,
            _ => throw new InvariantBrokenException("a payer's pending transaction opens or tops up"),
        };
        if (refusal is null)
        {
            return (channel with
            {
                Status = PayerChannelStatus.Open, Deposit = channel.Deposit + amount, Pending = null,
            }, null);
        }

        account.Release(amount);
        return (channel with
        {
            Status = channel.Status == PayerChannelStatus.Opening ? PayerChannelStatus.Ended : channel.Status,
            Committed = channel.Committed - amount,
            Pending = null,
        }, refusal);
    }

    /// <summary>
    /// Looks for an open channel to this payee that the data folder does not know, because it was lost, and takes it
    /// up on the payee's best token. Tokens of the lost state are never made again: the secret is another.
    /// </summary>
    public async Task<(PayerChannel? Channel, PaymentRefusal? Refusal)> FindForgottenAsync(
        PaymentTerms terms, PayerChannel? known, Func<ChannelId, Task<Claim?>> probe, CancellationToken cancellation)
    {
        IReadOnlyList<ChannelInfo> channels;
        try
        {
            channels = await NodeRetry.RunAsync<IReadOnlyList<ChannelInfo>>(
                async token => await account.Node.GetChannelsAsync(account.Wallet.Address, "payer", token),
                account.Options.Patience,
                cancellation);
        }
        catch (BusbarException exception) when (exception.Code == "NodeUnavailable")
        {
            return (null, new PaymentRefusal(PaymentCode.BuyerNodeUnavailable, exception.Message));
        }

        var forgotten = channels.FirstOrDefault(info =>
            info.Status == "open" && Address.Parse(info.Payee) == payee && Address.Parse(info.Asset) == asset
            && Address.Parse(info.VoucherKey.Address) == account.Wallet.Signer
            && info.Channel != known?.Id.ToString());
        return forgotten is null || !ChannelId.TryParse(forgotten.Channel, out var id)
            ? (null, null)
            : TakeUp(terms, id, forgotten, await probe(id));
    }

    /// <summary>True when a claim is true, of this channel, and made with this payer's key or first voucher.</summary>
    public bool IsOurs(Claim best, ChannelId id, Voucher current, out Amount value)
    {
        var evidence = ClaimCheck.Evaluate(best);
        value = evidence.Value;
        return evidence.Fault == ClaimFault.Unset && best.Voucher.Channel == id
            && best.Voucher.Network == account.Wallet.Network
            && (best.Proof?.Key.Equals(account.Wallet.PublicKey) ?? best.Voucher == current || best.Voucher.Epoch == 1);
    }

    /// <summary>Derives the ticks of a voucher again, or of terms whose root is not known yet.</summary>
    public TickGenerator Generate(Voucher terms) => TickGenerator.Create(
        terms.Network, terms.Channel, terms.Epoch, terms.Base, terms.TickValue, terms.Heads, terms.Length,
        account.Store.TickSecret);

    /// <summary>What became of a channel that the seller no longer takes: ended when the ledger agrees.</summary>
    public async Task<(PayerChannel? Ended, PaymentRefusal? Refusal)> LookUpEndedAsync(
        PayerChannel channel, CancellationToken cancellation)
    {
        try
        {
            var info = await account.Node.GetChannelAsync(channel.Id, cancellation);
            return info.Status == "open"
                ? (null, new PaymentRefusal(PaymentCode.SellerRefuses, "The ledger says that the channel is open."))
                : (channel with { Status = PayerChannelStatus.Ended }, null);
        }
        catch (BusbarException exception) when (exception.Code == "ChannelUnknown")
        {
            // It ended: at most what was revealed was paid, and the rest came back.
            var used = Amount.Min(channel.Committed, channel.RevealedValue - channel.Start);
            account.Release(channel.Committed - used);
            return (channel with { Status = PayerChannelStatus.Ended, Committed = used }, null);
        }
        catch (Exception exception) when (NodeRetry.IsOutage(exception, cancellation))
        {
            return (null, new PaymentRefusal(PaymentCode.BuyerNodeUnavailable, exception.Message));
        }
    }

    private (PayerChannel? Channel, PaymentRefusal? Refusal) TakeUp(
        PaymentTerms terms, ChannelId id, ChannelInfo info, Claim? best)
    {
        Invariant.Check(Amount.TryParseAtomic(info.DepositAtomic, out var deposit));
        Invariant.Check(Amount.TryParseAtomic(info.ClaimedAtomic, out var value));
        var epoch = 1UL;
        if (best is not null)
        {
            if (!IsOurs(best, id, best.Voucher, out var bestValue))
            {
                return (null, new PaymentRefusal(PaymentCode.BestTokenWrong, "The seller's best token is not true."));
            }

            epoch = best.Voucher.Epoch;
            value = Amount.Max(value, bestValue);
        }

        if (value >= deposit || deposit - value < terms.Price
            || !account.TryCommit(deposit - value, terms.Price, out var granted))
        {
            return (null, null);
        }

        // A voucher without ticks: the first request replaces it by one of the next epoch that this state made.
        var voucher = new Voucher(account.Wallet.Network, id, epoch, value, Amount.Zero, 1, 1, default);
        return (new PayerChannel
        {
            Id = id,
            Payee = payee,
            Asset = asset,
            Status = PayerChannelStatus.Open,
            Deposit = deposit,
            Start = value,
            Committed = granted,
            Voucher = voucher,
            Proof = null,
            Reserved = 0,
            Settled = 0,
            EarlierRevealed = value,
            Pending = null,
        }, null);
    }

    private static Amount SuggestedOf(PaymentTerms terms) => !terms.SuggestedDeposit.IsZero
        ? terms.SuggestedDeposit
        : new Amount(checked(terms.Price.Atomic * TicksOfDefaultDeposit));
}
