using Busbar.Ethereum;

namespace Busbar.Ledger;

/// <summary>
/// Addresses that may neither receive by an operation nor act: zero, the fee account and the two x402 contracts.
/// The addresses of assets are reserved too, which only the state knows. spec/ledger.md#L-5.
/// </summary>
public static class ReservedAddresses
{
    /// <summary>True for an address that is reserved on every network.</summary>
    public static bool Contains(Address address) =>
        address == Address.Zero || address == FeeAccount.Address
        || address == X402.BatchSettlement || address == X402.DepositCollector;
}
