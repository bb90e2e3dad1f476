namespace Busbar.Node.Mempool;

/// <summary>What became of a submission before any block saw it. Numbers never change.</summary>
public enum MempoolStatus
{
    /// <summary>No answer.</summary>
    Unset = 0,

    /// <summary>It waits for a block.</summary>
    Added = 1,

    /// <summary>The same content waits already; both submitters get its result.</summary>
    AlreadyPending = 2,

    /// <summary>The same content is final already; its receipt stands.</summary>
    AlreadyFinal = 3,

    /// <summary>Permanent. Another content has, or waits under, the same account, signer and intent id.</summary>
    IntentReused = 4,

    /// <summary>Permanent. The intent's expiry has passed.</summary>
    Expired = 5,

    /// <summary>Retryable. The intent's expiry lies further ahead than the network allows.</summary>
    TooFarAhead = 6,

    /// <summary>Permanent. The signer may not act for the account.</summary>
    SignerNotAuthorised = 7,

    /// <summary>Permanent. The tariff does not list the fee asset.</summary>
    FeeAssetNotListed = 8,

    /// <summary>Retryable. The fee is more than maxFee as the ledger stands.</summary>
    FeeAboveMaximum = 9,

    /// <summary>Retryable. The fee payer's balance does not cover maxFee of this and of all that waits.</summary>
    FeeNotPayable = 10,

    /// <summary>Retryable. The account has as many transactions waiting as it may.</summary>
    AccountQueueFull = 11,

    /// <summary>Retryable. The node has as many transactions waiting as it may.</summary>
    QueueFull = 12,

    /// <summary>Permanent. Another transaction has had, or waits under, this Ethereum nonce of the account.</summary>
    NonceUsed = 13,

    /// <summary>Retryable. The account's transaction with the Ethereum nonce before it is not known here.</summary>
    NonceAhead = 14,

    /// <summary>Retryable. It may stand only where its operations succeed, and now one fails.</summary>
    OperationFails = 15,

    /// <summary>Retryable. The signer's mandates do not cover the fee of this and of all that waits.</summary>
    FeeBeyondMandate = 16,
}
