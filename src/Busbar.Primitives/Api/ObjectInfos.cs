namespace Busbar.Api;

/// <summary>GET /v1/assets/{address}: an asset, of genesis or created.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Name">EIP-712 name; not unique.</param>
/// <param name="Symbol">Symbol; not unique.</param>
/// <param name="Version">EIP-712 version.</param>
/// <param name="Decimals">How many decimals a unit has.</param>
/// <param name="SupplyAtomic">All there is of it.</param>
/// <param name="Issuer">Who may mint and freeze; null for an asset of genesis.</param>
/// <param name="Freezable">Whether the issuer may freeze balances.</param>
public sealed record AssetSupplyInfo(
    string Address,
    string Name,
    string Symbol,
    string Version,
    int Decimals,
    string SupplyAtomic,
    string? Issuer,
    bool Freezable);

/// <summary>GET /v1/streams/{id}: a stream that has not ended.</summary>
/// <param name="Stream">Its id.</param>
/// <param name="Payer">Who deposited.</param>
/// <param name="Payee">Who is paid.</param>
/// <param name="Asset">What it pays.</param>
/// <param name="RateAtomic">What accrues in 1,000,000 seconds.</param>
/// <param name="DepositAtomic">All that was deposited since it started or started anew.</param>
/// <param name="WithdrawnAtomic">What of it was paid so far.</param>
/// <param name="AccruedAtomic">What of it has accrued until TimeMs, paid or not.</param>
/// <param name="StartedMs">Since when it accrues.</param>
/// <param name="TimeMs">Time of the last final block.</param>
public sealed record StreamInfo(
    string Stream,
    string Payer,
    string Payee,
    string Asset,
    string RateAtomic,
    string DepositAtomic,
    string WithdrawnAtomic,
    string AccruedAtomic,
    ulong StartedMs,
    ulong TimeMs);

/// <summary>GET /v1/escrows/{id}: an escrow that was neither released nor refunded.</summary>
/// <param name="Escrow">Its id.</param>
/// <param name="Payer">Who locked it.</param>
/// <param name="Payee">Who is paid when it is released.</param>
/// <param name="Asset">What it holds.</param>
/// <param name="Atomic">How much it holds.</param>
/// <param name="RefundMs">Block time from which the payer may take it back.</param>
/// <param name="HashLock">SHA-256 of the preimage that a release must show, or null.</param>
/// <param name="Threshold">How many attestors must attest, or null when there are none.</param>
/// <param name="Attestors">Their addresses, or null.</param>
public sealed record EscrowInfo(
    string Escrow,
    string Payer,
    string Payee,
    string Asset,
    string Atomic,
    ulong RefundMs,
    string? HashLock,
    int? Threshold,
    IReadOnlyList<string>? Attestors);

/// <summary>GET /v1/mandates/{account}/{signer}: a mandate that has not left the state.</summary>
/// <param name="Account">For whom its signer acts.</param>
/// <param name="Signer">Whose key may act.</param>
/// <param name="Mandate">Its id.</param>
/// <param name="ParentSigner">Whose mandate it was granted under; null when the account granted it.</param>
/// <param name="Alive">Whether it could be used in a block at TimeMs.</param>
/// <param name="ExpiryMs">Block time from which it is dead.</param>
/// <param name="Operations">What the signer may do.</param>
/// <param name="Payees">Whom it may pay beside the account; null for anybody.</param>
/// <param name="Limits">What it may spend; nothing of any other asset.</param>
/// <param name="TimeMs">Time of the last final block.</param>
public sealed record MandateInfo(
    string Account,
    string Signer,
    string Mandate,
    string? ParentSigner,
    bool Alive,
    ulong ExpiryMs,
    IReadOnlyList<string> Operations,
    IReadOnlyList<string>? Payees,
    IReadOnlyList<MandateLimitInfo> Limits,
    ulong TimeMs);

/// <summary>What a mandate lets spend of an asset.</summary>
/// <param name="Asset">The asset.</param>
/// <param name="TotalAtomic">The most in all, or null.</param>
/// <param name="SpentAtomic">What of that was spent; null without a total.</param>
/// <param name="CapacityAtomic">What its window holds when full, or null.</param>
/// <param name="RefillMs">In how long the window fills from empty; null without one.</param>
/// <param name="AvailableAtomic">
/// What this mandate would cover at TimeMs, or null when it sets no limit; those above it may cover less.
/// </param>
public sealed record MandateLimitInfo(
    string Asset,
    string? TotalAtomic,
    string? SpentAtomic,
    string? CapacityAtomic,
    ulong? RefillMs,
    string? AvailableAtomic);

/// <summary>GET /v1/accounts/{address}/mandates: an account's mandates, in order of signer.</summary>
/// <param name="Mandates">The mandates, living and dead.</param>
public sealed record MandateList(IReadOnlyList<MandateInfo> Mandates);

/// <summary>GET /v1/x402-channels/{id}: a channel of the x402 scheme batch-settlement.</summary>
/// <param name="Channel">Its id.</param>
/// <param name="Payer">Who deposits.</param>
/// <param name="PayerAuthorizer">Who signs vouchers; zero for the payer itself.</param>
/// <param name="Receiver">Who is paid.</param>
/// <param name="ReceiverAuthorizer">Who signs claims and refunds.</param>
/// <param name="Asset">What it pays.</param>
/// <param name="WithdrawDelaySeconds">How long the payer waits for a withdrawal, in seconds of uptime.</param>
/// <param name="Salt">What tells channels of the same parties apart.</param>
/// <param name="DepositAtomic">All that was deposited, without what went back; x402 says balance.</param>
/// <param name="ClaimedAtomic">What was paid to the receiver so far; x402 says totalClaimed.</param>
/// <param name="RefundNonce">The nonce that the next signed refund has.</param>
/// <param name="WithdrawalAtomic">What the payer has requested to withdraw, or null.</param>
/// <param name="WithdrawableUptimeMs">Uptime from which it may be withdrawn, or null.</param>
public sealed record X402ChannelInfo(
    string Channel,
    string Payer,
    string PayerAuthorizer,
    string Receiver,
    string ReceiverAuthorizer,
    string Asset,
    ulong WithdrawDelaySeconds,
    string Salt,
    string DepositAtomic,
    string ClaimedAtomic,
    ulong RefundNonce,
    string? WithdrawalAtomic,
    ulong? WithdrawableUptimeMs);
