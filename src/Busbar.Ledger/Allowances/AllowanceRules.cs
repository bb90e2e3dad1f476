using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-171 approve, L-172 transfer by a spender, L-173 permit. An allowance of 2^128 - 1 has no limit and is not used up;
/// one of zero is no object.
/// </summary>
internal static class AllowanceRules
{
    public static TransactionStatus Approve(Step step, Operation.Approve approve)
    {
        if (step.Objects.Assets.Find(approve.Asset) is null)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (step.Objects.IsReserved(approve.Spender))
        {
            return TransactionStatus.SpenderReserved;
        }

        if (step.Objects.CheckPledge(step.Account, approve.Asset, approve.Amount) != TransactionStatus.Ok)
        {
            return TransactionStatus.MandateLimitPassed;
        }

        // From here on it must succeed.
        step.Objects.CountPledge(step.Account, approve.Asset, approve.Amount);
        Set(step, new AllowanceKey(step.Account, approve.Asset, approve.Spender), approve.Amount);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus TransferFrom(Step step, Operation.TransferFrom transfer)
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

        var key = new AllowanceKey(transfer.From, transfer.Asset, step.Account);
        var allowance = objects.Allowances.Find(key);
        if (allowance < transfer.Amount)
        {
            return TransactionStatus.AllowanceTooLow;
        }

        var debit = objects.CheckDebit(transfer.From, transfer.Asset, transfer.Amount);
        if (debit != TransactionStatus.Ok)
        {
            return debit;
        }

        // What comes from the account itself counts as its debit, and counts once.
        var isOthers = transfer.From != step.Account;
        if (isOthers
            && objects.CheckPledge(step.Account, transfer.Asset, transfer.Amount) != TransactionStatus.Ok)
        {
            return TransactionStatus.MandateLimitPassed;
        }

        // From here on it must succeed.
        if (isOthers)
        {
            objects.CountPledge(step.Account, transfer.Asset, transfer.Amount);
        }

        if (allowance != Amount.MaxValue)
        {
            objects.Allowances.Set(key, allowance - transfer.Amount);
        }

        step.OpenAccount(transfer.To);
        objects.Debit(transfer.From, transfer.Asset, transfer.Amount);
        objects.Credit(transfer.To, transfer.Asset, transfer.Amount);
        step.Effects.Add(new Effect(
            EffectKind.Transfer,
            step.Transaction,
            step.Operation,
            transfer.Asset,
            transfer.From,
            transfer.To,
            transfer.Amount,
            Reference: transfer.Reference));
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Permit(Step step, Operation.Permit permit, SignerEvidence evidence)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(permit.Asset) is not { } asset)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (objects.IsReserved(permit.Spender))
        {
            return TransactionStatus.SpenderReserved;
        }

        if (evidence.Signer != permit.Owner || asset.DomainIn(step.Genesis.Network) != permit.Domain)
        {
            return TransactionStatus.PermitSignatureInvalid;
        }

        if (Uint256.FromUInt128(step.Time.Seconds) > permit.DeadlineSeconds)
        {
            return TransactionStatus.PermitExpired;
        }

        var nonceKey = new BalanceKey(permit.Owner, permit.Asset);
        var nonce = objects.PermitNonces.Find(nonceKey);
        if (permit.Nonce != nonce)
        {
            return permit.Nonce < nonce ? TransactionStatus.PermitNonceUsed : TransactionStatus.PermitNonceAhead;
        }

        // From here on it must succeed.
        step.OpenAccount(permit.Owner);
        objects.PermitNonces.Set(nonceKey, nonce + 1);
        Set(step, new AllowanceKey(permit.Owner, permit.Asset, permit.Spender), permit.Value.ToAmountAtMost());
        return TransactionStatus.Ok;
    }

    private static void Set(Step step, AllowanceKey key, Amount amount)
    {
        step.Objects.Allowances.Set(key, amount);
        step.Effects.Add(new Effect(
            EffectKind.AllowanceSet,
            step.Transaction,
            step.Operation,
            key.Asset,
            key.Owner,
            key.Spender,
            amount));
    }
}
