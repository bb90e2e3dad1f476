using Busbar.Keys;

namespace Busbar.Proofs;

/// <summary>
/// The validators of an epoch with their weights, in the order that makes leaders and the bits of certificates.
/// Immutable. spec/consensus.md#C-1.
/// </summary>
public sealed class ValidatorSet
{
    /// <summary>Validators at the most.</summary>
    public const int MaxCount = 200;

    /// <summary>The weight of all validators together at the most.</summary>
    public const ulong MaxTotalWeight = 1UL << 53;

    private readonly PublicKey[] keys;
    private readonly ulong[] weights;

    /// <summary>Makes a set in which each validator weighs 1.</summary>
    /// <param name="keys">1 to 200 different Ed25519 keys.</param>
    /// <exception cref="ArgumentException">Too few, too many, a double, or a key of another kind.</exception>
    public ValidatorSet(IReadOnlyList<PublicKey> keys)
        : this(keys, [.. Enumerable.Repeat(1UL, keys.Count)])
    {
    }

    /// <summary>Makes a set with weights. One in which each weighs 1 is the set without weights.</summary>
    /// <param name="keys">1 to 200 different Ed25519 keys.</param>
    /// <param name="weights">One for each key, each at least 1, 2^53 together at the most.</param>
    /// <exception cref="ArgumentException">The keys or the weights are others than these.</exception>
    public ValidatorSet(IReadOnlyList<PublicKey> keys, IReadOnlyList<ulong> weights)
    {
        if (!AreValid(keys))
        {
            throw new ArgumentException("A validator set is 1 to 200 different Ed25519 keys.", nameof(keys));
        }

        if (weights.Count != keys.Count || !TrySum(weights, out var total))
        {
            throw new ArgumentException("Each validator weighs at least 1, all together 2^53.", nameof(weights));
        }

        this.keys = [.. keys];
        this.weights = [.. weights];
        TotalWeight = total;
        QuorumWeight = Quorum.OfWeight(total);
        Digest = MakeDigest();
    }

    /// <summary>The keys, in order.</summary>
    public IReadOnlyList<PublicKey> Keys => keys;

    /// <summary>n.</summary>
    public int Count => keys.Length;

    /// <summary>The weight of all; n in a set without weights.</summary>
    public ulong TotalWeight { get; }

    /// <summary>The weight that makes a certificate; n - f in a set without weights. spec/consensus.md#C-2.</summary>
    public ulong QuorumWeight { get; }

    /// <summary>
    /// SHA-256 of ["busbar/validators/1", [key…]] when each weighs 1, else of ["busbar/validators/1", [[key,
    /// weight]…]]; it stands in every header.
    /// </summary>
    public Hash256 Digest { get; }

    /// <summary>True for what a set can be made of: 1 to 200 different Ed25519 keys.</summary>
    public static bool AreValid(IReadOnlyList<PublicKey> keys) =>
        keys.Count is >= 1 and <= MaxCount && keys.All(key => key.Kind == KeyKind.Ed25519)
        && keys.Distinct().Count() == keys.Count;

    /// <summary>The weight of the validator at an index.</summary>
    public ulong WeightOf(int index) => weights[index];

    /// <summary>The index of a view's leader: view modulo n.</summary>
    public int LeaderOf(ulong view) => (int)(view % (ulong)Count);

    /// <summary>The index of a key, or -1.</summary>
    public int IndexOf(PublicKey key) => Array.IndexOf(keys, key);

    /// <summary>The index of the key that an account belongs to, or -1.</summary>
    public int IndexOf(Address account) => Array.FindIndex(keys, key => key.Address == account);

    private static bool TrySum(IReadOnlyList<ulong> weights, out ulong total)
    {
        total = 0;
        foreach (var weight in weights)
        {
            if (weight is 0 or > MaxTotalWeight)
            {
                return false;
            }

            total += weight;
        }

        return total <= MaxTotalWeight;
    }

    private Hash256 MakeDigest()
    {
        var weighted = weights.Any(weight => weight != 1);
        var writer = new CanonicalWriter();
        writer.Array(2).Text(DomainTag.ValidatorSet).Array(keys.Length);
        for (var i = 0; i < keys.Length; i++)
        {
            if (weighted)
            {
                writer.Array(2).Bytes(keys[i].Bytes).Number(weights[i]);
            }
            else
            {
                writer.Bytes(keys[i].Bytes);
            }
        }

        return Hash256.Sha256(writer.WrittenSpan);
    }
}
