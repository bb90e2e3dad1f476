using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-32 open, L-33 top up, L-35 close, L-36 request to close, L-37 withdraw. Claims are <see cref="ClaimRules"/>. A
/// channel that ends leaves the state; its id can never come back, because it is made from an intent.
/// </summary>
internal static class ChannelRules
{
    public static TransactionStatus Open(Step step, Operation.OpenChannel open, ChannelOpeningEvidence opening)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(open.Asset) is null)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (open.Deposit.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (objects.IsReserved(open.Payee))
        {
            return TransactionStatus.RecipientReserved;
        }

        if (open.Payee == step.Account)
        {
            return TransactionStatus.PayeeIsPayer;
        }

        if (open.GraceMs < step.Genesis.Parameters.MinGraceMs)
        {
            return TransactionStatus.GraceTooShort;
        }

        if (open.GraceMs > step.Genesis.Parameters.MaxGraceMs)
        {
            return TransactionStatus.GraceTooLong;
        }

        if (open.FirstVoucher is { } voucher
            && (voucher.Channel != opening.Channel || voucher.Network != step.Genesis.Network))
        {
            return TransactionStatus.FirstVoucherMismatch;
        }

        var debit = objects.CheckDebit(step.Account, open.Asset, open.Deposit);
        if (debit != TransactionStatus.Ok)
        {
            return debit;
        }

        // From here on it must succeed.
        Invariant.Check(objects.Channels.Find(opening.Channel) is null);
        step.OpenAccount(open.Payee);
        objects.Debit(step.Account, open.Asset, open.Deposit);
        var channel = new Channel(
            opening.Channel,
            step.Account,
            open.Payee,
            open.VoucherKey,
            open.Asset,
            open.Deposit,
            Amount.Zero,
            open.GraceMs,
            opening.FirstVoucher,
            null);
        objects.Channels.Set(channel.Id, channel);
        step.Report(EffectKind.ChannelOpened, channel, channel.Payer, channel.Payee, open.Deposit);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus TopUp(Step step, Operation.TopUpChannel topUp)
    {
        var objects = step.Objects;
        if (objects.Channels.Find(topUp.Channel) is not { } channel)
        {
            return TransactionStatus.ChannelUnknown;
        }

        if (topUp.Amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (channel.IsClosing)
        {
            return TransactionStatus.ChannelClosing;
        }

        if (!Amount.TryAdd(channel.Deposit, topUp.Amount, out var deposit))
        {
            return TransactionStatus.DepositTooLarge;
        }

        var debit = objects.CheckDebit(step.Account, channel.Asset, topUp.Amount);
        if (debit != TransactionStatus.Ok)
        {
            return debit;
        }

        // From here on it must succeed.
        objects.Debit(step.Account, channel.Asset, topUp.Amount);
        objects.Channels.Set(channel.Id, channel with { Deposit = deposit });
        step.Report(EffectKind.ChannelToppedUp, channel, step.Account, channel.Payee, topUp.Amount);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Close(Step step, ChannelId id)
    {
        if (step.Objects.Channels.Find(id) is not { } channel)
        {
            return TransactionStatus.ChannelUnknown;
        }

        if (channel.Payee != step.Account)
        {
            return TransactionStatus.NotPayee;
        }

        // From here on it must succeed.
        End(step, channel);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus RequestClose(Step step, ChannelId id)
    {
        if (step.Objects.Channels.Find(id) is not { } channel)
        {
            return TransactionStatus.ChannelUnknown;
        }

        if (channel.Payer != step.Account)
        {
            return TransactionStatus.NotPayer;
        }

        if (channel.IsClosing)
        {
            return TransactionStatus.ChannelClosing;
        }

        // From here on it must succeed.
        var closing = channel with { WithdrawableUptimeMs = step.UptimeMs + channel.GraceMs };
        step.Objects.Channels.Set(id, closing);
        step.Report(EffectKind.ChannelClosing, closing, channel.Payer, channel.Payee, Amount.Zero);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Withdraw(Step step, ChannelId id)
    {
        if (step.Objects.Channels.Find(id) is not { } channel)
        {
            return TransactionStatus.ChannelUnknown;
        }

        if (channel.Payer != step.Account)
        {
            return TransactionStatus.NotPayer;
        }

        if (channel.WithdrawableUptimeMs is not { } withdrawableMs)
        {
            return TransactionStatus.ChannelNotClosing;
        }

        if (step.UptimeMs < withdrawableMs)
        {
            return TransactionStatus.GraceRunning;
        }

        // From here on it must succeed.
        End(step, channel);
        return TransactionStatus.Ok;
    }

    private static void End(Step step, Channel channel)
    {
        var rest = channel.Remaining;
        if (!rest.IsZero)
        {
            step.Objects.Credit(channel.Payer, channel.Asset, rest);
        }

        step.Objects.Channels.Set(channel.Id, null);
        step.Report(EffectKind.ChannelClosed, channel, channel.Payee, channel.Payer, rest);
    }
}
