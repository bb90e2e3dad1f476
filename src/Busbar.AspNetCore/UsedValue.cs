namespace Busbar.AspNetCore;

/// <summary>
/// Which parts of a channel's cumulative value have paid for a request: sorted, disjoint ranges (from, to]. Ranges
/// that touch are one, so a channel that is used in order holds a single range. Not thread-safe.
/// </summary>
internal sealed class UsedValue
{
    private readonly List<(UInt128 From, UInt128 To)> ranges = [];

    public int RangeCount => ranges.Count;

    /// <summary>True when the atom just below a value has paid for something.</summary>
    public bool Contains(Amount value) => OverlapsAny(value.Atomic - 1, value.Atomic);

    public bool Overlaps(Amount from, Amount to) => OverlapsAny(from.Atomic, to.Atomic);

    public void Add(Amount from, Amount to)
    {
        Invariant.Check(from < to && !Overlaps(from, to));
        var at = ranges.FindIndex(range => range.From >= to.Atomic);
        at = at < 0 ? ranges.Count : at;
        var merged = (From: from.Atomic, To: to.Atomic);
        if (at < ranges.Count && ranges[at].From == merged.To)
        {
            merged.To = ranges[at].To;
            ranges.RemoveAt(at);
        }

        if (at > 0 && ranges[at - 1].To == merged.From)
        {
            merged.From = ranges[at - 1].From;
            ranges.RemoveAt(--at);
        }

        ranges.Insert(at, merged);
        if (ranges.Count > SellerLimits.UsedRanges)
        {
            ranges[1] = (ranges[0].From, ranges[1].To);
            ranges.RemoveAt(0);
        }
    }

    /// <summary>Gives back what a failed request had taken.</summary>
    public void Remove(Amount from, Amount to)
    {
        var at = ranges.FindIndex(range => range.From <= from.Atomic && range.To >= to.Atomic);
        Invariant.Check(at >= 0);
        var range = ranges[at];
        ranges.RemoveAt(at);
        if (range.To > to.Atomic)
        {
            ranges.Insert(at, (to.Atomic, range.To));
        }

        if (range.From < from.Atomic)
        {
            ranges.Insert(at, (range.From, from.Atomic));
        }
    }

    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        writer.Array(ranges.Count * 2);
        foreach (var (from, to) in ranges)
        {
            writer.Number(from).Number(to);
        }

        return writer.ToArray();
    }

    public static UsedValue Decode(byte[] bytes)
    {
        var used = new UsedValue();
        var reader = new CanonicalReader(bytes);
        var count = reader.Array(0, SellerLimits.UsedRanges * 2) / 2;
        for (var i = 0; i < count; i++)
        {
            used.ranges.Add((reader.WideNumber(), reader.WideNumber()));
        }

        Invariant.Check(reader.Finish());
        return used;
    }

    private bool OverlapsAny(UInt128 from, UInt128 to)
    {
        foreach (var range in ranges)
        {
            if (range.From < to && from < range.To)
            {
                return true;
            }
        }

        return false;
    }
}
