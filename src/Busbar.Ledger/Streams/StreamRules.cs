using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-122 start, L-123 top up, L-124 stop, L-125 withdraw. What has accrued is counted from one moment on, so that
/// paying it in parts loses and makes nothing.
/// </summary>
internal static class StreamRules
{
    public static TransactionStatus Start(Step step, Operation.StartStream start, ObjectEvidence evidence)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(start.Asset) is null)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (start.Deposit.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (objects.IsReserved(start.Payee))
        {
            return TransactionStatus.RecipientReserved;
        }

        if (start.Payee == step.Account)
        {
            return TransactionStatus.PayeeIsPayer;
        }

        if (start.Rate.IsZero)
        {
            return TransactionStatus.RateIsZero;
        }

        var debit = objects.CheckDebit(step.Account, start.Asset, start.Deposit);
        if (debit != TransactionStatus.Ok)
        {
            return debit;
        }

        // From here on it must succeed.
        var id = new StreamId(evidence.Id);
        Invariant.Check(objects.Streams.Find(id) is null);
        step.OpenAccount(start.Payee);
        objects.Debit(step.Account, start.Asset, start.Deposit);
        var stream = new PaymentStream(
            id, step.Account, start.Payee, start.Asset, start.Rate, start.Deposit, Amount.Zero, step.Time);
        objects.Streams.Set(id, stream);
        Report(step, EffectKind.StreamStarted, stream, stream.Payer, stream.Payee, start.Deposit);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus TopUp(Step step, Operation.TopUpStream topUp)
    {
        var objects = step.Objects;
        if (objects.Streams.Find(topUp.Stream) is not { } stream)
        {
            return TransactionStatus.StreamUnknown;
        }

        if (topUp.Amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        var isDry = stream.AccruedAt(step.Time) == stream.Deposit;
        if (!Amount.TryAdd(isDry ? Amount.Zero : stream.Deposit, topUp.Amount, out var deposit))
        {
            return TransactionStatus.DepositTooLarge;
        }

        var debit = objects.CheckDebit(step.Account, stream.Asset, topUp.Amount);
        if (debit != TransactionStatus.Ok)
        {
            return debit;
        }

        // From here on it must succeed.
        objects.Debit(step.Account, stream.Asset, topUp.Amount);
        if (isDry)
        {
            // The gap since it ran dry is not paid: what accrued is, and the rest starts anew.
            Pay(step, stream, stream.Remaining);
            stream = stream with { Withdrawn = Amount.Zero, Started = step.Time };
        }

        objects.Streams.Set(stream.Id, stream with { Deposit = deposit });
        Report(step, EffectKind.StreamToppedUp, stream, step.Account, stream.Payee, topUp.Amount);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Stop(Step step, StreamId id)
    {
        if (step.Objects.Streams.Find(id) is not { } stream)
        {
            return TransactionStatus.StreamUnknown;
        }

        if (stream.Payer != step.Account && stream.Payee != step.Account)
        {
            return TransactionStatus.NotStreamParty;
        }

        // From here on it must succeed.
        var accrued = stream.AccruedAt(step.Time);
        Pay(step, stream, accrued - stream.Withdrawn);
        End(step, stream, stream.Deposit - accrued);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Withdraw(Step step, StreamId id)
    {
        if (step.Objects.Streams.Find(id) is not { } stream)
        {
            return TransactionStatus.StreamUnknown;
        }

        // From here on it must succeed.
        var accrued = stream.AccruedAt(step.Time);
        Pay(step, stream, accrued - stream.Withdrawn);
        if (accrued == stream.Deposit)
        {
            End(step, stream, Amount.Zero);
        }
        else
        {
            step.Objects.Streams.Set(id, stream with { Withdrawn = accrued });
        }

        return TransactionStatus.Ok;
    }

    private static void Pay(Step step, PaymentStream stream, Amount amount)
    {
        if (!amount.IsZero)
        {
            step.Objects.Credit(stream.Payee, stream.Asset, amount);
            Report(step, EffectKind.StreamPaid, stream, stream.Payer, stream.Payee, amount);
        }
    }

    private static void End(Step step, PaymentStream stream, Amount rest)
    {
        if (!rest.IsZero)
        {
            step.Objects.Credit(stream.Payer, stream.Asset, rest);
        }

        step.Objects.Streams.Set(stream.Id, null);
        Report(step, EffectKind.StreamEnded, stream, stream.Payee, stream.Payer, rest);
    }

    private static void Report(
        Step step, EffectKind kind, PaymentStream stream, Address from, Address to, Amount amount) =>
        step.Effects.Add(new Effect(
            kind, step.Transaction, step.Operation, stream.Asset, from, to, amount, Reference: stream.Id.Value));
}
