namespace Busbar.Transactions;

/// <summary>
/// Whether a transaction may stand in a block at a given position. Numbers never change; the order is the
/// precedence, first found first reported: spec/ledger.md#L-20. A block that contains a transaction with any other
/// status than Included is invalid, and nothing of it is recorded or charged.
/// </summary>
public enum InclusionStatus
{
    /// <summary>No status.</summary>
    Unset = 0,

    /// <summary>It stands in the block, and its receipt says what it did.</summary>
    Included = 1,

    /// <summary>Permanent. It is for another network.</summary>
    WrongNetwork = 2,

    /// <summary>Permanent. The block's time is past the intent's expiry.</summary>
    Expired = 3,

    /// <summary>
    /// Retryable. The intent's expiry lies further ahead of the block's time than the network allows.
    /// </summary>
    TooFarAhead = 4,

    /// <summary>Permanent. This very content has executed; its receipt stands.</summary>
    Duplicate = 5,

    /// <summary>Permanent. Another content has executed under the same account, signer and intent id.</summary>
    IntentReused = 6,

    /// <summary>
    /// Retryable after a grant. The signer is not the account and has no living mandate of it; or the account is
    /// reserved.
    /// </summary>
    SignerNotAuthorised = 7,

    /// <summary>Permanent. The tariff does not list the fee asset.</summary>
    FeeAssetNotListed = 8,

    /// <summary>Retryable. At this position the fee is more than the transaction's maxFee.</summary>
    FeeAboveMaximum = 9,

    /// <summary>Retryable. At this position the fee payer holds less than the fee.</summary>
    FeeNotPayable = 10,

    /// <summary>Permanent. Another transaction of the account has had this Ethereum nonce.</summary>
    NonceUsed = 11,

    /// <summary>Retryable. The account's transactions with smaller Ethereum nonces come first.</summary>
    NonceAhead = 12,

    /// <summary>Retryable. It may stand only where its operations succeed, and at this position one fails.</summary>
    OperationFails = 13,

    /// <summary>Retryable. Its account or fee payer has used its share of this block: spec/ledger.md#L-27.</summary>
    ShareExceeded = 14,

    /// <summary>Retryable. This block has no room left that is open to it: spec/ledger.md#L-26, L-28.</summary>
    BlockFull = 15,

    /// <summary>Retryable. At this position the fee alone passes a limit of the signer's mandate.</summary>
    FeeBeyondMandate = 16,
}
