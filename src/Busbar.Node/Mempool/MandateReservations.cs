using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Node.Mempool;

/// <summary>
/// Fees of what waits, held against the mandates that they will count against: a delegate cannot reserve more of its
/// account's balance than it may spend. Not thread-safe. spec/api.md#A-23.
/// </summary>
internal sealed class MandateReservations
{
    private readonly Dictionary<(MandateKey Mandate, Address Asset), Amount> reserved = [];

    /// <summary>Whether every mandate of a chain covers one more fee beside those of all that waits.</summary>
    public bool Covers(IReadOnlyList<Mandate> chain, Address asset, Amount fee, UnixTime now)
    {
        foreach (var mandate in chain)
        {
            if (!Amount.TryAdd(reserved.GetValueOrDefault((mandate.Key, asset)), fee, out var wanted)
                || !mandate.Covers(asset, wanted, now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One more fee waits.</summary>
    public void Add(IReadOnlyList<MandateKey> chain, Address asset, Amount fee)
    {
        foreach (var mandate in chain)
        {
            reserved[(mandate, asset)] = reserved.GetValueOrDefault((mandate, asset)) + fee;
        }
    }

    /// <summary>It waits no more; the chain is that of its <see cref="Add"/>.</summary>
    public void Remove(IReadOnlyList<MandateKey> chain, Address asset, Amount fee)
    {
        foreach (var mandate in chain)
        {
            var left = reserved.GetValueOrDefault((mandate, asset)) - fee;
            if (left.IsZero)
            {
                reserved.Remove((mandate, asset));
            }
            else
            {
                reserved[(mandate, asset)] = left;
            }
        }
    }
}
