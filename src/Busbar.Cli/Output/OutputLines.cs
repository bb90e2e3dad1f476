using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Busbar.Api;

namespace Busbar.Cli.Output;

/// <summary>Why a command failed.</summary>
internal sealed record ErrorLine(string Kind, string Code, string Message, string? Hint);

/// <summary>`busbar up` is ready.</summary>
internal sealed record ReadyLine(
    string Kind,
    string Api,
    string Network,
    string Asset,
    string AssetName,
    string AssetVersion,
    int AssetDecimals,
    IReadOnlyList<ReadyAccount> Accounts,
    int Pid,
    string DataFolder,
    IReadOnlyList<ReadyNode> Nodes);

/// <summary>
/// `busbar node` is ready: it listens. Votes is false for a node that follows; reason says why it must.
/// </summary>
internal sealed record NodeLine(
    string Kind,
    string Api,
    string Peer,
    string Key,
    bool Votes,
    string? Reason,
    ulong Height,
    int Pid,
    string DataFolder);

/// <summary>A development account: its address and its secret, 32 bytes of a secp256k1 key.</summary>
internal sealed record ReadyAccount(string Address, string PrivateKey);

/// <summary>A node of the local network; it has no peer address while it is alone.</summary>
internal sealed record ReadyNode(string Api, string? Peer, string DataFolder);

/// <summary>What a key file holds, without the secret.</summary>
internal sealed record KeyLine(
    string Kind, string KeyKind, string Address, string PublicKey, string File, bool Encrypted);

/// <summary>A balance.</summary>
internal sealed record BalanceLine(string Kind, string Address, string Asset, string Atomic);

/// <summary>Where a payment stands.</summary>
internal sealed record PaymentLine(
    string Kind, string Intent, string Status, string? Result, ulong? Height, string? FeeAtomic);

/// <summary>A channel.</summary>
internal sealed record ChannelLine(
    string Kind,
    string Channel,
    string Payer,
    string Payee,
    string Asset,
    string DepositAtomic,
    string ClaimedAtomic,
    ulong GraceMs,
    string Status,
    ulong? WithdrawableUptimeMs);

/// <summary>What `channel close` did: close, requestClose or withdraw, and where its transaction stands.</summary>
internal sealed record ChannelCloseLine(
    string Kind,
    string Channel,
    string Action,
    string Intent,
    string Status,
    string? Result,
    ulong? Height,
    string? FeeAtomic);

/// <summary>A mandate, and what is left of its limits.</summary>
internal sealed record MandateLine(
    string Kind,
    string Mandate,
    string Account,
    string Signer,
    string? ParentSigner,
    bool Alive,
    ulong ExpiryMs,
    IReadOnlyList<string> Operations,
    IReadOnlyList<string>? Payees,
    IReadOnlyList<MandateLimitInfo> Limits);

/// <summary>A data folder was replayed from its first block, or checked from a later one that it keeps.</summary>
internal sealed record VerifyLine(string Kind, ulong FromHeight, ulong Height, string StateRoot, bool Conserved);

/// <summary>A new network was made; every node's key is in the clear.</summary>
internal sealed record GenesisLine(
    string Kind,
    string Network,
    string Digest,
    string Genesis,
    string Asset,
    int AssetDecimals,
    int Balances,
    IReadOnlyList<GenesisNode> Nodes);

/// <summary>A node of a new network: its validator, its files, and where it will listen.</summary>
internal sealed record GenesisNode(
    string Address, string PublicKey, string Config, string Key, string Api, string Peer);

/// <summary>What simulated seeds showed; next is the seed to go on from.</summary>
internal sealed record SimulateLine(
    string Kind,
    ulong Seeds,
    int Unsafe,
    int Stalled,
    ulong FinalizedBlocks,
    ulong Crashes,
    ulong Partitions,
    ulong Equivocations,
    ulong Restarts,
    ulong Payments,
    IReadOnlyDictionary<string, ulong> Operations,
    ulong Epochs,
    ulong Next,
    string EventHash);

/// <summary>What inputs of the fuzzer showed; next is the input to go on from.</summary>
internal sealed record FuzzLine(
    string Kind,
    ulong Inputs,
    ulong Seed,
    ulong Next,
    double Seconds,
    IReadOnlyList<FuzzTargetLine> Targets,
    IReadOnlyList<FuzzFindingLine> Findings);

/// <summary>What became of the inputs of one target.</summary>
internal sealed record FuzzTargetLine(
    string Name, ulong Inputs, IReadOnlyDictionary<string, ulong> Counts, long MostAllocatedBytes);

/// <summary>An input for which something does not hold, and the command that repeats it.</summary>
internal sealed record FuzzFindingLine(string Target, ulong Number, string Message, string Command, string Input);

/// <summary>What something costs, in fee units.</summary>
internal sealed record FeeLine(string Kind, string Name, string FeeUnits);

/// <summary>A proof that was written to a file.</summary>
internal sealed record ProofLine(
    string Kind, string File, ulong Height, int SizeBytes, int Hashes, int SignatureChecks);

/// <summary>What a proof shows.</summary>
internal sealed record ProvedLine(
    string Kind,
    ulong Height,
    ulong TimeMs,
    ulong Epoch,
    string StateRoot,
    IReadOnlyDictionary<string, string> Fact,
    int SizeBytes,
    int Hashes,
    int SignatureChecks);

/// <summary>What the protocol costs between ten regions of the world.</summary>
internal sealed record WanLine(string Kind, int Validators, int Regions, double BlockMs, double FinalMs);

/// <summary>The account that the demo gives at its end.</summary>
internal sealed record DemoLine(
    string Kind,
    int Rows,
    int Bought,
    string PriceAtomic,
    string PaidAtomic,
    string SellerReceivedAtomic,
    string FeesAtomic,
    long Ticks,
    long PayerSignatures,
    int LedgerTransactions,
    bool Conserved,
    double FinalityMsP50,
    double PaymentMsP50,
    double PaymentMsP99);

/// <summary>JSON of the lines: camelCase names, declaration order.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ErrorLine))]
[JsonSerializable(typeof(ReadyLine))]
[JsonSerializable(typeof(NodeLine))]
[JsonSerializable(typeof(KeyLine))]
[JsonSerializable(typeof(BalanceLine))]
[JsonSerializable(typeof(PaymentLine))]
[JsonSerializable(typeof(ChannelLine))]
[JsonSerializable(typeof(ChannelCloseLine))]
[JsonSerializable(typeof(MandateLine))]
[JsonSerializable(typeof(VerifyLine))]
[JsonSerializable(typeof(FeeLine))]
[JsonSerializable(typeof(ProofLine))]
[JsonSerializable(typeof(ProvedLine))]
[JsonSerializable(typeof(SimulateLine))]
[JsonSerializable(typeof(FuzzLine))]
[JsonSerializable(typeof(WanLine))]
[JsonSerializable(typeof(GenesisLine))]
[JsonSerializable(typeof(DemoLine))]
internal sealed partial class OutputJson : JsonSerializerContext
{
    /// <summary>For a terminal or a file, not for HTML: quotes and arrows stay what they are.</summary>
    public static OutputJson Lines { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
