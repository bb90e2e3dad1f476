using Busbar.Ticks;

namespace Busbar.Transactions;

/// <summary>
/// A signed transaction with everything about it that needs no state: made by <see cref="TransactionVerifier"/> on
/// arrival, so that applying it checks no signature and hashes nothing of the transaction's own. Immutable.
/// </summary>
/// <param name="Signed">The transaction with its signatures.</param>
/// <param name="SigningHash">What stands for its content: <see cref="SignedTransaction.SigningHash"/>.</param>
/// <param name="LeafHash">Its leaf in the transactions root: spec/ledger.md#L-43.</param>
/// <param name="SizeBytes">Length of the encoding of <paramref name="Signed"/>.</param>
/// <param name="Operations">One for each operation, in order.</param>
public sealed record CheckedTransaction(
    SignedTransaction Signed,
    Hash256 SigningHash,
    Hash256 LeafHash,
    int SizeBytes,
    IReadOnlyList<CheckedOperation> Operations)
{
    /// <summary>The transaction without its signatures.</summary>
    public Transaction Transaction => Signed.Transaction;
}

/// <summary>An operation with its stateless evidence.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Evidence">What was found out about it without state; null where there is nothing to find out.</param>
public readonly record struct CheckedOperation(Operation Operation, OperationEvidence? Evidence);

/// <summary>What was found out about an operation without any state.</summary>
public abstract record OperationEvidence
{
    private protected OperationEvidence()
    {
    }
}

/// <summary>The id of a channel to open and the signing hash of its first voucher, or null.</summary>
public sealed record ChannelOpeningEvidence(ChannelId Channel, Hash256? FirstVoucher) : OperationEvidence;

/// <summary>The id of whatever the operation makes, when that is an asset, a stream, an escrow or a mandate.</summary>
public sealed record ObjectEvidence(Hash256 Id) : OperationEvidence;

/// <summary>
/// What a release of an escrow shows: SHA-256 of its preimage, or null, and the addresses of the keys whose signature
/// over the release is valid, each once.
/// </summary>
public sealed record EscrowReleaseEvidence(Hash256? PreimageHash, IReadOnlyList<Address> Attestors) : OperationEvidence;

/// <summary>Who made the wallet's signature that an operation carries; null when it is not canonical.</summary>
public sealed record SignerEvidence(Address? Signer) : OperationEvidence;

/// <summary>
/// The id of the x402 channel that is deposited into and, for a deposit by authorization, what its payer had to sign
/// and who signed; null when nobody did.
/// </summary>
public sealed record X402DepositEvidence(
    ChannelId Channel, Authorization? Authorization, Address? Signer) : OperationEvidence;

/// <summary>
/// Who signed a claim from x402 channels, null when nobody did, and who signed the voucher of each entry.
/// </summary>
public sealed record X402ClaimsEvidence(Address? Signer, IReadOnlyList<Address?> VoucherSigners) : OperationEvidence;

/// <summary>One for each entry of a claim operation.</summary>
public sealed record ClaimsEvidence(IReadOnlyList<CheckedClaim> Claims) : OperationEvidence;

/// <summary>A claim with the signing hash of its voucher and what checking signature, tick and path gave.</summary>
public sealed record CheckedClaim(Claim Claim, Hash256 VoucherHash, ClaimEvidence Evidence);
