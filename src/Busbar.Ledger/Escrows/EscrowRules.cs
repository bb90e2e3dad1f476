using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-132 lock, L-134 release, L-135 refund. Signatures and the preimage's hash were checked on arrival and come as
/// evidence. Either one ends the escrow, so that it pays once.
/// </summary>
internal static class EscrowRules
{
    /// <summary>How far ahead of its block an escrow's refund time may lie: ten years of 365 days, in ms.</summary>
    public const ulong MaxRefundAheadMs = 315_360_000_000;

    public static TransactionStatus Lock(Step step, Operation.LockEscrow operation, ObjectEvidence evidence)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(operation.Asset) is null)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (operation.Amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (objects.IsReserved(operation.Payee))
        {
            return TransactionStatus.RecipientReserved;
        }

        if (operation.Payee == step.Account)
        {
            return TransactionStatus.PayeeIsPayer;
        }

        if (operation.RefundTime <= step.Time)
        {
            return TransactionStatus.RefundTimeNotAhead;
        }

        if (operation.RefundTime.Ms - step.Time.Ms > MaxRefundAheadMs)
        {
            return TransactionStatus.RefundTimeTooFar;
        }

        var debit = objects.CheckDebit(step.Account, operation.Asset, operation.Amount);
        if (debit != TransactionStatus.Ok)
        {
            return debit;
        }

        // From here on it must succeed.
        var id = new EscrowId(evidence.Id);
        Invariant.Check(objects.Escrows.Find(id) is null);
        step.OpenAccount(operation.Payee);
        objects.Debit(step.Account, operation.Asset, operation.Amount);
        var escrow = new Escrow(
            id,
            step.Account,
            operation.Payee,
            operation.Asset,
            operation.Amount,
            operation.RefundTime,
            operation.Conditions);
        objects.Escrows.Set(id, escrow);
        Report(step, EffectKind.EscrowLocked, escrow, escrow.Payer, escrow.Payee);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Release(Step step, EscrowId id, EscrowReleaseEvidence evidence)
    {
        if (step.Objects.Escrows.Find(id) is not { } escrow)
        {
            return TransactionStatus.EscrowUnknown;
        }

        // The payer needs no condition: what is released is its own.
        if (step.Account != escrow.Payer)
        {
            var (hashLock, attestors) = escrow.Conditions;
            if (hashLock is not null && hashLock != evidence.PreimageHash)
            {
                return TransactionStatus.PreimageWrong;
            }

            if (attestors is not null && Count(attestors, evidence.Attestors) < attestors.Threshold)
            {
                return TransactionStatus.AttestationsMissing;
            }
        }

        // From here on it must succeed.
        step.Objects.Escrows.Set(id, null);
        step.Objects.Credit(escrow.Payee, escrow.Asset, escrow.Amount);
        Report(step, EffectKind.EscrowReleased, escrow, escrow.Payer, escrow.Payee);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Refund(Step step, EscrowId id)
    {
        if (step.Objects.Escrows.Find(id) is not { } escrow)
        {
            return TransactionStatus.EscrowUnknown;
        }

        if (step.Account != escrow.Payer && step.Account != escrow.Payee)
        {
            return TransactionStatus.NotEscrowParty;
        }

        if (step.Account == escrow.Payer && step.Time < escrow.RefundTime)
        {
            return TransactionStatus.RefundTooEarly;
        }

        // From here on it must succeed.
        step.Objects.Escrows.Set(id, null);
        step.Objects.Credit(escrow.Payer, escrow.Asset, escrow.Amount);
        Report(step, EffectKind.EscrowRefunded, escrow, escrow.Payee, escrow.Payer);
        return TransactionStatus.Ok;
    }

    // The evidence names each address once.
    private static int Count(AttestorSet attestors, IReadOnlyList<Address> signed)
    {
        var count = 0;
        foreach (var address in signed)
        {
            count += attestors.Addresses.Contains(address) ? 1 : 0;
        }

        return count;
    }

    private static void Report(Step step, EffectKind kind, Escrow escrow, Address from, Address to) =>
        step.Effects.Add(new Effect(
            kind, step.Transaction, step.Operation, escrow.Asset, from, to, escrow.Amount, Reference: escrow.Id.Value));
}
