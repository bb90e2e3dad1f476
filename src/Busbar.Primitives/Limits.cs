namespace Busbar;

/// <summary>Every bound of the wire formats; a value at the limit is accepted and one past it refused.</summary>
public static class Limits
{
    /// <summary>Operations in one transaction.</summary>
    public const int OperationsPerTransaction = 256;

    /// <summary>Signatures in one envelope: the signer's and a fee payer's.</summary>
    public const int SignaturesPerTransaction = 2;

    /// <summary>Bytes of an encoded signed transaction.</summary>
    public const int TransactionSizeBytes = 128 * 1024;

    /// <summary>Claims in one claim operation.</summary>
    public const int ClaimsPerOperation = 256;

    /// <summary>
    /// Claims in all operations of one transaction together: bounds the signatures and hashes it can ask for.
    /// </summary>
    public const int ClaimsPerTransaction = 256;

    /// <summary>Bytes of an asset's name.</summary>
    public const int AssetNameSizeBytes = 64;

    /// <summary>Bytes of an asset's symbol, and of its version.</summary>
    public const int AssetSymbolSizeBytes = 16;

    /// <summary>Attestors of one escrow, and attestations in one release.</summary>
    public const int EscrowAttestors = 16;

    /// <summary>Attestations in all operations of one transaction together: bounds the signatures to check.</summary>
    public const int EscrowAttestationsPerTransaction = 256;

    /// <summary>Operations that one mandate allows.</summary>
    public const int MandateOperations = 64;

    /// <summary>Payees that one mandate names.</summary>
    public const int MandatePayees = 16;

    /// <summary>Assets that one mandate lets spend.</summary>
    public const int MandateLimits = 8;

    /// <summary>Mandates in a chain: that of a fleet, a device, a session, and one more.</summary>
    public const int MandateDepth = 4;

    /// <summary>Chains of one voucher (m); a power of two.</summary>
    public const int TickHeads = 65_536;

    /// <summary>Ticks of one chain (k); a power of two.</summary>
    public const int TickChainLength = 1_024;

    /// <summary>Hashes in a path from a head to the root: log2 of <see cref="TickHeads"/>.</summary>
    public const int TickPathLength = 16;
}
