namespace Busbar.Proofs;

/// <summary>
/// That an item stands at a place of a <see cref="MerkleList"/>: the audit path of RFC 9162 §2.1.3. Wire: [index,
/// count, [hash…]]. spec/ledger.md#L-46.
/// </summary>
/// <param name="Index">The item's place, from 0.</param>
/// <param name="Count">Items of the list.</param>
/// <param name="Path">The hashes beside the way from the item up to the top.</param>
public sealed record ListProof(ulong Index, ulong Count, IReadOnlyList<Hash256> Path)
{
    /// <summary>Hashes of a path at the most.</summary>
    public const int MaxLength = 64;

    /// <summary>Proves an item of a list of leaves.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public static ListProof Of(ReadOnlySpan<Hash256> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Length);
        var path = new List<Hash256>();
        var level = leaves.ToArray();
        var place = index;
        for (var count = level.Length; count > 1; count = (count + 1) / 2)
        {
            if ((place ^ 1) < count)
            {
                path.Add(level[place ^ 1]);
            }

            for (var i = 0; i < count; i += 2)
            {
                level[i / 2] = i + 1 < count ? MerkleList.HashPair(level[i], level[i + 1]) : level[i];
            }

            place /= 2;
        }

        return new ListProof((ulong)index, (ulong)leaves.Length, path);
    }

    /// <summary>The root of the list that holds the item there; null when the path is of another length.</summary>
    public Hash256? RootWith(ReadOnlySpan<byte> item)
    {
        if (Index >= Count)
        {
            return null;
        }

        var hash = MerkleList.HashItem(item);
        var (place, last) = (Index, Count - 1);
        var used = 0;
        for (; last > 0; place /= 2, last /= 2)
        {
            var isLone = place % 2 == 0 && place == last;
            if (isLone)
            {
                continue;
            }

            if (used == Path.Count)
            {
                return null;
            }

            var sibling = Path[used++];
            hash = place % 2 == 0 ? MerkleList.HashPair(hash, sibling) : MerkleList.HashPair(sibling, hash);
        }

        return used == Path.Count ? MerkleList.RootOf(hash, Count) : null;
    }

    /// <summary>Writes an array of three items.</summary>
    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Array(3).Number(Index).Number(Count).Array(Path.Count);
        foreach (var hash in Path)
        {
            writer.Hash(hash);
        }
    }

    /// <summary>Reads an array of three items; null after an error.</summary>
    public static ListProof? Read(ref CanonicalReader reader)
    {
        reader.Array(3);
        var (index, count) = (reader.Number(), reader.Number());
        var path = new Hash256[reader.Array(0, MaxLength)];
        for (var i = 0; i < path.Length && !reader.Failed; i++)
        {
            path[i] = reader.Hash();
        }

        return reader.Failed ? null : new ListProof(index, count, path);
    }
}
