using System.Buffers.Binary;

namespace Busbar.Ledger;

/// <summary>
/// The keys of objects: one byte of kind, then fields of fixed length, numbers big-endian, so that the bytewise
/// order of keys is the order of their fields. An object's place in the state tree is SHA-256 of its key.
/// spec/ledger.md#L-50. Stateless and thread-safe.
/// </summary>
public static class StateKey
{
    /// <summary>First byte of an account's key: 0x01 || address.</summary>
    public const byte AccountKind = 0x01;

    /// <summary>First byte of a balance's key: 0x02 || account || asset.</summary>
    public const byte BalanceKind = 0x02;

    /// <summary>First byte of an asset's key: 0x03 || address.</summary>
    public const byte AssetKind = 0x03;

    /// <summary>First byte of a channel's key: 0x04 || id.</summary>
    public const byte ChannelKind = 0x04;

    /// <summary>The one byte of the governance's key: 0x05.</summary>
    public const byte GovernanceKind = 0x05;

    /// <summary>First byte of a ballot's key: 0x06 || digest of the proposal.</summary>
    public const byte BallotKind = 0x06;

    /// <summary>First byte of a stream's key: 0x07 || id.</summary>
    public const byte StreamKind = 0x07;

    /// <summary>First byte of an escrow's key: 0x08 || id.</summary>
    public const byte EscrowKind = 0x08;

    /// <summary>First byte of a mandate's key: 0x09 || account || signer.</summary>
    public const byte MandateKind = 0x09;

    /// <summary>First byte of the key of a freeze: 0x0E || account || asset.</summary>
    public const byte FrozenBalanceKind = 0x0E;

    /// <summary>First byte of the key of an authorization that is over: 0x0A || from || asset || nonce.</summary>
    public const byte AuthorizationKind = 0x0A;

    /// <summary>First byte of an allowance's key: 0x0B || owner || asset || spender.</summary>
    public const byte AllowanceKind = 0x0B;

    /// <summary>First byte of the key of an owner's permits of an asset: 0x0C || owner || asset.</summary>
    public const byte PermitNonceKind = 0x0C;

    /// <summary>First byte of the key of an account's Ethereum nonce: 0x0D || address.</summary>
    public const byte EthereumNonceKind = 0x0D;

    /// <summary>First byte of an intent's key: 0x10 || minute, 8 bytes || account || signer || intent id.</summary>
    public const byte IntentKind = 0x10;

    /// <summary>First byte of the key of an x402 channel: 0x20 || id.</summary>
    public const byte X402ChannelKind = 0x20;

    private const int AddressEnd = 1 + Address.SizeBytes;
    private const int MinuteEnd = 1 + sizeof(ulong);
    private const int IntentSizeBytes = MinuteEnd + (2 * Address.SizeBytes) + IntentId.SizeBytes;

    /// <summary>The key of an account.</summary>
    public static byte[] OfAccount(Address account) => [AccountKind, .. account.ToArray()];

    /// <summary>The key of a balance.</summary>
    public static byte[] OfBalance(BalanceKey balance) => OfBalance(BalanceKind, balance);

    /// <summary>The key of an asset.</summary>
    public static byte[] OfAsset(Address asset) => [AssetKind, .. asset.ToArray()];

    /// <summary>The key of a channel.</summary>
    public static byte[] OfChannel(ChannelId channel) => [ChannelKind, .. channel.Value.ToArray()];

    /// <summary>The key of an x402 channel.</summary>
    public static byte[] OfX402Channel(ChannelId channel) => [X402ChannelKind, .. channel.Value.ToArray()];

    /// <summary>The key of the governance.</summary>
    public static byte[] OfGovernance() => [GovernanceKind];

    /// <summary>The key of a ballot.</summary>
    public static byte[] OfBallot(Hash256 proposal) => [BallotKind, .. proposal.ToArray()];

    /// <summary>The key of a stream.</summary>
    public static byte[] OfStream(StreamId stream) => [StreamKind, .. stream.Value.ToArray()];

    /// <summary>The key of an escrow.</summary>
    public static byte[] OfEscrow(EscrowId escrow) => [EscrowKind, .. escrow.Value.ToArray()];

    /// <summary>The key of a mandate.</summary>
    public static byte[] OfMandate(MandateKey mandate) =>
        [MandateKind, .. mandate.Account.ToArray(), .. mandate.Signer.ToArray()];

    /// <summary>The key of the freeze of a balance.</summary>
    public static byte[] OfFrozenBalance(BalanceKey balance) => OfBalance(FrozenBalanceKind, balance);

    /// <summary>The key of an authorization that executes no more.</summary>
    public static byte[] OfAuthorization(AuthorizationKey authorization) =>
    [
        AuthorizationKind,
        .. authorization.From.ToArray(),
        .. authorization.Asset.ToArray(),
        .. authorization.Nonce.ToArray(),
    ];

    /// <summary>The key of an allowance.</summary>
    public static byte[] OfAllowance(AllowanceKey allowance) =>
        [AllowanceKind, .. allowance.Owner.ToArray(), .. allowance.Asset.ToArray(), .. allowance.Spender.ToArray()];

    /// <summary>The key of the number of permits that an owner's account has executed, of an asset.</summary>
    public static byte[] OfPermitNonce(BalanceKey owner)
    {
        var key = OfBalance(owner);
        key[0] = PermitNonceKind;
        return key;
    }

    /// <summary>The key of an account's Ethereum nonce.</summary>
    public static byte[] OfEthereumNonce(Address account) => [EthereumNonceKind, .. account.ToArray()];

    /// <summary>The key of an intent.</summary>
    public static byte[] OfIntent(IntentKey intent)
    {
        var key = new byte[IntentSizeBytes];
        OfMinute(intent.Minute).CopyTo(key, 0);
        intent.Account.CopyTo(key.AsSpan(MinuteEnd));
        intent.Signer.CopyTo(key.AsSpan(MinuteEnd + Address.SizeBytes));
        intent.Id.CopyTo(key.AsSpan(MinuteEnd + (2 * Address.SizeBytes)));
        return key;
    }

    /// <summary>The key of a minute's subtree, and the prefix of every key in it: 0x10 || minute.</summary>
    public static byte[] OfMinute(ulong minute)
    {
        var key = new byte[MinuteEnd];
        key[0] = IntentKind;
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(1), minute);
        return key;
    }

    internal static bool TryParseAddress(ReadOnlySpan<byte> key, out Address address)
    {
        var parsed = key.Length == AddressEnd;
        address = parsed ? new Address(key[1..]) : default;
        return parsed;
    }

    internal static bool TryParseBalance(ReadOnlySpan<byte> key, out BalanceKey balance)
    {
        var parsed = key.Length == AddressEnd + Address.SizeBytes;
        balance = parsed ? new BalanceKey(new Address(key[1..AddressEnd]), new Address(key[AddressEnd..])) : default;
        return parsed;
    }

    internal static bool TryParseMandate(ReadOnlySpan<byte> key, out MandateKey mandate)
    {
        var parsed = key.Length == AddressEnd + Address.SizeBytes;
        mandate = parsed ? new MandateKey(new Address(key[1..AddressEnd]), new Address(key[AddressEnd..])) : default;
        return parsed;
    }

    internal static bool TryParseChannel(ReadOnlySpan<byte> key, out ChannelId channel)
    {
        var parsed = key.Length == 1 + Hash256.SizeBytes;
        channel = parsed ? new ChannelId(new Hash256(key[1..])) : default;
        return parsed;
    }

    internal static bool TryParseStream(ReadOnlySpan<byte> key, out StreamId stream)
    {
        var parsed = TryParseHash(key, out var hash);
        stream = new StreamId(hash);
        return parsed;
    }

    internal static bool TryParseEscrow(ReadOnlySpan<byte> key, out EscrowId escrow)
    {
        var parsed = TryParseHash(key, out var hash);
        escrow = new EscrowId(hash);
        return parsed;
    }

    internal static bool TryParseHash(ReadOnlySpan<byte> key, out Hash256 hash)
    {
        var parsed = key.Length == 1 + Hash256.SizeBytes;
        hash = parsed ? new Hash256(key[1..]) : default;
        return parsed;
    }

    internal static bool TryParseGovernance(ReadOnlySpan<byte> key, out byte nothing)
    {
        nothing = 0;
        return key.Length == 1;
    }

    internal static bool TryParseAuthorization(ReadOnlySpan<byte> key, out AuthorizationKey authorization)
    {
        var parsed = key.Length == AddressEnd + Address.SizeBytes + Hash256.SizeBytes;
        authorization = parsed
            ? new AuthorizationKey(
                new Address(key[1..AddressEnd]),
                new Address(key.Slice(AddressEnd, Address.SizeBytes)),
                new Hash256(key[(AddressEnd + Address.SizeBytes)..]))
            : default;
        return parsed;
    }

    internal static bool TryParseAllowance(ReadOnlySpan<byte> key, out AllowanceKey allowance)
    {
        var parsed = key.Length == AddressEnd + (2 * Address.SizeBytes);
        allowance = parsed
            ? new AllowanceKey(
                new Address(key[1..AddressEnd]),
                new Address(key.Slice(AddressEnd, Address.SizeBytes)),
                new Address(key[(AddressEnd + Address.SizeBytes)..]))
            : default;
        return parsed;
    }

    /// <summary>Reads an intent's key; false for any other bytes.</summary>
    public static bool TryParseIntent(ReadOnlySpan<byte> key, out IntentKey intent)
    {
        intent = default;
        if (key.Length != IntentSizeBytes)
        {
            return false;
        }

        var rest = key[MinuteEnd..];
        intent = new IntentKey(
            new Address(rest[..Address.SizeBytes]),
            new Address(rest.Slice(Address.SizeBytes, Address.SizeBytes)),
            new IntentId(rest[(2 * Address.SizeBytes)..]));
        return BinaryPrimitives.ReadUInt64BigEndian(key[1..]) == intent.Minute;
    }

    private static byte[] OfBalance(byte kind, BalanceKey balance)
    {
        var key = new byte[AddressEnd + Address.SizeBytes];
        key[0] = kind;
        balance.Account.CopyTo(key.AsSpan(1));
        balance.Asset.CopyTo(key.AsSpan(AddressEnd));
        return key;
    }
}
