namespace Busbar.Proofs;

/// <summary>
/// A compact binary sparse Merkle tree: a map from 256-bit paths to leaf digests. A leaf stands at the shallowest
/// depth at which no other leaf shares its prefix, so a tree of n leaves is about log2 n deep, and the root depends
/// on the content only, never on the order in which it came. Immutable and thread-safe: an update shares every
/// untouched node with the tree it came from. spec/ledger.md#L-41, L-42.
/// </summary>
public sealed class MerkleMap
{
    private readonly Node? root;

    private MerkleMap(Node? root) => this.root = root;

    /// <summary>The map without leaves.</summary>
    public static MerkleMap Empty { get; } = new(null);

    /// <summary>The hash of an empty subtree: SHA-256(0x02).</summary>
    public static Hash256 EmptyHash { get; } = MerkleHash.Of(MerkleHash.EmptyTag, default);

    /// <summary>The root's hash.</summary>
    public Hash256 Root => HashOf(root);

    /// <summary>True when there is no leaf.</summary>
    public bool IsEmpty => root is null;

    /// <summary>Where an object stands: SHA-256 of its key.</summary>
    public static Hash256 PathOf(ReadOnlySpan<byte> key) => Hash256.Sha256(key);

    /// <summary>A leaf's digest: SHA-256(0x00 || path || SHA-256(value)).</summary>
    public static Hash256 HashLeaf(Hash256 path, ReadOnlySpan<byte> value) =>
        HashLeaf(path, Hash256.Sha256(value));

    /// <summary>A leaf's digest, of a value of which only SHA-256 is known.</summary>
    public static Hash256 HashLeaf(Hash256 path, Hash256 valueDigest) =>
        MerkleHash.Of(MerkleHash.LeafTag, path, valueDigest);

    /// <summary>An inner node's digest: SHA-256(0x01 || left || right).</summary>
    public static Hash256 HashInner(Hash256 left, Hash256 right) => MerkleHash.Of(MerkleHash.InnerTag, left, right);

    /// <summary>The state root: SHA-256(0x06 || root over objects || root over intents).</summary>
    public static Hash256 CombineState(Hash256 objects, Hash256 intents) =>
        MerkleHash.Of(MerkleHash.StateTag, objects, intents);

    /// <summary>
    /// The map after a batch of changes. The batch is sorted here; each path may stand in it once. A change without
    /// a value removes; removing what is not there changes nothing.
    /// </summary>
    public MerkleMap Update(Span<MerkleChange> changes)
    {
        changes.Sort(static (left, right) => left.Path.CompareTo(right.Path));
        for (var i = 1; i < changes.Length; i++)
        {
            Invariant.Check(changes[i - 1].Path < changes[i].Path);
        }

        var updated = Update(root, changes, 0);
        return ReferenceEquals(updated, root) ? this : new MerkleMap(updated);
    }

    /// <summary>SHA-256 of the value at a path, or null.</summary>
    public Hash256? Find(Hash256 path)
    {
        var node = root;
        for (var depth = 0; node is Inner inner; depth++)
        {
            node = path.Bit(depth) ? inner.Right : inner.Left;
        }

        return node is Leaf leaf && leaf.Path == path ? leaf.ValueDigest : null;
    }

    /// <summary>Proves what is at a path: its leaf, or that there is none.</summary>
    public MapProof Prove(Hash256 path)
    {
        var siblings = new List<Hash256>();
        var node = root;
        for (var depth = 0; node is Inner inner; depth++)
        {
            var isRight = path.Bit(depth);
            siblings.Add(HashOf(isRight ? inner.Left : inner.Right));
            node = isRight ? inner.Right : inner.Left;
        }

        return new MapProof(
            siblings,
            node is Leaf other && other.Path != path ? new MapProof.Leaf(other.Path, other.ValueDigest) : null);
    }

    private static Hash256 HashOf(Node? node) => node?.Hash ?? EmptyHash;

    private static Node? Update(Node? node, ReadOnlySpan<MerkleChange> changes, int depth)
    {
        if (changes.IsEmpty)
        {
            return node;
        }

        if (changes.Length == 1 && node is null or Leaf)
        {
            var change = changes[0];
            if (node is null || ((Leaf)node).Path == change.Path)
            {
                return change.ValueDigest is { } digest ? new Leaf(change.Path, digest) : null;
            }

            if (change.ValueDigest is null)
            {
                return node;
            }
        }

        var split = FirstWithBit(changes, depth);
        var (left, right) = Children(node, depth);
        var newLeft = Update(left, changes[..split], depth + 1);
        var newRight = Update(right, changes[split..], depth + 1);
        if (node is Inner && ReferenceEquals(newLeft, left) && ReferenceEquals(newRight, right))
        {
            return node;
        }

        return Join(newLeft, newRight);
    }

    private static (Node? Left, Node? Right) Children(Node? node, int depth) => node switch
    {
        null => (null, null),
        Inner inner => (inner.Left, inner.Right),
        Leaf leaf when leaf.Path.Bit(depth) => (null, leaf),
        _ => (node, null),
    };

    // A lone leaf moves up to where its prefix is just unique; anything else stays below.
    private static Node? Join(Node? left, Node? right)
    {
        if (left is null && right is null or Leaf)
        {
            return right;
        }

        return right is null && left is Leaf ? left : new Inner(left, right);
    }

    private static int FirstWithBit(ReadOnlySpan<MerkleChange> changes, int depth)
    {
        var low = 0;
        var high = changes.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (changes[middle].Path.Bit(depth))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private abstract class Node(Hash256 hash)
    {
        public readonly Hash256 Hash = hash;
    }

    private sealed class Leaf(Hash256 path, Hash256 valueDigest) : Node(HashLeaf(path, valueDigest))
    {
        public readonly Hash256 Path = path;
        public readonly Hash256 ValueDigest = valueDigest;
    }

    private sealed class Inner(Node? left, Node? right) : Node(HashInner(HashOf(left), HashOf(right)))
    {
        public readonly Node? Left = left;
        public readonly Node? Right = right;
    }
}

/// <summary>One change of a <see cref="MerkleMap"/>: SHA-256 of the value at a path, or null to remove it.</summary>
public readonly record struct MerkleChange(Hash256 Path, Hash256? ValueDigest)
{
    /// <summary>The change to a value.</summary>
    public static MerkleChange To(Hash256 path, ReadOnlySpan<byte> value) => new(path, Hash256.Sha256(value));
}
