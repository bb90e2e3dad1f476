namespace Busbar.Ledger;

/// <summary>
/// How one kind of object stands in storage and in the state tree: spec/ledger.md#L-50. Stateless and thread-safe.
/// </summary>
/// <param name="Prefix">First byte of every key of this kind, and of no other.</param>
/// <param name="KeyOf">The whole key.</param>
/// <param name="TryParseKey">Reads a whole key back.</param>
/// <param name="Write">Writes the value.</param>
/// <param name="Read">Reads the value back; null, or a failed reader, for what no ledger wrote.</param>
internal sealed record ObjectKind<TKey, TValue>(
    byte Prefix,
    Func<TKey, byte[]> KeyOf,
    TryParseKey<TKey> TryParseKey,
    Action<TValue, CanonicalWriter> Write,
    ReadValue<TKey, TValue> Read)
    where TKey : struct, IEquatable<TKey>, IComparable<TKey>;

/// <summary>Reads a state key; false when it is none of the kind.</summary>
internal delegate bool TryParseKey<TKey>(ReadOnlySpan<byte> bytes, out TKey key);

/// <summary>Reads the value of an object whose key is known.</summary>
internal delegate TValue? ReadValue<TKey, TValue>(TKey key, ref CanonicalReader reader);
