using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-31: the asset exists, the amount is not zero, the recipient is not reserved, the balance is not
/// frozen and covers it. A transfer
/// to oneself needs the balance and changes nothing.
/// </summary>
internal static class TransferRules
{
    public static TransactionStatus Apply(Step step, Operation.Transfer transfer)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(transfer.Asset) is null)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (transfer.Amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (objects.IsReserved(transfer.To))
        {
            return TransactionStatus.RecipientReserved;
        }

        var debit = objects.CheckDebit(step.Account, transfer.Asset, transfer.Amount);
        if (debit != TransactionStatus.Ok)
        {
            return debit;
        }

        // From here on it must succeed.
        step.OpenAccount(transfer.To);
        objects.Debit(step.Account, transfer.Asset, transfer.Amount);
        objects.Credit(transfer.To, transfer.Asset, transfer.Amount);
        step.Effects.Add(new Effect(
            EffectKind.Transfer,
            step.Transaction,
            step.Operation,
            transfer.Asset,
            step.Account,
            transfer.To,
            transfer.Amount,
            Reference: transfer.Reference));
        return TransactionStatus.Ok;
    }
}
