using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// A delegate acting for an account, while its transaction executes. Every question and every spend goes to each
/// mandate of its chain, as the objects then are. Not thread-safe.
/// </summary>
internal sealed class Delegation(Objects objects, MandateKey key, UnixTime time)
{
    private readonly List<Mandate> chain = new(Limits.MandateDepth);

    /// <summary>Whose key acts.</summary>
    public Address Signer => key.Signer;

    /// <summary>
    /// The mandate of a key and those above it, the account's own grant last; false, and no mandate, when one of them
    /// is missing or dead. spec/ledger.md#L-144.
    /// </summary>
    public static bool TryFindChain(Objects objects, MandateKey key, UnixTime time, List<Mandate> chain)
    {
        chain.Clear();
        var mandate = objects.Mandates.Find(key);
        while (mandate is not null && time < mandate.Expiry && chain.Count < Limits.MandateDepth)
        {
            chain.Add(mandate);
            if (mandate.Parent is not { } parent)
            {
                return true;
            }

            // The signer's mandate of today need not be the one that this was granted under.
            mandate = objects.Mandates.Find(key with { Signer = parent.Signer });
            mandate = mandate?.Id == parent.Mandate ? mandate : null;
        }

        chain.Clear();
        return false;
    }

    /// <summary>The delegate's chain as it is now; empty when it is dead.</summary>
    public IReadOnlyList<Mandate> FindChain()
    {
        TryFindChain(objects, key, time, chain);
        return chain;
    }

    /// <summary>Whether an amount may be taken from an account; of another account it is not the delegate's.</summary>
    public bool Covers(Address account, Address asset, Amount amount)
    {
        if (account != key.Account)
        {
            return true;
        }

        var mandates = FindChain();
        var covered = mandates.Count > 0;
        foreach (var mandate in mandates)
        {
            covered &= mandate.Covers(asset, amount, time);
        }

        return covered;
    }

    /// <summary>Counts what is taken from an account, which <see cref="Covers"/> allowed.</summary>
    public void Count(Address account, Address asset, Amount amount)
    {
        if (account == key.Account && !amount.IsZero)
        {
            foreach (var mandate in FindChain())
            {
                objects.Mandates.Set(mandate.Key, mandate.Spend(asset, amount, time));
            }
        }
    }
}
