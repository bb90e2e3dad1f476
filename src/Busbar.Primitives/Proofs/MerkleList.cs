using System.Buffers.Binary;

namespace Busbar.Proofs;

/// <summary>
/// The root over an ordered list: the transactions of a block, or its receipts. The tree has the shape of RFC 9162
/// §2.1 (a node without a sibling moves up as it is, nothing is ever doubled), and the root commits to the count as
/// well. spec/ledger.md#L-43.
/// </summary>
public static class MerkleList
{
    /// <summary>An item's leaf: SHA-256(0x03 || item).</summary>
    public static Hash256 HashItem(ReadOnlySpan<byte> item) => MerkleHash.Of(MerkleHash.ItemTag, item);

    /// <summary>
    /// SHA-256(0x05 || top || count as 8 bytes big-endian); the top of an empty list is
    /// <see cref="MerkleMap.EmptyHash"/>.
    /// </summary>
    public static Hash256 Root(ReadOnlySpan<Hash256> leaves) => RootOf(Top(leaves), (ulong)leaves.Length);

    /// <summary>An inner node: SHA-256(0x04 || left || right).</summary>
    internal static Hash256 HashPair(Hash256 left, Hash256 right) => MerkleHash.Of(MerkleHash.PairTag, left, right);

    internal static Hash256 RootOf(Hash256 top, ulong itemCount)
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(count, itemCount);
        return MerkleHash.Of(MerkleHash.ListTag, top, count);
    }

    private static Hash256 Top(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.IsEmpty)
        {
            return MerkleMap.EmptyHash;
        }

        var level = leaves.ToArray();
        for (var count = level.Length; count > 1; count = (count + 1) / 2)
        {
            for (var i = 0; i < count; i += 2)
            {
                level[i / 2] = i + 1 < count ? HashPair(level[i], level[i + 1]) : level[i];
            }
        }

        return level[0];
    }
}
