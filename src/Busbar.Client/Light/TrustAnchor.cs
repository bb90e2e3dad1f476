using Busbar.Ledger;
using Busbar.Proofs;

namespace Busbar.Client.Light;

/// <summary>
/// What a light client starts from: nobody can prove anything to whoever trusts nothing. Genesis is one; what a client
/// learned later, and kept, is a shorter way to the same place.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Validators">A validator set and the epoch in which it votes.</param>
/// <param name="RetentionMs">How long the network remembers intents after their expiry.</param>
/// <param name="Height">The highest block that was proved; 0 for genesis.</param>
/// <param name="Time">That block's time.</param>
public sealed record TrustAnchor(
    NetworkId Network, TrustedSet Validators, ulong RetentionMs, ulong Height, UnixTime Time)
{
    /// <summary>Trust in a network's genesis.</summary>
    public static TrustAnchor Of(Genesis genesis)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        return new TrustAnchor(
            genesis.Network,
            new TrustedSet(0, new ValidatorSet(genesis.Validators)),
            genesis.Parameters.RetentionMs,
            0,
            genesis.Time);
    }
}
