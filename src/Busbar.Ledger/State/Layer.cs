using System.Runtime.InteropServices;

namespace Busbar.Ledger;

/// <summary>
/// One kind of object, as a layer of changes over the layer of the parent state; the bottom layer holds the final
/// base. A default value (null, an amount of zero) means that there is no such object. Writes go to the top layer
/// of a block being executed and can be undone back to a mark. Not thread-safe.
/// </summary>
internal sealed class Layer<TKey, TValue>
    where TKey : struct, IEquatable<TKey>, IComparable<TKey>
{
    private readonly List<Undo> undos = [];
    private Dictionary<TKey, TValue?> changes;
    private Layer<TKey, TValue>? parent;
    private bool folded;

    public Layer(Layer<TKey, TValue>? parent)
    {
        this.parent = parent;
        changes = [];
    }

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

    public int Mark() => undos.Count;

    public void UndoTo(int mark)
    {
        for (var i = undos.Count - 1; i >= mark; i--)
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

        undos.RemoveRange(mark, undos.Count - mark);
    }

    /// <summary>Forgets how to undo: what was written so far stays.</summary>
    public void Commit() => undos.Clear();

    /// <summary>
    /// Puts this layer's changes into the base below it and takes the base's place. The former bottom layer is
    /// spent: a state that still stands on it (a sibling that lost) may not be read again.
    /// </summary>
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

    private static bool IsAbsent(TValue? value) => EqualityComparer<TValue>.Default.Equals(value, default);

    private readonly record struct Undo(TKey Key, bool Existed, TValue? Value);
}
