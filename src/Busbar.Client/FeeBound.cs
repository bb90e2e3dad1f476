using Busbar.Api;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// The most that operations can cost under a network's tariff, whatever the ledger's state: every account they name
/// is taken as new. The same operations under the same tariff give the same bound, so signing them again under the
/// same intent id gives the same transaction, and a retry never pays twice. Stateless and thread-safe.
/// </summary>
public static class FeeBound
{
    /// <summary>Hashes that one price of "claimHashes" pays for: spec/ledger.md#L-61.</summary>
    private const int HashesPerPrice = 64;

    /// <summary>The bound, in atomic units of the fee asset.</summary>
    /// <exception cref="BusbarException">TariffIncomplete: the node's tariff has no price for an operation.</exception>
    public static Amount Of(NetworkInfo network, IReadOnlyList<Operation> operations)
    {
        var bound = Amount.Zero;
        foreach (var operation in operations)
        {
            bound += Of(network, operation);
        }

        return bound;
    }

    private static Amount Of(NetworkInfo network, Operation operation) => operation switch
    {
        Operation.Transfer => Price(network, "transfer") + Price(network, "accountOpening"),
        Operation.OpenChannel => Price(network, "openChannel") + Price(network, "accountOpening"),
        Operation.TopUpChannel => Price(network, "topUpChannel"),
        Operation.ClaimChannels claims => Of(network, claims.Claims),
        Operation.CloseChannel => Price(network, "closeChannel"),
        Operation.RequestChannelClose => Price(network, "requestChannelClose"),
        Operation.WithdrawChannel => Price(network, "withdrawChannel"),
        Operation.CastVote => Price(network, "castVote"),
        _ => throw new InvariantBrokenException("every operation has a price"),
    };

    private static Amount Of(NetworkInfo network, IReadOnlyList<Claim> claims)
    {
        var bound = Amount.Zero;
        foreach (var claim in claims)
        {
            var blocks = (ClaimCheck.HashCount(claim) + HashesPerPrice - 1) / HashesPerPrice;
            Invariant.Check(Amount.TryMultiply(Price(network, "claimHashes"), (ulong)blocks, out var hashes));
            bound += Price(network, "claimEntry") + hashes;
            bound += claim.Proof is null ? Amount.Zero : Price(network, "claimSignature");
        }

        return bound;
    }

    private static Amount Price(NetworkInfo network, string name) =>
        network.Tariff.TryGetValue(name, out var text) && Amount.TryParseAtomic(text, out var price)
            ? price
            : throw new BusbarException("TariffIncomplete", $"The node's tariff has no price for {name}.");
}
