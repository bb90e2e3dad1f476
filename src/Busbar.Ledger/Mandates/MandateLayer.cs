namespace Busbar.Ledger;

/// <summary>
/// The mandates of a state, with an index by expiry so that a block finds those to drop without looking at all. The
/// bottom layer keeps the index; the few changes of the layers above it are looked through. Not thread-safe.
/// </summary>
internal sealed class MandateLayer(MandateLayer? parent) : ILayer
{
    private readonly Layer<MandateKey, Mandate> mandates = new(ObjectKinds.Mandate, parent?.mandates);
    private SortedSet<Expiring> byExpiry = [];
    private MandateLayer? parent = parent;

    public byte Prefix => mandates.Prefix;

    public Mandate? Find(MandateKey key) => mandates.Find(key);

    public void Set(MandateKey key, Mandate? mandate) => mandates.Set(key, mandate);

    /// <summary>Every mandate there is, in the order of keys.</summary>
    public IEnumerable<KeyValuePair<MandateKey, Mandate>> All() => mandates.All();

    /// <summary>
    /// Mandates whose expiry a time has reached, in the order of expiry and key, at most so many. The answer is that of
    /// all mandates together, however many layers hold them.
    /// </summary>
    public IReadOnlyList<MandateKey> FindExpired(UnixTime time, int maxCount)
    {
        var found = new SortedSet<Expiring>();
        var layer = this;
        for (; layer.parent is not null; layer = layer.parent)
        {
            foreach (var (key, mandate) in layer.mandates.Changes)
            {
                if (mandate is not null && mandate.Expiry <= time && IsCurrent(new(mandate.Expiry, key)))
                {
                    found.Add(new(mandate.Expiry, key));
                }
            }
        }

        var fromBottom = 0;
        foreach (var expiring in layer.byExpiry)
        {
            if (expiring.Expiry > time || fromBottom == maxCount)
            {
                break;
            }

            if (IsCurrent(expiring))
            {
                found.Add(expiring);
                fromBottom++;
            }
        }

        return [.. found.Take(maxCount).Select(expiring => expiring.Key)];
    }

    public IEnumerable<StateEntry> ChangedEntries() => mandates.ChangedEntries();

    public IEnumerable<StateEntry> AllEntries() => mandates.AllEntries();

    public bool TryLoad(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!mandates.TryLoad(key, value) || !StateKey.TryParseMandate(key, out var parsed))
        {
            return false;
        }

        byExpiry.Add(new(mandates.Find(parsed)!.Expiry, parsed));
        return true;
    }

    public bool TryFind(ReadOnlySpan<byte> key, out byte[]? value) => mandates.TryFind(key, out value);

    public void Rollback() => mandates.Rollback();

    public void Commit() => mandates.Commit();

    public void FoldIntoBase()
    {
        var bottom = parent!.byExpiry;
        foreach (var (key, mandate) in mandates.Changes)
        {
            if (parent.mandates.Find(key) is { } old)
            {
                bottom.Remove(new(old.Expiry, key));
            }

            if (mandate is not null)
            {
                bottom.Add(new(mandate.Expiry, key));
            }
        }

        mandates.FoldIntoBase();
        parent.byExpiry = [];
        byExpiry = bottom;
        parent = null;
    }

    private bool IsCurrent(Expiring expiring) => mandates.Find(expiring.Key)?.Expiry == expiring.Expiry;

    private readonly record struct Expiring(UnixTime Expiry, MandateKey Key) : IComparable<Expiring>
    {
        public int CompareTo(Expiring other)
        {
            var order = Expiry.CompareTo(other.Expiry);
            return order != 0 ? order : Key.CompareTo(other.Key);
        }
    }
}
