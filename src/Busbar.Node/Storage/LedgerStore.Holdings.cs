using Busbar.Ledger;
using RocksDbSharp;

namespace Busbar.Node.Storage;

public sealed partial class LedgerStore
{
    /// <summary>
    /// Assets that an account holds after the last stored block, in order of address, at most
    /// <see cref="NodeLimits.BalancesPerAnswer"/>.
    /// </summary>
    public IReadOnlyList<Address> AssetsHeldBy(Address account)
    {
        byte[] prefix = [StateKey.BalanceKind, .. account.ToArray()];
        var assets = new List<Address>();
        using var iterator = database.NewIterator(state);
        for (iterator.Seek(prefix); iterator.Valid() && assets.Count < NodeLimits.BalancesPerAnswer; iterator.Next())
        {
            var key = iterator.Key();
            if (!key.AsSpan().StartsWith(prefix))
            {
                break;
            }

            assets.Add(new Address(key.AsSpan(prefix.Length)));
        }

        return assets;
    }
}
