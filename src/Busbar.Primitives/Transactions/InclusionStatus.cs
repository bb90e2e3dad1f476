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

    /// <summary>Retryable. At this position the fee alone passes a limit of the signer's mandate.</summary>
    FeeBeyondMandate = 11,
}
