namespace Busbar.Ethereum;

/// <summary>
/// What the wallet's signature inside a call is over and call data does not say. Whoever hands the call on adds it; at
/// most one value makes the signature valid, so nobody can hand on the same call with another. spec/ledger.md#L-188.
/// </summary>
/// <param name="Domain">The asset's EIP-712 domain separator.</param>
/// <param name="PermitNonce">The nonce of a permit; zero for what is none.</param>
public readonly record struct WalletTerms(Hash256 Domain, ulong PermitNonce);
