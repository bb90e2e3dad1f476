namespace Busbar.Transactions;

/// <summary>
/// What became of a transaction that stands in a block. Numbers never change. When several reasons apply, the one
/// that the operation's table in spec/ledger.md#L-30 lists first is reported. Everything but Ok rolled back all
/// operations and still paid the fee. Each failure is Permanent for this intent (it has executed); the text says
/// whether the same operation under a new intent may do better.
/// </summary>
public enum TransactionStatus
{
    /// <summary>No status.</summary>
    Unset = 0,

    /// <summary>Every operation did what it says.</summary>
    Ok = 1,

    /// <summary>Permanent. The operation names an asset that does not exist.</summary>
    AssetUnknown = 10,

    /// <summary>Permanent. An amount or deposit of nothing.</summary>
    AmountIsZero = 11,

    /// <summary>Permanent. The recipient or payee is a reserved address: spec/ledger.md#L-5.</summary>
    RecipientReserved = 12,

    /// <summary>Retryable. The account holds less than the operation moves, after the fee.</summary>
    BalanceTooLow = 13,

    /// <summary>Permanent. A channel from an account to itself.</summary>
    PayeeIsPayer = 20,

    /// <summary>Permanent. A grace period below the network's minimum.</summary>
    GraceTooShort = 21,

    /// <summary>Permanent. A grace period above the network's maximum.</summary>
    GraceTooLong = 22,

    /// <summary>Permanent. The first voucher names another channel or network than the one it rides with.</summary>
    FirstVoucherMismatch = 23,

    /// <summary>Permanent. No such channel: it never existed, or it ended and left the state.</summary>
    ChannelUnknown = 24,

    /// <summary>Permanent. The channel is closing: no top-up and no second request.</summary>
    ChannelClosing = 25,

    /// <summary>Permanent. All deposits of the channel together would pass 2^128 - 1.</summary>
    DepositTooLarge = 26,

    /// <summary>Permanent. Only the channel's payee may do this.</summary>
    NotPayee = 27,

    /// <summary>Permanent. Only the channel's payer may do this.</summary>
    NotPayer = 28,

    /// <summary>Retryable. The payer must request the close first.</summary>
    ChannelNotClosing = 29,

    /// <summary>Retryable. The grace period is still running.</summary>
    GraceRunning = 30,

    /// <summary>Permanent. The tariff has no such price.</summary>
    PriceUnknown = 85,

    /// <summary>Permanent. The price is that already, and no change of it waits.</summary>
    PriceUnchanged = 86,

    /// <summary>Permanent. Above the ceiling that no vote can raise.</summary>
    PriceAboveCeiling = 87,

    /// <summary>Permanent. Higher than the present price by more than one step.</summary>
    PriceStepTooLarge = 88,

    /// <summary>Retryable. A higher price waits for its time: nothing above the present one until then.</summary>
    PriceChangeWaits = 89,

    /// <summary>Permanent. The account belongs to no validator of the epoch.</summary>
    NotAValidator = 90,

    /// <summary>Retryable in the next block. Votes in this block have decided what the next epoch's set is.</summary>
    EpochEnding = 91,

    /// <summary>Permanent. The validator to remove or to replace is not in the set.</summary>
    ValidatorUnknown = 92,

    /// <summary>Permanent. The validator to add is in the set already.</summary>
    ValidatorExists = 93,

    /// <summary>Retryable. The set has as many validators as it may have.</summary>
    TooManyValidators = 94,

    /// <summary>Retryable. The set may not become empty.</summary>
    LastValidator = 95,

    /// <summary>
    /// Permanent. The version is not the next one, its height is less than 100 blocks ahead, or an upgrade waits.
    /// </summary>
    UpgradeNotAhead = 96,

    /// <summary>Permanent. The validator voted for this proposal before.</summary>
    VoteAlreadyCast = 97,

    /// <summary>Retryable. The validator has opened its share of ballots in this epoch: vote on another's.</summary>
    TooManyBallots = 98,

    /// <summary>Permanent. Only the asset's issuer may do this; an asset of genesis has none.</summary>
    NotIssuer = 100,

    /// <summary>Retryable. The account that would be the issuer was never opened: it must be credited first.</summary>
    IssuerNotOpen = 101,

    /// <summary>Permanent. The asset's address would be an open account, reserved, or another asset's.</summary>
    AssetAddressTaken = 102,

    /// <summary>Retryable. The asset's supply would pass 2^128 - 1.</summary>
    SupplyTooLarge = 103,

    /// <summary>Permanent. An asset of genesis: its supply is fixed.</summary>
    AssetNotBurnable = 104,

    /// <summary>Permanent. The asset was not created freezable.</summary>
    AssetNotFreezable = 105,

    /// <summary>Permanent. The account's balance of the asset is frozen already.</summary>
    AlreadyFrozen = 106,

    /// <summary>Permanent. The account's balance of the asset is not frozen.</summary>
    NotFrozen = 107,

    /// <summary>Retryable. The issuer has frozen the account's balance of the asset.</summary>
    BalanceFrozen = 108,

    /// <summary>Permanent. A stream that would never pay.</summary>
    RateIsZero = 120,

    /// <summary>Permanent. No such stream: it never existed, or it ended and left the state.</summary>
    StreamUnknown = 121,

    /// <summary>Permanent. Only the stream's payer and payee may stop it.</summary>
    NotStreamParty = 122,

    /// <summary>Permanent. The refund time is not later than the block.</summary>
    RefundTimeNotAhead = 130,

    /// <summary>Retryable when it is nearer. The refund time is more than ten years ahead of the block.</summary>
    RefundTimeTooFar = 131,

    /// <summary>Permanent. No such escrow: it never existed, or it ended and left the state.</summary>
    EscrowUnknown = 132,

    /// <summary>Permanent. The escrow has a hash lock, and no preimage of it was shown.</summary>
    PreimageWrong = 133,

    /// <summary>Permanent. Fewer of the escrow's attestors signed validly than its threshold.</summary>
    AttestationsMissing = 134,

    /// <summary>Permanent. Only the escrow's payer and payee may refund it.</summary>
    NotEscrowParty = 135,

    /// <summary>Retryable. The payer may refund from the refund time on; the payee may before.</summary>
    RefundTooEarly = 136,

    /// <summary>Permanent. The signer's mandate, or one above it, does not allow the operation, or has ended.</summary>
    OperationNotAllowed = 140,

    /// <summary>Permanent. The signer's mandate, or one above it, does not allow the payee.</summary>
    PayeeNotAllowed = 141,

    /// <summary>Retryable. The signer's mandate, or one above it, does not cover the amount, after the fee.</summary>
    MandateLimitPassed = 142,

    /// <summary>Permanent. A mandate for the account's own key.</summary>
    SignerIsAccount = 143,

    /// <summary>Permanent. The mandate's expiry is not later than the block.</summary>
    MandateExpiryNotAhead = 144,

    /// <summary>Retryable when it is nearer. The mandate's expiry is more than ten years ahead of the block.</summary>
    MandateExpiryTooFar = 145,

    /// <summary>Permanent. The granting delegate's own mandate is as deep as mandates may be.</summary>
    MandateTooDeep = 146,

    /// <summary>Retryable. The signer has a living mandate of the account: revoke it first.</summary>
    MandateExists = 147,

    /// <summary>Permanent. The signer has no mandate of the account: never, or it ended and left the state.</summary>
    MandateUnknown = 148,

    /// <summary>Permanent. A delegate may revoke its own mandate and those below it, and this is neither.</summary>
    NotMandateAncestor = 149,

    /// <summary>
    /// Permanent. The authorization's signature is not canonical, is not by its payer, or is under another domain than
    /// the asset's.
    /// </summary>
    AuthorizationSignatureInvalid = 160,

    /// <summary>Permanent. The authorization has executed before.</summary>
    AuthorizationUsed = 161,

    /// <summary>Permanent. The authorization was cancelled.</summary>
    AuthorizationCancelled = 162,

    /// <summary>Retryable. The block's second is not after the authorization's validAfter.</summary>
    AuthorizationNotYetValid = 163,

    /// <summary>Permanent. The block's second is not before the authorization's validBefore.</summary>
    AuthorizationExpired = 164,

    /// <summary>Retryable. The authorization's validBefore lies more than 24 hours ahead: not yet executable.</summary>
    AuthorizationTooFarAhead = 165,

    /// <summary>Permanent. Only the recipient may submit this kind of authorization.</summary>
    NotRecipient = 166,

    /// <summary>Retryable. What the account may still move is less than the amount.</summary>
    AllowanceTooLow = 170,

    /// <summary>Permanent. The spender is a reserved address: spec/ledger.md#L-5.</summary>
    SpenderReserved = 171,

    /// <summary>
    /// Permanent. The permit's signature is not canonical, is not by its owner, or is under another domain than the
    /// asset's.
    /// </summary>
    PermitSignatureInvalid = 172,

    /// <summary>Permanent. The block's second is after the permit's deadline.</summary>
    PermitExpired = 173,

    /// <summary>Permanent. A permit with this nonce has executed before.</summary>
    PermitNonceUsed = 174,

    /// <summary>Retryable. Permits with smaller nonces must execute before this one.</summary>
    PermitNonceAhead = 175,

    /// <summary>Permanent until somebody deposits. Nothing was ever deposited into such an x402 channel.</summary>
    X402ChannelUnknown = 180,

    /// <summary>Permanent. The receiver authorizer of the x402 channel is zero.</summary>
    ReceiverAuthorizerMissing = 181,

    /// <summary>Permanent. The account is neither receiver nor receiver authorizer of the x402 channel.</summary>
    NotReceiverSide = 182,

    /// <summary>Permanent. The refund's signature is not canonical, or not by the receiver authorizer.</summary>
    RefundSignatureInvalid = 183,

    /// <summary>Permanent. The channel had another refund with this nonce.</summary>
    RefundNonceUsed = 184,

    /// <summary>Retryable. Refunds with smaller nonces must execute before this one.</summary>
    RefundNonceAhead = 185,

    /// <summary>Permanent. The account is neither payer nor payer authorizer of the x402 channel.</summary>
    NotPayerSide = 186,

    /// <summary>Retryable. A withdrawal was requested before and is not finished.</summary>
    WithdrawalWaits = 187,

    /// <summary>Retryable after a deposit. The withdrawal is more than what is not claimed.</summary>
    WithdrawalTooLarge = 188,

    /// <summary>Retryable. No withdrawal was requested, or a refund has taken its place.</summary>
    WithdrawalNotRequested = 189,

    /// <summary>Retryable. The withdraw delay has not passed.</summary>
    WithdrawDelayRunning = 190,
}
