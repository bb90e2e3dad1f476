namespace Busbar.Ledger;

/// <summary>The executed intents of a state, with an index by minute so that whole minutes can be dropped.</summary>
internal sealed class IntentLayer(IntentLayer? parent)
{
    private readonly Layer<IntentKey, IntentRecord> records = new(ObjectKinds.Intent, parent?.records);
    private Dictionary<ulong, List<IntentKey>> minutes = [];
    private IntentLayer? parent = parent;

    public Layer<IntentKey, IntentRecord> Records => records;

    /// <summary>
    /// Adds a record of this block. Nothing undoes it: an intent record outlives its transaction's failure.
    /// </summary>
    public void Add(IntentKey key, IntentRecord record)
    {
        records.Set(key, record);
        if (!minutes.TryGetValue(key.Minute, out var keys))
        {
            minutes.Add(key.Minute, keys = []);
        }

        keys.Add(key);
    }

    /// <summary>Puts a stored record back; false for what no ledger wrote.</summary>
    public bool TryLoad(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var reader = new CanonicalReader(value);
        if (!StateKey.TryParseIntent(key, out var intent)
            || IntentRecord.Read(ref reader) is not { } record || !reader.Finish())
        {
            return false;
        }

        Add(intent, record);
        return true;
    }

    /// <summary>Removes every record of a minute, whichever layer below holds it.</summary>
    public void Drop(ulong minute)
    {
        for (var layer = this; layer is not null; layer = layer.parent)
        {
            foreach (var key in layer.minutes.GetValueOrDefault(minute, []))
            {
                records.Set(key, null);
            }
        }

        minutes.Remove(minute);
    }

    /// <summary>
    /// See <see cref="Layer{TKey, TValue}.FoldIntoBase"/>; minutes before the first remembered one go.
    /// </summary>
    public void FoldIntoBase(ulong firstMinute)
    {
        records.FoldIntoBase();
        var bottom = parent!.minutes;
        foreach (var (minute, keys) in minutes)
        {
            if (!bottom.TryAdd(minute, keys))
            {
                bottom[minute].AddRange(keys);
            }
        }

        foreach (var minute in bottom.Keys.Where(minute => minute < firstMinute).ToArray())
        {
            bottom.Remove(minute);
        }

        parent.minutes = [];
        minutes = bottom;
        parent = null;
    }
}
