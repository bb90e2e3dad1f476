using Busbar.Ledger;
using RocksDbSharp;

namespace Busbar.Node.Storage;

public sealed partial class LedgerStore
{
    /// <summary>
    /// Assets that an account holds after the last stored block, in order of address, at most
    /// <see cref="NodeLimits.BalancesPerAnswer"/>.
    /// </summary>
    public IReadOnlyList<Address> AssetsHeldBy(Address account) =>
        SecondFields(StateKey.BalanceKind, account, NodeLimits.BalancesPerAnswer);

    /// <summary>
    /// Signers that an account has mandates for after the last stored block, in order of address, at most
    /// <see cref="NodeLimits.MandatesPerAnswer"/>.
    /// </summary>
    public IReadOnlyList<Address> SignersFor(Address account) =>
        SecondFields(StateKey.MandateKind, account, NodeLimits.MandatesPerAnswer);

    // Of the keys kind || account || address.
    private List<Address> SecondFields(byte kind, Address account, int maxCount)
    {
        byte[] prefix = [kind, .. account.ToArray()];
        var found = new List<Address>();
        using var iterator = database.NewIterator(state);
        for (iterator.Seek(prefix); iterator.Valid() && found.Count < maxCount; iterator.Next())
        {
            var key = iterator.Key();
            if (!key.AsSpan().StartsWith(prefix))
            {
                break;
            }

            found.Add(new Address(key.AsSpan(prefix.Length)));
        }

        return found;
    }
}
