using Busbar.Keys;

namespace Busbar.Proofs;

/// <summary>
/// The validators of an epoch, in the order that makes leaders and the bits of certificates. Immutable.
/// spec/consensus.md#C-1.
/// </summary>
public sealed class ValidatorSet
{
    /// <summary>Validators at the most.</summary>
    public const int MaxCount = 200;

    private readonly PublicKey[] keys;

    /// <summary>Makes a set.</summary>
    /// <param name="keys">1 to 200 different Ed25519 keys.</param>
    /// <exception cref="ArgumentException">Too few, too many, a double, or a key of another kind.</exception>
    public ValidatorSet(IReadOnlyList<PublicKey> keys)
    {
        if (keys.Count is < 1 or > MaxCount || keys.Any(key => key.Kind != KeyKind.Ed25519)
            || keys.Distinct().Count() != keys.Count)
        {
            throw new ArgumentException("A validator set is 1 to 200 different Ed25519 keys.", nameof(keys));
        }

        this.keys = [.. keys];
        var writer = new CanonicalWriter();
        writer.Array(2).Text(DomainTag.ValidatorSet).Array(keys.Count);
        foreach (var key in keys)
        {
            writer.Bytes(key.Bytes);
        }

        Digest = Hash256.Sha256(writer.WrittenSpan);
    }

    /// <summary>The keys, in order.</summary>
    public IReadOnlyList<PublicKey> Keys => keys;

    /// <summary>n.</summary>
    public int Count => keys.Length;

    /// <summary>f, the validators that may be faulty: (n - 1) / 3, rounded down.</summary>
    public int Faults => (Count - 1) / 3;

    /// <summary>q = n - f, the votes of a certificate.</summary>
    public int Quorum => Count - Faults;

    /// <summary>SHA-256 of ["busbar/validators/1", [key…]]; it stands in every header.</summary>
    public Hash256 Digest { get; }

    /// <summary>The index of a view's leader: view modulo n.</summary>
    public int LeaderOf(ulong view) => (int)(view % (ulong)Count);

    /// <summary>The index of a key, or -1.</summary>
    public int IndexOf(PublicKey key) => Array.IndexOf(keys, key);
}
