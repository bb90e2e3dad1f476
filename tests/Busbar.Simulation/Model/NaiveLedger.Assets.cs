using System.Numerics;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

// L-100 to L-108 again.
internal sealed partial class NaiveLedger
{
    private sealed record Issue(string Issuer, bool Freezable, BigInteger Supply);

    private Dictionary<string, Issue> issues = [];
    private HashSet<string> frozen = [];

    /// <summary>The assets that were created, and whose balances are frozen.</summary>
    public IEnumerable<string> AssetsAsText() => issues
        .Select(pair => $"{pair.Key} {pair.Value.Supply} {pair.Value.Issuer} {pair.Value.Freezable}")
        .Concat(frozen)
        .Order(StringComparer.Ordinal);

    public IEnumerable<string> Created => issues.Keys;

    private Action RememberAssets()
    {
        var (oldIssues, oldFrozen) = (new Dictionary<string, Issue>(issues), new HashSet<string>(frozen));
        return () =>
        {
            (issues, frozen) = (oldIssues, oldFrozen);
            assets.RemoveWhere(asset => !genesisAssets.Contains(asset) && !issues.ContainsKey(asset));
        };
    }

    /// <summary>L-105: "Ok", or why the account may not spend so much of its free balance.</summary>
    private string Spend(string account, string asset, BigInteger amount) =>
        frozen.Contains(account + asset) ? "BalanceFrozen"
        : Balance(account, asset) < amount ? "BalanceTooLow" : "Ok";

    private string RunAsset(Transaction tx, int index, string account) => tx.Operations[index] switch
    {
        Operation.CreateAsset create => Create(account, tx.ObjectIdAt(index).ToString(), create),
        Operation.Mint mint => Mint(
            account, mint.Asset.ToString(), mint.To.ToString(), (BigInteger)mint.Amount.Atomic),
        Operation.Burn burn => Burn(account, burn.Asset.ToString(), (BigInteger)burn.Amount.Atomic),
        Operation.Freeze freeze => Freeze(account, freeze.Asset.ToString(), freeze.Account.ToString()),
        Operation.Unfreeze thaw => Unfreeze(account, thaw.Asset.ToString(), thaw.Account.ToString()),
        _ => throw new InvalidOperationException("no operation of assets"),
    };

    private string Create(string account, string id, Operation.CreateAsset create)
    {
        var address = Address.Parse("0x" + id[^40..]).ToString();
        if (!known.Contains(account))
        {
            return "IssuerNotOpen";
        }

        if (known.Contains(address) || Reserved(address))
        {
            return "AssetAddressTaken";
        }

        assets.Add(address);
        issues[address] = new Issue(account, create.Freezable, (BigInteger)create.Supply.Atomic);
        money[account + address] = (BigInteger)create.Supply.Atomic;
        return "Ok";
    }

    private string Mint(string account, string asset, string to, BigInteger amount)
    {
        var issue = issues.GetValueOrDefault(asset);
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : amount == 0 ? "AmountIsZero"
            : Reserved(to) ? "RecipientReserved"
            : issue?.Issuer != account ? "NotIssuer"
            : issue.Supply + amount > Largest ? "SupplyTooLarge" : "Ok";
        if (status == "Ok")
        {
            known.Add(to);
            issues[asset] = issue! with { Supply = issue.Supply + amount };
            money[to + asset] = Balance(to, asset) + amount;
        }

        return status;
    }

    private string Burn(string account, string asset, BigInteger amount)
    {
        var issue = issues.GetValueOrDefault(asset);
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : amount == 0 ? "AmountIsZero"
            : issue is null ? "AssetNotBurnable"
            : Spend(account, asset, amount);
        if (status == "Ok")
        {
            issues[asset] = issue! with { Supply = issue.Supply - amount };
            money[account + asset] -= amount;
        }

        return status;
    }

    private string Freeze(string account, string asset, string who)
    {
        var issue = issues.GetValueOrDefault(asset);
        return !assets.Contains(asset) ? "AssetUnknown"
            : Reserved(who) ? "RecipientReserved"
            : issue?.Issuer != account ? "NotIssuer"
            : !issue.Freezable ? "AssetNotFreezable"
            : frozen.Add(who + asset) ? "Ok" : "AlreadyFrozen";
    }

    private string Unfreeze(string account, string asset, string who) =>
        !assets.Contains(asset) ? "AssetUnknown"
        : issues.GetValueOrDefault(asset)?.Issuer != account ? "NotIssuer"
        : frozen.Remove(who + asset) ? "Ok" : "NotFrozen";
}
