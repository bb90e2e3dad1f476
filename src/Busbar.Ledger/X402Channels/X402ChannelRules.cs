using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-192 and L-193 deposit, L-196 refund, L-197 request a withdrawal, L-198 finish it. Claims are
/// <see cref="X402ClaimRules"/>. What a wallet signed was looked at on arrival.
/// </summary>
internal static class X402ChannelRules
{
    public static TransactionStatus Deposit(
        Step step, Operation.DepositX402Channel deposit, X402DepositEvidence evidence)
    {
        var config = deposit.Config;
        if (config.Payer != step.Account)
        {
            return TransactionStatus.NotPayer;
        }

        var status = CheckDeposit(step, config, deposit.Amount, evidence.Channel);
        if (status == TransactionStatus.Ok)
        {
            status = step.Objects.CheckDebit(config.Payer, config.Asset, deposit.Amount);
        }

        if (status == TransactionStatus.Ok)
        {
            Execute(step, config, deposit.Amount, evidence.Channel, null);
        }

        return status;
    }

    public static TransactionStatus Deposit(
        Step step, Operation.DepositX402ChannelWithAuthorization deposit, X402DepositEvidence evidence)
    {
        var authorization = evidence.Authorization!;
        var status = CheckDeposit(step, deposit.Config, deposit.Amount, evidence.Channel);
        if (status == TransactionStatus.Ok)
        {
            status = AuthorizationRules.CheckSigned(step, authorization, evidence.Signer);
        }

        if (status == TransactionStatus.Ok)
        {
            Execute(step, deposit.Config, deposit.Amount, evidence.Channel, authorization.Nonce);
            AuthorizationRules.RecordUse(step, authorization);
        }

        return status;
    }

    public static TransactionStatus Refund(Step step, Operation.RefundX402Channel refund, SignerEvidence? evidence)
    {
        if (step.Objects.X402Channels.Find(refund.Channel) is not { } channel)
        {
            return TransactionStatus.X402ChannelUnknown;
        }

        if (refund.Amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        var status = CheckReceiverSide(step, channel, refund.Authorization, evidence?.Signer);
        if (status != TransactionStatus.Ok)
        {
            return status;
        }

        // From here on it must succeed.
        var paid = Amount.Min(refund.Amount, channel.Remaining);
        var withdrawal = channel.Withdrawal;
        if (withdrawal is { } waiting)
        {
            withdrawal = waiting.Amount > paid ? waiting with { Amount = waiting.Amount - paid } : null;
        }

        var refunded = channel with { RefundNonce = channel.RefundNonce + 1, Withdrawal = withdrawal };
        ReturnToPayer(step, refunded, paid, EffectKind.X402ChannelRefunded);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus RequestWithdrawal(Step step, Operation.RequestX402Withdrawal request)
    {
        if (step.Objects.X402Channels.Find(request.Channel) is not { } channel)
        {
            return TransactionStatus.X402ChannelUnknown;
        }

        if (request.Amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (!channel.Config.IsPayerSide(step.Account))
        {
            return TransactionStatus.NotPayerSide;
        }

        if (channel.Withdrawal is not null)
        {
            return TransactionStatus.WithdrawalWaits;
        }

        if (request.Amount > channel.Remaining)
        {
            return TransactionStatus.WithdrawalTooLarge;
        }

        // From here on it must succeed.
        var withdrawal = new X402Withdrawal(request.Amount, step.UptimeMs + channel.Config.WithdrawDelayMs);
        step.Objects.X402Channels.Set(channel.Id, channel with { Withdrawal = withdrawal });
        step.Effects.Add(EffectOf(
            step,
            EffectKind.X402WithdrawalRequested,
            channel,
            channel.Config.Payer,
            channel.Config.Receiver,
            request.Amount) with { WithdrawableUptimeMs = withdrawal.WithdrawableUptimeMs });
        return TransactionStatus.Ok;
    }

    public static TransactionStatus FinishWithdrawal(Step step, ChannelId id)
    {
        if (step.Objects.X402Channels.Find(id) is not { } channel)
        {
            return TransactionStatus.X402ChannelUnknown;
        }

        if (!channel.Config.IsPayerSide(step.Account))
        {
            return TransactionStatus.NotPayerSide;
        }

        if (channel.Withdrawal is not { } withdrawal)
        {
            return TransactionStatus.WithdrawalNotRequested;
        }

        if (step.UptimeMs < withdrawal.WithdrawableUptimeMs)
        {
            return TransactionStatus.WithdrawDelayRunning;
        }

        // From here on it must succeed.
        var paid = Amount.Min(withdrawal.Amount, channel.Remaining);
        ReturnToPayer(step, channel with { Withdrawal = null }, paid, EffectKind.X402WithdrawalFinished);
        return TransactionStatus.Ok;
    }

    internal static Effect EffectOf(
        Step step, EffectKind kind, X402Channel channel, Address from, Address to, Amount amount) =>
        new(kind, step.Transaction, step.Operation, channel.Config.Asset, from, to, amount, channel.Id);

    // All that is asked of a deposit but the payer's money and will.
    private static TransactionStatus CheckDeposit(Step step, X402ChannelConfig config, Amount amount, ChannelId id)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(config.Asset) is null)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (objects.IsReserved(config.Receiver))
        {
            return TransactionStatus.RecipientReserved;
        }

        if (config.Receiver == config.Payer)
        {
            return TransactionStatus.PayeeIsPayer;
        }

        if (config.ReceiverAuthorizer == Address.Zero)
        {
            return TransactionStatus.ReceiverAuthorizerMissing;
        }

        if (config.WithdrawDelayMs < step.Genesis.Parameters.MinGraceMs)
        {
            return TransactionStatus.GraceTooShort;
        }

        if (config.WithdrawDelayMs > step.Genesis.Parameters.MaxGraceMs)
        {
            return TransactionStatus.GraceTooLong;
        }

        var deposited = objects.X402Channels.Find(id)?.Deposit ?? Amount.Zero;
        return Amount.TryAdd(deposited, amount, out _) ? TransactionStatus.Ok : TransactionStatus.DepositTooLarge;
    }

    // From here on it must succeed.
    private static void Execute(Step step, X402ChannelConfig config, Amount amount, ChannelId id, Hash256? nonce)
    {
        var objects = step.Objects;
        var channel = objects.X402Channels.Find(id) ?? new X402Channel(id, config, Amount.Zero, Amount.Zero, 0, null);
        step.OpenAccount(config.Receiver);
        objects.Debit(config.Payer, config.Asset, amount);
        objects.X402Channels.Set(id, channel with { Deposit = channel.Deposit + amount });
        step.Effects.Add(
            EffectOf(step, EffectKind.X402ChannelDeposited, channel, config.Payer, config.Receiver, amount) with
            {
                Reference = nonce,
            });
    }

    private static TransactionStatus CheckReceiverSide(
        Step step, X402Channel channel, X402RefundAuthorization? authorization, Address? signer)
    {
        if (authorization is not { } signed)
        {
            return channel.Config.IsReceiverSide(step.Account)
                ? TransactionStatus.Ok
                : TransactionStatus.NotReceiverSide;
        }

        if (signer != channel.Config.ReceiverAuthorizer)
        {
            return TransactionStatus.RefundSignatureInvalid;
        }

        if (signed.Nonce != channel.RefundNonce)
        {
            return signed.Nonce < channel.RefundNonce
                ? TransactionStatus.RefundNonceUsed
                : TransactionStatus.RefundNonceAhead;
        }

        return TransactionStatus.Ok;
    }

    private static void ReturnToPayer(Step step, X402Channel channel, Amount paid, EffectKind kind)
    {
        var (payer, receiver) = (channel.Config.Payer, channel.Config.Receiver);
        if (!paid.IsZero)
        {
            step.Objects.Credit(payer, channel.Config.Asset, paid);
        }

        step.Objects.X402Channels.Set(channel.Id, channel with { Deposit = channel.Deposit - paid });
        step.Effects.Add(EffectOf(step, kind, channel, receiver, payer, paid));
    }
}
