using System.Text.Json;
using System.Text.Json.Serialization;

namespace Busbar.Api;

/// <summary>GET /v1/network: what a client must know before it signs.</summary>
/// <param name="Network">CAIP-2 id, "eip155:402402".</param>
/// <param name="ChainId">The number in it.</param>
/// <param name="Genesis">Digest of the genesis file.</param>
/// <param name="Height">Last final height.</param>
/// <param name="TimeMs">Time of the last final block.</param>
/// <param name="UptimeMs">Network uptime at the last final block.</param>
/// <param name="StateRoot">State root after the last final block.</param>
/// <param name="FeeAsset">Address of the asset that fees are stated in.</param>
/// <param name="Assets">The assets of genesis.</param>
/// <param name="Tariff">Fee units by the name of the priced thing, decimal strings.</param>
/// <param name="MinGraceMs">The shortest grace period a channel may have.</param>
/// <param name="MaxIntentAheadMs">How far ahead an intent's expiry may lie.</param>
/// <param name="RetentionMs">How long an intent is remembered after its expiry.</param>
/// <param name="Validators">How many validators vote.</param>
public sealed record NetworkInfo(
    string Network,
    ulong ChainId,
    string Genesis,
    ulong Height,
    ulong TimeMs,
    ulong UptimeMs,
    string StateRoot,
    string FeeAsset,
    IReadOnlyList<AssetInfo> Assets,
    IReadOnlyDictionary<string, string> Tariff,
    ulong MinGraceMs,
    ulong MaxIntentAheadMs,
    ulong RetentionMs,
    int Validators);

/// <summary>GET /v1/governance: who votes on blocks, and what they vote on besides.</summary>
/// <param name="Epoch">The epoch that votes on the next block.</param>
/// <param name="View">The view that this node is in.</param>
/// <param name="ProtocolVersion">Version of the rules.</param>
/// <param name="UpgradeVersion">The next version that was decided, or null.</param>
/// <param name="UpgradeHeight">The first block of that version, or null.</param>
/// <param name="Quorum">Votes that decide.</param>
/// <param name="Validators">The validators, in voting order.</param>
/// <param name="Ballots">Proposals that are open in this epoch.</param>
/// <param name="WaitingPrices">Higher prices that were decided, and from when they hold.</param>
public sealed record GovernanceInfo(
    ulong Epoch,
    ulong View,
    ulong ProtocolVersion,
    ulong? UpgradeVersion,
    ulong? UpgradeHeight,
    ulong Quorum,
    IReadOnlyList<ValidatorInfo> Validators,
    IReadOnlyList<BallotInfo> Ballots,
    IReadOnlyList<PriceChangeInfo> WaitingPrices);

/// <summary>A price that will change: its name, fee units as a decimal string, and from when in ms.</summary>
public sealed record PriceChangeInfo(string Price, string FeeUnits, ulong FromMs);

/// <summary>A validator: its key as "ed25519:0x…", and the account that it votes and pays fees with.</summary>
public sealed record ValidatorInfo(string Key, string Account);

/// <summary>An open proposal: what it says, and the indexes of the validators that voted for it.</summary>
public sealed record BallotInfo(string Proposal, IReadOnlyList<int> Voters);

/// <summary>GET /v1/evidence: what this node knows against validators.</summary>
public sealed record EvidenceList(IReadOnlyList<EvidenceInfo> Evidence);

/// <summary>
/// One thing that is known against a validator. A contradiction proves itself to whoever knows the epoch's validators:
/// two signed votes that no honest one signs both.
/// </summary>
/// <param name="Kind">"contradiction", or "alarm": why this node's own key votes no more.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Key">The validator's key, "ed25519:0x…".</param>
/// <param name="Finding">In words.</param>
/// <param name="First">The first signed vote, hexadecimal: spec/api.md#A-16; null for an alarm.</param>
/// <param name="Second">The second signed vote; null for an alarm.</param>
public sealed record EvidenceInfo(
    string Kind, ulong Epoch, string Key, string Finding, string? First, string? Second);

/// <summary>An asset: its address, EIP-712 name and version, and how many decimals a unit has.</summary>
public sealed record AssetInfo(string Address, string Name, string Symbol, string Version, int Decimals);

/// <summary>
/// GET /v1/intents/{id} and POST /v1/transactions: where a transaction stands. Status is pending, notarized, final or
/// expired; Result is null until it has executed.
/// </summary>
/// <param name="Intent">The 16 bytes, hexadecimal.</param>
/// <param name="Account">The account; null for an expired intent that was looked up by its id alone.</param>
/// <param name="Signer">The signer; null for an expired intent.</param>
/// <param name="Status">pending, notarized, final or expired.</param>
/// <param name="Result">Name of the transaction status, "Ok" when it did what it said.</param>
/// <param name="ResultCode">Number of the transaction status.</param>
/// <param name="FailedOperation">Index of the operation that failed, or null.</param>
/// <param name="Height">Height of the block that holds it.</param>
/// <param name="Index">Its place in that block.</param>
/// <param name="TimeMs">Time of that block.</param>
/// <param name="FeeAsset">What the fee was paid in.</param>
/// <param name="FeeAtomic">The fee, in atomic units of the fee asset.</param>
/// <param name="Claims">One entry for each claimed channel, in order; null when there are none.</param>
public sealed record IntentInfo(
    string Intent,
    string? Account,
    string? Signer,
    string Status,
    string? Result,
    int? ResultCode,
    int? FailedOperation,
    ulong? Height,
    int? Index,
    ulong? TimeMs,
    string? FeeAsset,
    string? FeeAtomic,
    IReadOnlyList<ClaimInfo>? Claims);

/// <summary>What became of one entry of a claim operation.</summary>
/// <param name="Operation">Index of the claim operation in its transaction.</param>
/// <param name="Entry">Index of the entry in the operation.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Status">Name of the claim status.</param>
/// <param name="PaidAtomic">What the entry paid to the payee.</param>
public sealed record ClaimInfo(int Operation, int Entry, string Channel, string Status, string PaidAtomic);

/// <summary>GET /v1/accounts/{address}: every balance that is not zero.</summary>
public sealed record AccountInfo(string Address, ulong Height, IReadOnlyList<BalanceInfo> Balances);

/// <summary>A balance in atomic units, and whether the asset's issuer has frozen it.</summary>
public sealed record BalanceInfo(string Asset, string Symbol, int Decimals, string Atomic, bool Frozen = false);

/// <summary>GET /v1/channels/{id}: a channel that is open or closing; one that ended has left the state.</summary>
/// <param name="Channel">Its id.</param>
/// <param name="Payer">Who deposited.</param>
/// <param name="Payee">Who is paid.</param>
/// <param name="VoucherKey">The key that signs its vouchers.</param>
/// <param name="Asset">What it pays.</param>
/// <param name="DepositAtomic">All that was ever deposited.</param>
/// <param name="ClaimedAtomic">What was claimed and paid so far.</param>
/// <param name="GraceMs">Its grace period.</param>
/// <param name="Status">open or closing.</param>
/// <param name="WithdrawableUptimeMs">Network uptime from which the payer may withdraw; null while open.</param>
/// <param name="FirstVoucher">Signing hash of the voucher that rode in the opening, or null.</param>
public sealed record ChannelInfo(
    string Channel,
    string Payer,
    string Payee,
    KeyInfo VoucherKey,
    string Asset,
    string DepositAtomic,
    string ClaimedAtomic,
    ulong GraceMs,
    string Status,
    ulong? WithdrawableUptimeMs,
    string? FirstVoucher);

/// <summary>A public key: kind is secp256k1, p256 or ed25519.</summary>
public sealed record KeyInfo(string Kind, string PublicKey, string Address);

/// <summary>GET /v1/accounts/{address}/channels.</summary>
public sealed record ChannelList(IReadOnlyList<ChannelInfo> Channels);

/// <summary>GET /v1/blocks/{height}: a final block.</summary>
public sealed record BlockInfo(
    ulong Height,
    string Digest,
    string Parent,
    ulong View,
    ulong TimeMs,
    ulong UptimeMs,
    string StateRoot,
    string TransactionsRoot,
    string ReceiptsRoot,
    IReadOnlyList<IntentInfo> Transactions);

/// <summary>
/// POST /v1/fee: the fee of a transaction before it is signed, if it executed on the last final state.
/// </summary>
/// <param name="FeeAsset">The asset of the fee.</param>
/// <param name="FeeAtomic">The whole fee, openings of accounts included.</param>
/// <param name="AccountOpeningsAtomic">
/// The part that pays for accounts that it would credit for the first time, and x402 channels that it would open.
/// </param>
public sealed record FeeInfo(string FeeAsset, string FeeAtomic, string AccountOpeningsAtomic);

/// <summary>The body of POST /v1/transactions and /v1/fee when it is JSON: the encoding in hexadecimal.</summary>
public sealed record TransactionBody(string Transaction);

/// <summary>
/// A server-sent event of an account or a channel. Kinds: those of spec/api.md#A-14. The event's id is
/// "height.index.number"; Last-Event-ID resumes after it.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="Height">Block.</param>
/// <param name="Index">Transaction in the block.</param>
/// <param name="TimeMs">Time of the block.</param>
/// <param name="Intent">Intent of the transaction.</param>
/// <param name="Asset">Asset that moved.</param>
/// <param name="From">Who paid; null where nobody did.</param>
/// <param name="To">Who was paid; null where nobody was.</param>
/// <param name="Atomic">How much moved.</param>
/// <param name="Channel">The channel, or null.</param>
/// <param name="WithdrawableUptimeMs">For channelClosing: uptime from which the payer may withdraw.</param>
/// <param name="Reference">
/// For transfer: the 32 bytes of the parties. For proposalDecided: its digest. For a stream or an escrow: its id.
/// </param>
public sealed record LedgerEvent(
    string Kind,
    ulong Height,
    int Index,
    ulong TimeMs,
    string Intent,
    string Asset,
    string? From,
    string? To,
    string Atomic,
    string? Channel,
    ulong? WithdrawableUptimeMs,
    string? Reference);

/// <summary>
/// GET /v1/proofs/…: a proof, which is also a file that anybody checks offline (`busbar verify-proof`). Everything but
/// the proof itself is for people: whoever checks believes only the proof.
/// </summary>
/// <param name="Kind">"busbar-proof".</param>
/// <param name="Network">CAIP-2 name of the network.</param>
/// <param name="Height">The block that it is about.</param>
/// <param name="Epoch">That block's epoch.</param>
/// <param name="TimeMs">That block's time.</param>
/// <param name="SizeBytes">Bytes of the proof.</param>
/// <param name="Hashes">SHA-256 computations that checking takes.</param>
/// <param name="SignatureChecks">Ed25519 checks that it takes.</param>
/// <param name="Proof">The proof, hexadecimal: spec/ledger.md#L-48.</param>
public sealed record ProofInfo(
    string Kind,
    string Network,
    ulong Height,
    ulong Epoch,
    ulong TimeMs,
    int SizeBytes,
    int Hashes,
    int SignatureChecks,
    string Proof)
{
    /// <summary>What <see cref="Kind"/> says.</summary>
    public const string FileKind = "busbar-proof";
}

/// <summary>An error body (RFC 9457) with the code that programs act on.</summary>
/// <param name="Type">"about:blank".</param>
/// <param name="Title">A sentence.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A stable name, such as IntentReused.</param>
/// <param name="Detail">What to do about it.</param>
public sealed record ApiProblem(string Type, string Title, int Status, string Code, string? Detail);

/// <summary>JSON of the API: camelCase names, nulls written, source-generated so that trimming keeps it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NetworkInfo))]
[JsonSerializable(typeof(IntentInfo))]
[JsonSerializable(typeof(AccountInfo))]
[JsonSerializable(typeof(ChannelInfo))]
[JsonSerializable(typeof(ChannelList))]
[JsonSerializable(typeof(AssetSupplyInfo))]
[JsonSerializable(typeof(StreamInfo))]
[JsonSerializable(typeof(EscrowInfo))]
[JsonSerializable(typeof(MandateInfo))]
[JsonSerializable(typeof(MandateList))]
[JsonSerializable(typeof(X402ChannelInfo))]
[JsonSerializable(typeof(BlockInfo))]
[JsonSerializable(typeof(FeeInfo))]
[JsonSerializable(typeof(ProofInfo))]
[JsonSerializable(typeof(EvidenceList))]
[JsonSerializable(typeof(GovernanceInfo))]
[JsonSerializable(typeof(TransactionBody))]
[JsonSerializable(typeof(LedgerEvent))]
[JsonSerializable(typeof(ApiProblem))]
public sealed partial class ApiJson : JsonSerializerContext;
