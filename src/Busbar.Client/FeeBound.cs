using Busbar.Api;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// The most that operations can cost under a network's tariff, whatever the ledger's state: every account and x402
/// channel they name is taken as new. The same operations under the same tariff give the same bound, so signing them
/// again under the same intent id gives the same transaction, and a retry never pays twice. Stateless and thread-safe.
/// </summary>
public static class FeeBound
{
    /// <summary>The bound, in atomic units of the fee asset.</summary>
    /// <param name="network">The network, with its tariff.</param>
    /// <param name="operations">The operations.</param>
    /// <param name="opens">False where whoever is paid is known to have an account already.</param>
    /// <exception cref="BusbarException">TariffIncomplete: the node's tariff has no price for an operation.</exception>
    public static Amount Of(NetworkInfo network, IReadOnlyList<Operation> operations, bool opens = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(operations);
        UInt128 units = 0;
        foreach (var operation in operations)
        {
            units += Pricing.UnitsOf(operation, UnitsOf);
            units += Pricing.OpenedBy(operation) is null || !opens ? 0 : UnitsOf(Price.AccountOpening);
            units += Pricing.ChannelOpenedBy(operation) is null ? 0 : UnitsOf(Price.X402ChannelOpening);
        }

        return new Amount(units);

        ulong UnitsOf(Price price) => UnitsIn(network, Pricing.NameOf(price));
    }

    private static ulong UnitsIn(NetworkInfo network, string name) =>
        network.Tariff.TryGetValue(name, out var text)
        && Amount.TryParseAtomic(text, out var price) && price.Atomic <= ulong.MaxValue
            ? (ulong)price.Atomic
            : throw new BusbarException("TariffIncomplete", $"The node's tariff has no price for {name}.");
}
