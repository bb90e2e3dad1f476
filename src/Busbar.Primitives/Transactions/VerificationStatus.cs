namespace Busbar.Transactions;

/// <summary>
/// Why a transaction was refused before any state was looked at. Numbers never change; the order is the precedence:
/// spec/ledger.md#L-3. All refusals are Permanent.
/// </summary>
public enum VerificationStatus
{
    /// <summary>No status.</summary>
    Unset = 0,

    /// <summary>Well formed, and signed by whom it must be.</summary>
    Verified = 1,

    /// <summary>It is for another network.</summary>
    WrongNetwork = 2,

    /// <summary>Not 1 to 256 operations, or an operation outside the limits of its wire format.</summary>
    Malformed = 3,

    /// <summary>More claims in all operations together than <see cref="Limits.ClaimsPerTransaction"/>.</summary>
    TooManyClaims = 4,

    /// <summary>
    /// More attestations in all operations together than <see cref="Limits.EscrowAttestationsPerTransaction"/>.
    /// </summary>
    TooManyAttestations = 20,

    /// <summary>Its encoding is longer than <see cref="Limits.TransactionSizeBytes"/>.</summary>
    TooLarge = 5,

    /// <summary>The fee payer is the account or the signer: they sign already, so the field must be null.</summary>
    FeePayerRedundant = 6,

    /// <summary>Not exactly one signature, or two with a fee payer.</summary>
    SignatureCountWrong = 7,

    /// <summary>The first signature's key does not make the signer's address.</summary>
    SignerKeyMismatch = 8,

    /// <summary>The second signature's key does not make the fee payer's address.</summary>
    FeePayerKeyMismatch = 9,

    /// <summary>The signer's signature is not valid.</summary>
    SignatureInvalid = 10,

    /// <summary>The fee payer's signature is not valid.</summary>
    FeePayerSignatureInvalid = 11,

    /// <summary>
    /// An Ethereum transaction with call data that is no call of an asset which the network knows, in its one encoding.
    /// </summary>
    EthereumCallUnknown = 12,

    /// <summary>
    /// An Ethereum transaction whose value is no whole number of the fee asset's atomic units below 2^128, or is not
    /// zero and comes with call data.
    /// </summary>
    EthereumValueInvalid = 13,

    /// <summary>
    /// The wallet's signature inside the call of an Ethereum transaction is not valid under the terms that came with
    /// it; or there are terms and no such signature.
    /// </summary>
    WalletSignatureInvalid = 14,
}
