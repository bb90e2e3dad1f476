using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Busbar.Ticks;

/// <summary>
/// The hashes that ticks are made of (spec/ticks.md#T-5 to T-8). Every input has a fixed length under 56 bytes, so
/// that each hash is one compression of SHA-256.
/// </summary>
internal static class TickStep
{
    private const int StepInputSizeBytes = 4 + TickHash.SizeBytes + 8 + 4 + 4 + TickHash.SizeBytes;
    private const int NodeInputSizeBytes = 4 + 4 + 4 + TickHash.SizeBytes + TickHash.SizeBytes;

    private static ReadOnlySpan<byte> StepTag => "step"u8;

    private static ReadOnlySpan<byte> NodeTag => "node"u8;

    private static ReadOnlySpan<byte> SecretTag => "busbar/tick/1"u8;

    /// <summary>SHA256(network || channel)[..16]: what binds every token to its channel.</summary>
    public static TickHash ChannelTag(NetworkId network, ChannelId channel)
    {
        Span<byte> input = stackalloc byte[8 + Hash256.SizeBytes];
        BinaryPrimitives.WriteUInt64BigEndian(input, network.ChainId);
        channel.Value.CopyTo(input[8..]);
        return Truncated(input);
    }

    /// <summary>The secret end of a chain: HMAC-SHA256 over everything that names the chain and its price.</summary>
    public static TickHash SecretEnd(ReadOnlySpan<byte> tickSecret, Voucher terms, int chain)
    {
        Span<byte> input = stackalloc byte[SecretTag.Length + 8 + Hash256.SizeBytes + 8 + 16 + 16 + 4 + 4 + 4];
        SecretTag.CopyTo(input);
        var rest = input[SecretTag.Length..];
        BinaryPrimitives.WriteUInt64BigEndian(rest, terms.Network.ChainId);
        terms.Channel.Value.CopyTo(rest[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(rest[40..], terms.Epoch);
        BinaryPrimitives.WriteUInt128BigEndian(rest[48..], terms.Base.Atomic);
        BinaryPrimitives.WriteUInt128BigEndian(rest[64..], terms.TickValue.Atomic);
        BinaryPrimitives.WriteInt32BigEndian(rest[80..], terms.Heads);
        BinaryPrimitives.WriteInt32BigEndian(rest[84..], terms.Length);
        BinaryPrimitives.WriteInt32BigEndian(rest[88..], chain);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(tickSecret, input, mac);
        return new TickHash(mac[..TickHash.SizeBytes]);
    }

    /// <summary>From the token at one position of a chain down to a lower one: one hash a position.</summary>
    public static TickHash Descend(TickHash channelTag, ulong epoch, int chain, TickHash token, int from, int to)
    {
        Span<byte> input = stackalloc byte[StepInputSizeBytes];
        StepTag.CopyTo(input);
        channelTag.CopyTo(input[4..]);
        BinaryPrimitives.WriteUInt64BigEndian(input[20..], epoch);
        BinaryPrimitives.WriteInt32BigEndian(input[28..], chain);
        token.CopyTo(input[36..]);
        Span<byte> digest = stackalloc byte[Hash256.SizeBytes];
        for (var position = from; position > to; position--)
        {
            BinaryPrimitives.WriteInt32BigEndian(input[32..], position);
            SHA256.HashData(input, digest);
            digest[..TickHash.SizeBytes].CopyTo(input[36..]);
        }

        return new TickHash(input[36..]);
    }

    /// <summary>An inner node of the tree over the heads; level 1 is right above the heads.</summary>
    public static TickHash Node(int level, int index, TickHash left, TickHash right)
    {
        Span<byte> input = stackalloc byte[NodeInputSizeBytes];
        NodeTag.CopyTo(input);
        BinaryPrimitives.WriteInt32BigEndian(input[4..], level);
        BinaryPrimitives.WriteInt32BigEndian(input[8..], index);
        left.CopyTo(input[12..]);
        right.CopyTo(input[28..]);
        return Truncated(input);
    }

    /// <summary>From a head up its path to the root; the path has log2 m nodes, the head's sibling first.</summary>
    public static TickHash Climb(TickHash head, int chain, IReadOnlyList<TickHash> path)
    {
        var node = head;
        var index = chain;
        for (var level = 1; level <= path.Count; level++)
        {
            var sibling = path[level - 1];
            node = (index & 1) == 0
                ? Node(level, index >> 1, node, sibling)
                : Node(level, index >> 1, sibling, node);
            index >>= 1;
        }

        return node;
    }

    private static TickHash Truncated(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[Hash256.SizeBytes];
        SHA256.HashData(input, digest);
        return new TickHash(digest[..TickHash.SizeBytes]);
    }
}
