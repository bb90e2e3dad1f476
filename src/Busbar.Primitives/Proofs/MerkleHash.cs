using System.Security.Cryptography;

namespace Busbar.Proofs;

/// <summary>
/// The tagged SHA-256 of every tree of the ledger. The first byte of each preimage says what it is, so that no leaf
/// is ever an inner node, no list a map, and none of them a CBOR array: spec/ledger.md#L-41.
/// </summary>
internal static class MerkleHash
{
    public const byte LeafTag = 0x00;
    public const byte InnerTag = 0x01;
    public const byte EmptyTag = 0x02;
    public const byte ItemTag = 0x03;
    public const byte PairTag = 0x04;
    public const byte ListTag = 0x05;
    public const byte StateTag = 0x06;

    private const int StackLimitBytes = 512;

    /// <summary>SHA-256(tag || bytes).</summary>
    public static Hash256 Of(byte tag, ReadOnlySpan<byte> bytes)
    {
        var sizeBytes = 1 + bytes.Length;
        var input = sizeBytes <= StackLimitBytes ? stackalloc byte[sizeBytes] : new byte[sizeBytes];
        input[0] = tag;
        bytes.CopyTo(input[1..]);
        return Digest(input);
    }

    /// <summary>SHA-256(tag || left || right).</summary>
    public static Hash256 Of(byte tag, Hash256 left, Hash256 right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * Hash256.SizeBytes];
        input[0] = tag;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Hash256.SizeBytes)..]);
        return Digest(input);
    }

    /// <summary>SHA-256(tag || hash || bytes).</summary>
    public static Hash256 Of(byte tag, Hash256 hash, ReadOnlySpan<byte> bytes)
    {
        var sizeBytes = 1 + Hash256.SizeBytes + bytes.Length;
        var input = sizeBytes <= StackLimitBytes ? stackalloc byte[sizeBytes] : new byte[sizeBytes];
        input[0] = tag;
        hash.CopyTo(input[1..]);
        bytes.CopyTo(input[(1 + Hash256.SizeBytes)..]);
        return Digest(input);
    }

    private static Hash256 Digest(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[Hash256.SizeBytes];
        SHA256.HashData(input, digest);
        return new Hash256(digest);
    }
}
