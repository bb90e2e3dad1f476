using System.Runtime.InteropServices;

namespace Busbar.Ledger;

/// <summary>
/// One kind of object, as a layer of changes over the layer of the parent state; the bottom layer holds the final
/// base. A default value (null, an amount of zero) means that there is no such object. Writes go to the top layer
/// of a block being executed and can be undone. Not thread-safe.
/// </summary>
internal sealed class Layer<TKey, TValue>(ObjectKind<TKey, TValue> kind, Layer<TKey, TValue>? parent) : ILayer
    where TKey : struct, IEquatable<TKey>, IComparable<TKey>
{
    private readonly List<Undo> undos = [];
    private Dictionary<TKey, TValue?> changes = [];
    private Layer<TKey, TValue>? parent = parent;
    private bool folded;

    public byte Prefix => kind.Prefix;

    /// <summary>What this layer says of its own; a default value is a removal.</summary>
    public IReadOnlyCollection<KeyValuePair<TKey, TValue?>> Changes => changes;

    public TValue? Find(TKey key)
    {
        for (var layer = this; layer is not null; layer = layer.parent)
        {
            Invariant.Check(!layer.folded);
            if (layer.changes.TryGetValue(key, out var value))
            {
                return value;
            }
        }

        return default;
    }

    public void Set(TKey key, TValue? value)
    {
        ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(changes, key, out var existed);
        undos.Add(new Undo(key, existed, slot));
        slot = value;
    }

    public void Rollback()
    {
        for (var i = undos.Count - 1; i >= 0; i--)
        {
            var undo = undos[i];
            if (undo.Existed)
            {
                changes[undo.Key] = undo.Value;
            }
            else
            {
                changes.Remove(undo.Key);
            }
        }

        undos.Clear();
    }

    public void Commit() => undos.Clear();

    public void FoldIntoBase()
    {
        Invariant.Check(parent is { parent: null, folded: false });
        var bottom = parent!.changes;
        foreach (var (key, value) in changes)
        {
            if (IsAbsent(value))
            {
                bottom.Remove(key);
            }
            else
            {
                bottom[key] = value;
            }
        }

        parent.folded = true;
        parent.changes = [];
        changes = bottom;
        parent = null;
    }

    /// <summary>Every object there is, in the order of keys.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue>> All()
    {
        var merged = new Dictionary<TKey, TValue?>();
        for (var layer = this; layer is not null; layer = layer.parent)
        {
            Invariant.Check(!layer.folded);
            foreach (var (key, value) in layer.changes)
            {
                merged.TryAdd(key, value);
            }
        }

        return merged
            .Where(pair => !IsAbsent(pair.Value))
            .Select(pair => new KeyValuePair<TKey, TValue>(pair.Key, pair.Value!))
            .OrderBy(pair => pair.Key);
    }

    /// <summary>The value as it stands in leaves and in storage.</summary>
    public static byte[] Encode(ObjectKind<TKey, TValue> kind, TValue value, CanonicalWriter writer)
    {
        writer.Clear();
        kind.Write(value, writer);
        return writer.ToArray();
    }

    public IEnumerable<StateEntry> ChangedEntries()
    {
        var writer = new CanonicalWriter();
        foreach (var (key, value) in changes)
        {
            yield return new StateEntry(
                kind.KeyOf(key), IsAbsent(value) ? null : Encode(kind, value!, writer));
        }
    }

    public IEnumerable<StateEntry> AllEntries()
    {
        var writer = new CanonicalWriter();
        foreach (var (key, value) in All())
        {
            yield return new StateEntry(kind.KeyOf(key), Encode(kind, value, writer));
        }
    }

    public bool TryFind(ReadOnlySpan<byte> key, out byte[]? value)
    {
        value = null;
        if (!kind.TryParseKey(key, out var parsed))
        {
            return false;
        }

        var found = Find(parsed);
        value = IsAbsent(found) ? null : Encode(kind, found!, new CanonicalWriter());
        return true;
    }

    public bool TryLoad(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var reader = new CanonicalReader(value);
        if (!kind.TryParseKey(key, out var parsed)
            || kind.Read(parsed, ref reader) is not { } loaded || IsAbsent(loaded) || !reader.Finish())
        {
            return false;
        }

        Set(parsed, loaded);
        return true;
    }

    private static bool IsAbsent(TValue? value) => EqualityComparer<TValue>.Default.Equals(value, default);

    private readonly record struct Undo(TKey Key, bool Existed, TValue? Value);
}
