namespace Busbar.Keys;

/// <summary>The signature schemes of the network. Numbers are part of encodings and of addresses.</summary>
public enum KeyKind
{
    /// <summary>No key.</summary>
    Unset = 0,

    /// <summary>ECDSA over secp256k1 with low s; its address is the Ethereum address.</summary>
    Secp256k1 = 1,

    /// <summary>ECDSA over NIST P-256 with low s: secure elements, TPMs, passkeys.</summary>
    P256 = 2,

    /// <summary>Ed25519 (RFC 8032), canonical, no small-order points.</summary>
    Ed25519 = 3,
}
