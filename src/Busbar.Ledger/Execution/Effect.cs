namespace Busbar.Ledger;

/// <summary>
/// Something that a successful operation did, for event streams and indexes. Not part of any root: a replay makes
/// the same list. Effects stand in the order in which they happened.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="Transaction">Index of the transaction in its block.</param>
/// <param name="Operation">Index of the operation in its transaction.</param>
/// <param name="Asset">What moved, or what the channel pays.</param>
/// <param name="From">Whose balance or deposit it came from: for a channel that ended, its payee.</param>
/// <param name="To">Who got it or may get it: for a channel that ended, its payer.</param>
/// <param name="Amount">How much moved: zero for a close request.</param>
/// <param name="Channel">The channel, of either kind, or null.</param>
/// <param name="WithdrawableUptimeMs">
/// For a request to close or to withdraw: uptime from which the payer may withdraw.
/// </param>
/// <param name="Reference">
/// For a transfer: the 32 bytes of the parties, or an EIP-3009 nonce. For a proposal: its digest. For a stream, an
/// escrow or a mandate: its id.
/// </param>
public readonly record struct Effect(
    EffectKind Kind,
    int Transaction,
    int Operation,
    Address Asset,
    Address From,
    Address To,
    Amount Amount,
    ChannelId? Channel = null,
    ulong? WithdrawableUptimeMs = null,
    Hash256? Reference = null);

/// <summary>Kinds of <see cref="Effect"/>.</summary>
public enum EffectKind
{
    /// <summary>No kind.</summary>
    Unset = 0,

    /// <summary>A transfer from one account to another.</summary>
    Transfer = 1,

    /// <summary>A channel was opened: from its payer, to its payee, the amount is the deposit.</summary>
    ChannelOpened = 2,

    /// <summary>A deposit grew: from whoever topped it up, to its payee.</summary>
    ChannelToppedUp = 3,

    /// <summary>A claim paid: from the payer's deposit to the payee.</summary>
    ChannelClaimed = 4,

    /// <summary>The payer requested the close.</summary>
    ChannelClosing = 5,

    /// <summary>
    /// The channel ended, by its payee's close or its payer's withdrawal; the amount went back to the payer.
    /// </summary>
    ChannelClosed = 6,

    /// <summary>
    /// A quorum decided a proposal: from the account of the last vote, to the validator that joins or leaves (to that
    /// account for an upgrade); no asset, no amount, the reference is the proposal's digest.
    /// </summary>
    ProposalDecided = 7,

    /// <summary>An asset was created: from and to its issuer, the amount is the first supply.</summary>
    AssetCreated = 20,

    /// <summary>An issuer minted: from the issuer, to the account that got it.</summary>
    AssetMinted = 21,

    /// <summary>A holder burned: from the holder, to the issuer, who gets nothing.</summary>
    AssetBurned = 22,

    /// <summary>A balance was frozen: from the issuer, to the account; no amount.</summary>
    BalanceFrozen = 23,

    /// <summary>A freeze ended: from the issuer, to the account; no amount.</summary>
    BalanceUnfrozen = 24,

    /// <summary>A stream was started: from its payer, to its payee, the amount is the deposit.</summary>
    StreamStarted = 30,

    /// <summary>A stream's deposit grew: from whoever topped it up, to its payee.</summary>
    StreamToppedUp = 31,

    /// <summary>What a stream had accrued was paid: from the payer's deposit to the payee.</summary>
    StreamPaid = 32,

    /// <summary>A stream ended: from its payee, to its payer, the amount is the rest that went back.</summary>
    StreamEnded = 33,

    /// <summary>An escrow was locked: from its payer, to its payee.</summary>
    EscrowLocked = 40,

    /// <summary>An escrow was released: from its payer, to its payee.</summary>
    EscrowReleased = 41,

    /// <summary>An escrow was refunded: from its payee, to its payer.</summary>
    EscrowRefunded = 42,

    /// <summary>A mandate was granted: from the account, to the signer; no asset, no amount.</summary>
    MandateGranted = 45,

    /// <summary>A mandate was revoked: from the account, to the signer; no asset, no amount.</summary>
    MandateRevoked = 46,

    /// <summary>
    /// An EIP-3009 nonce was cancelled: from and to its authorizer, no amount, the reference is the nonce.
    /// </summary>
    AuthorizationCancelled = 50,

    /// <summary>An allowance was set: from its owner, to its spender, the amount is what it allows now.</summary>
    AllowanceSet = 60,

    /// <summary>
    /// A deposit into an x402 channel, which opened it or added to it: from its payer, to its receiver; the reference
    /// of one by authorization is the nonce.
    /// </summary>
    X402ChannelDeposited = 70,

    /// <summary>A claim from an x402 channel paid: from the payer's deposit, to the receiver.</summary>
    X402ChannelClaimed = 71,

    /// <summary>An x402 channel was refunded: from its receiver, to its payer, the amount is what went back.</summary>
    X402ChannelRefunded = 72,

    /// <summary>A withdrawal from an x402 channel was requested: from its payer, to its receiver.</summary>
    X402WithdrawalRequested = 73,

    /// <summary>
    /// A withdrawal from an x402 channel was finished: from its receiver, to its payer, the amount is what went back.
    /// </summary>
    X402WithdrawalFinished = 74,
}
