namespace Busbar.Proofs;

/// <summary>
/// The way from a <see cref="MerkleMap"/>'s root to where a path ends: at its leaf, at nothing, or at the leaf of
/// another path. Wire: [[sibling…], other leaf or null], an other leaf being [path, digest of the value].
/// spec/ledger.md#L-45.
/// </summary>
/// <param name="Siblings">The hash beside the way at each depth, from the root down.</param>
/// <param name="Other">
/// The leaf of another path that stands where the way ends; null for nothing there, or the leaf itself.
/// </param>
public sealed record MapProof(IReadOnlyList<Hash256> Siblings, MapProof.Leaf? Other)
{
    /// <summary>Depths at the most.</summary>
    public const int MaxDepth = 8 * Hash256.SizeBytes;

    /// <summary>The root of a map that holds this value under the path; null when the proof is of an absence.</summary>
    public Hash256? RootWith(Hash256 path, ReadOnlySpan<byte> value) =>
        Other is null ? Fold(path, MerkleMap.HashLeaf(path, value)) : null;

    /// <summary>The root of a map that holds nothing under the path; null when the proof cannot be of that.</summary>
    public Hash256? RootWithout(Hash256 path)
    {
        if (Other is not { } other)
        {
            return Fold(path, MerkleMap.EmptyHash);
        }

        for (var depth = 0; depth < Siblings.Count; depth++)
        {
            if (other.Path.Bit(depth) != path.Bit(depth))
            {
                return null;
            }
        }

        return other.Path == path ? null : Fold(path, MerkleMap.HashLeaf(other.Path, other.ValueDigest));
    }

    /// <summary>Writes an array of two items.</summary>
    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Array(2).Array(Siblings.Count);
        foreach (var sibling in Siblings)
        {
            writer.Hash(sibling);
        }

        _ = Other is { } other ? writer.Array(2).Hash(other.Path).Hash(other.ValueDigest) : writer.Null();
    }

    /// <summary>Reads an array of two items; null after an error.</summary>
    public static MapProof? Read(ref CanonicalReader reader)
    {
        reader.Array(2);
        var siblings = new Hash256[reader.Array(0, MaxDepth)];
        for (var i = 0; i < siblings.Length && !reader.Failed; i++)
        {
            siblings[i] = reader.Hash();
        }

        Leaf? other = null;
        if (!reader.TryNull())
        {
            reader.Array(2);
            other = new Leaf(reader.Hash(), reader.Hash());
        }

        return reader.Failed ? null : new MapProof(siblings, other);
    }

    private Hash256 Fold(Hash256 path, Hash256 end)
    {
        var hash = end;
        for (var depth = Siblings.Count - 1; depth >= 0; depth--)
        {
            hash = path.Bit(depth)
                ? MerkleMap.HashInner(Siblings[depth], hash)
                : MerkleMap.HashInner(hash, Siblings[depth]);
        }

        return hash;
    }

    /// <summary>A leaf: its path, and SHA-256 of its value.</summary>
    public readonly record struct Leaf(Hash256 Path, Hash256 ValueDigest);
}
