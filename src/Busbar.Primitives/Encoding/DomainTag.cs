namespace Busbar;

/// <summary>
/// The first item of everything that is signed or hashed as a CBOR array, so that no signature or digest of one
/// kind is ever valid as another: spec/encoding.md#E-10.
/// </summary>
public static class DomainTag
{
    /// <summary>What an account signs: a transaction.</summary>
    public const string Transaction = "busbar/transaction/1";

    /// <summary>A transaction that is an EIP-3009 authorization alone.</summary>
    public const string BareAuthorization = "busbar/authorization/1";

    /// <summary>A transaction that is a raw Ethereum transaction.</summary>
    public const string EthereumTransaction = "busbar/ethereum/1";

    /// <summary>The id of an object that an operation creates.</summary>
    public const string ObjectId = "busbar/object/1";

    /// <summary>What a channel's voucher key signs.</summary>
    public const string Voucher = "busbar/voucher/1";

    /// <summary>What an attestor of an escrow signs.</summary>
    public const string Attestation = "busbar/attestation/1";

    /// <summary>A block header's digest.</summary>
    public const string Header = "busbar/header/1";

    /// <summary>What a validator signs to notarize a block.</summary>
    public const string Notarize = "busbar/notarize/1";

    /// <summary>What a validator signs to give a view up.</summary>
    public const string Nullify = "busbar/nullify/1";

    /// <summary>What a validator signs to finalize a block.</summary>
    public const string Finalize = "busbar/finalize/1";

    /// <summary>What a validator signs to name its TLS certificate.</summary>
    public const string PeerCertificate = "busbar/peer-certificate/1";

    /// <summary>The digest of a validator set.</summary>
    public const string ValidatorSet = "busbar/validators/1";

    /// <summary>The digest of a genesis file.</summary>
    public const string Genesis = "busbar/genesis/1";

    /// <summary>A receipt, as the receipts root commits to it.</summary>
    public const string Receipt = "busbar/receipt/1";

    /// <summary>A statement about a final block with all that proves it.</summary>
    public const string Proof = "busbar/proof/1";

    /// <summary>The digest of a proposal that validators vote on, which names its ballot.</summary>
    public const string Proposal = "busbar/proposal/1";
}
