namespace Busbar.Ledger;

/// <summary>
/// Addresses that may neither receive by an operation nor act: zero, the fee account and the two x402 contracts.
/// The addresses of assets are reserved too, which only the state knows. spec/ledger.md#L-5.
/// </summary>
public static class ReservedAddresses
{
    /// <summary>The address that x402 gives its exact-payment contract on every chain.</summary>
    public static Address X402Exact { get; } = Address.Parse("0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003");

    /// <summary>The address that x402 gives its channel contract on every chain.</summary>
    public static Address X402Channels { get; } = Address.Parse("0x4020806089470a89826cB9fB1f4059150b550004");

    /// <summary>True for an address that is reserved on every network.</summary>
    public static bool Contains(Address address) =>
        address == Address.Zero || address == FeeAccount.Address || address == X402Exact || address == X402Channels;
}
