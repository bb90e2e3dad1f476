using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-102 create, L-103 mint, L-104 burn, L-106 freeze, L-107 unfreeze. What a freeze stops is
/// <see cref="Objects.CheckDebit"/>.
/// </summary>
internal static class AssetRules
{
    public static TransactionStatus Create(Step step, Operation.CreateAsset create, ObjectEvidence evidence)
    {
        var objects = step.Objects;
        var address = Transaction.AssetAddressOf(evidence.Id);
        if (objects.Accounts.Find(step.Account) is null)
        {
            return TransactionStatus.IssuerNotOpen;
        }

        if (objects.IsReserved(address) || objects.Accounts.Find(address) is not null)
        {
            return TransactionStatus.AssetAddressTaken;
        }

        // From here on it must succeed.
        var asset = new Asset(
            address,
            create.Name,
            create.Symbol,
            create.Version,
            create.Decimals,
            create.Supply,
            step.Account,
            create.Freezable);
        objects.Assets.Set(address, asset);
        if (!create.Supply.IsZero)
        {
            objects.Credit(step.Account, address, create.Supply);
        }

        Report(step, EffectKind.AssetCreated, address, step.Account, create.Supply);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Mint(Step step, Operation.Mint mint)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(mint.Asset) is not { } asset)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (mint.Amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (objects.IsReserved(mint.To))
        {
            return TransactionStatus.RecipientReserved;
        }

        if (asset.Issuer != step.Account)
        {
            return TransactionStatus.NotIssuer;
        }

        if (!Amount.TryAdd(asset.Supply, mint.Amount, out var supply))
        {
            return TransactionStatus.SupplyTooLarge;
        }

        // From here on it must succeed.
        step.OpenAccount(mint.To);
        objects.Assets.Set(mint.Asset, asset with { Supply = supply });
        objects.Credit(mint.To, mint.Asset, mint.Amount);
        Report(step, EffectKind.AssetMinted, mint.Asset, mint.To, mint.Amount);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Burn(Step step, Operation.Burn burn)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(burn.Asset) is not { } asset)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (burn.Amount.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (asset.Issuer is not { } issuer)
        {
            return TransactionStatus.AssetNotBurnable;
        }

        var debit = objects.CheckDebit(step.Account, burn.Asset, burn.Amount);
        if (debit != TransactionStatus.Ok)
        {
            return debit;
        }

        // From here on it must succeed.
        objects.Debit(step.Account, burn.Asset, burn.Amount);
        objects.Assets.Set(burn.Asset, asset with { Supply = asset.Supply - burn.Amount });
        Report(step, EffectKind.AssetBurned, burn.Asset, issuer, burn.Amount);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Freeze(Step step, Operation.Freeze freeze)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(freeze.Asset) is not { } asset)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (objects.IsReserved(freeze.Account))
        {
            return TransactionStatus.RecipientReserved;
        }

        if (asset.Issuer != step.Account)
        {
            return TransactionStatus.NotIssuer;
        }

        if (!asset.Freezable)
        {
            return TransactionStatus.AssetNotFreezable;
        }

        var key = new BalanceKey(freeze.Account, freeze.Asset);
        if (objects.FrozenBalances.Find(key) is not null)
        {
            return TransactionStatus.AlreadyFrozen;
        }

        // From here on it must succeed.
        objects.FrozenBalances.Set(key, new FrozenBalance(step.Time));
        Report(step, EffectKind.BalanceFrozen, freeze.Asset, freeze.Account, Amount.Zero);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Unfreeze(Step step, Operation.Unfreeze unfreeze)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(unfreeze.Asset) is not { } asset)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (asset.Issuer != step.Account)
        {
            return TransactionStatus.NotIssuer;
        }

        var key = new BalanceKey(unfreeze.Account, unfreeze.Asset);
        if (objects.FrozenBalances.Find(key) is null)
        {
            return TransactionStatus.NotFrozen;
        }

        // From here on it must succeed.
        objects.FrozenBalances.Set(key, null);
        Report(step, EffectKind.BalanceUnfrozen, unfreeze.Asset, unfreeze.Account, Amount.Zero);
        return TransactionStatus.Ok;
    }

    private static void Report(Step step, EffectKind kind, Address asset, Address to, Amount amount) =>
        step.Effects.Add(new Effect(kind, step.Transaction, step.Operation, asset, step.Account, to, amount));
}
