namespace Busbar.Transactions;

/// <summary>
/// What has a price in the tariff. Numbers never change and are never used twice: an operation of one price has its
/// own code, other prices are above 200. spec/ledger.md#L-60.
/// </summary>
public enum Price
{
    /// <summary>Nothing.</summary>
    Unset = 0,

    /// <summary>A transfer.</summary>
    Transfer = 1,

    /// <summary>Creating an asset, which stays in the state for ever.</summary>
    CreateAsset = 2,

    /// <summary>Minting.</summary>
    Mint = 3,

    /// <summary>Burning.</summary>
    Burn = 4,

    /// <summary>Freezing a balance.</summary>
    Freeze = 5,

    /// <summary>Ending a freeze.</summary>
    Unfreeze = 6,

    /// <summary>Opening a channel.</summary>
    OpenChannel = 10,

    /// <summary>A top-up of a channel.</summary>
    TopUpChannel = 11,

    /// <summary>A close of a channel by its payee.</summary>
    CloseChannel = 13,

    /// <summary>A request to close a channel by its payer.</summary>
    RequestChannelClose = 14,

    /// <summary>A withdrawal from a channel by its payer.</summary>
    WithdrawChannel = 15,

    /// <summary>Starting a stream.</summary>
    StartStream = 20,

    /// <summary>A top-up of a stream.</summary>
    TopUpStream = 21,

    /// <summary>Stopping a stream.</summary>
    StopStream = 22,

    /// <summary>A payment of what a stream has accrued.</summary>
    WithdrawStream = 23,

    /// <summary>Locking an escrow.</summary>
    LockEscrow = 30,

    /// <summary>A release of an escrow, without its attestations.</summary>
    ReleaseEscrow = 31,

    /// <summary>A refund of an escrow.</summary>
    RefundEscrow = 32,

    /// <summary>Granting a mandate.</summary>
    GrantMandate = 40,

    /// <summary>Revoking a mandate.</summary>
    RevokeMandate = 41,

    /// <summary>A transfer by EIP-3009, with the wallet's signature to check.</summary>
    TransferWithAuthorization = 50,

    /// <summary>A transfer by EIP-3009 that its recipient submits, with the wallet's signature to check.</summary>
    ReceiveWithAuthorization = 51,

    /// <summary>The cancellation of an EIP-3009 nonce, which is kept for ever.</summary>
    CancelAuthorization = 52,

    /// <summary>An approval.</summary>
    Approve = 60,

    /// <summary>A transfer by a spender.</summary>
    TransferFrom = 61,

    /// <summary>An approval by EIP-2612, with the wallet's signature to check.</summary>
    Permit = 62,

    /// <summary>A deposit into an x402 channel.</summary>
    DepositX402Channel = 70,

    /// <summary>A deposit into an x402 channel by EIP-3009, with the wallet's signature to check.</summary>
    DepositX402ChannelWithAuthorization = 71,

    /// <summary>A refund of an x402 channel by its receiver.</summary>
    RefundX402Channel = 73,

    /// <summary>A request of an x402 channel's payer to withdraw.</summary>
    RequestX402Withdrawal = 74,

    /// <summary>A withdrawal from an x402 channel.</summary>
    FinishX402Withdrawal = 75,

    /// <summary>A validator's vote for a proposal.</summary>
    CastVote = 90,

    /// <summary>The second signature of a transaction that another account pays for.</summary>
    FeePayerSignature = 201,

    /// <summary>Each account that the transaction opens.</summary>
    AccountOpening = 202,

    /// <summary>One entry of a claim operation, of whatever kind of channel.</summary>
    ClaimEntry = 203,

    /// <summary>The signature of an entry that carries one, and each of a receiver authorizer.</summary>
    ClaimSignature = 204,

    /// <summary>
    /// Each 64 hashes, or part of 64, of an entry with a tick: its position and the nodes of its path.
    /// </summary>
    ClaimHashes = 205,

    /// <summary>Each signature of an attestor in a release of an escrow, whether it counts or not.</summary>
    EscrowAttestation = 206,

    /// <summary>Each x402 channel that the transaction opens, which is kept for ever.</summary>
    X402ChannelOpening = 207,
}
