namespace Busbar.Client;

/// <summary>
/// Why a request was not served for payment. The names stand in the <c>code</c> of a problem body (spec/http.md#H-20)
/// and are never changed; the numbers are the precedence: the first that applies is given. 1 to 99 are a seller's,
/// 100 and above are the buyer's own reasons not to pay.
/// </summary>
public enum PaymentCode
{
    /// <summary>No code, or one that this version does not know.</summary>
    Unset = 0,

    /// <summary>Retryable with a payment. The request came without one.</summary>
    PaymentRequired = 1,

    /// <summary>Permanent. A payment header is longer than its limit.</summary>
    HeaderTooLarge = 2,

    /// <summary>Permanent. The tick header does not decode.</summary>
    TickMalformed = 3,

    /// <summary>Permanent. The voucher header does not decode.</summary>
    VoucherMalformed = 4,

    /// <summary>Permanent. The request's body is longer than a paid request's may be.</summary>
    BodyTooLarge = 5,

    /// <summary>Permanent. The payment in x402's or MPP's words does not decode.</summary>
    CredentialMalformed = 6,

    /// <summary>Retryable with the voucher. The seller holds no voucher of this channel.</summary>
    VoucherRequired = 10,

    /// <summary>Retryable. The seller must look the channel up and its node does not answer.</summary>
    NodeUnavailable = 11,

    /// <summary>Permanent. The ledger has no such channel, or it ended.</summary>
    ChannelUnknown = 12,

    /// <summary>Permanent. The channel is closing.</summary>
    ChannelClosing = 13,

    /// <summary>Permanent. The channel pays somebody else.</summary>
    WrongPayee = 14,

    /// <summary>Permanent. The channel pays another asset than the price.</summary>
    WrongAsset = 15,

    /// <summary>Permanent. The channel's grace period is shorter than the seller asks for.</summary>
    GraceTooShort = 16,

    /// <summary>Permanent. The voucher is for another network or another channel than the tick.</summary>
    VoucherMismatch = 20,

    /// <summary>Permanent. The signature is not the channel's voucher key's over this voucher.</summary>
    VoucherSignatureWrong = 21,

    /// <summary>Retryable with a higher epoch: the best token comes along.</summary>
    VoucherEpochNotHigher = 22,

    /// <summary>Retryable with a higher base: the best token comes along.</summary>
    VoucherBaseTooLow = 23,

    /// <summary>Retryable with a new voucher. The tick is of another epoch than the seller's voucher.</summary>
    TickWrongEpoch = 30,

    /// <summary>Permanent. Position zero, past the chain's end, or a chain that the voucher does not have.</summary>
    TickPositionOutOfRange = 31,

    /// <summary>Permanent. The tick's value passes 2^128 - 1.</summary>
    TickValueOverflow = 32,

    /// <summary>Retryable with the path. The seller has no proof of the tick's chain.</summary>
    TickPathRequired = 33,

    /// <summary>Permanent. The path has a wrong number of nodes.</summary>
    TickPathWrong = 34,

    /// <summary>Permanent. The token does not belong to the voucher.</summary>
    TickTokenWrong = 35,

    /// <summary>Permanent for this token. It paid for another request.</summary>
    TickAlreadyUsed = 36,

    /// <summary>Retryable after a top-up. The tick is worth more than the channel's deposit.</summary>
    DepositExceeded = 37,

    /// <summary>Retryable with a larger payment. The tick covers less than the price.</summary>
    PaymentTooSmall = 38,

    /// <summary>Permanent. The request was served, and its response was too long to be kept for a retry.</summary>
    ResponseNotKept = 39,

    /// <summary>Retryable. The seller serves as many unfinished requests or channels as it can hold.</summary>
    SellerBusy = 40,

    /// <summary>Retryable with another payment. It is not what the seller asks for.</summary>
    OfferMismatch = 41,

    /// <summary>Retryable with the challenge that comes along. The seller made no such challenge.</summary>
    ChallengeUnknown = 42,

    /// <summary>Permanent. The authorization is not signed by whom it debits.</summary>
    AuthorizationSignatureWrong = 43,

    /// <summary>Permanent for this authorization. It paid for another request.</summary>
    ChargeAlreadyUsed = 44,

    /// <summary>Permanent for this authorization. Its time is over.</summary>
    AuthorizationExpired = 45,

    /// <summary>Retryable later. Its time has not come.</summary>
    AuthorizationNotYetValid = 46,

    /// <summary>Permanent as the ledger stands: balance, nonce, or a limit.</summary>
    LedgerRefusesPayment = 47,

    /// <summary>Retryable with the same request. The ledger has not answered yet; it may still execute.</summary>
    SettlementPending = 48,

    /// <summary>Permanent. The budget, or what is left of it, does not cover the price.</summary>
    BudgetExhausted = 100,

    /// <summary>Permanent. The price is above the buyer's limit for one request.</summary>
    PriceAboveLimit = 101,

    /// <summary>Permanent. The offer names no network, asset or method that this buyer pays with.</summary>
    OfferNotSupported = 102,

    /// <summary>Permanent. The ledger refused the opening or top-up of the channel.</summary>
    LedgerRefused = 103,

    /// <summary>Retryable. The buyer's node did not answer within the time allowed.</summary>
    BuyerNodeUnavailable = 104,

    /// <summary>Permanent. The seller refused several payments in a row.</summary>
    SellerRefuses = 105,

    /// <summary>Permanent. The seller's best token is not one of this buyer's.</summary>
    BestTokenWrong = 106,
}
