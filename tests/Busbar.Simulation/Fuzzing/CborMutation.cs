namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// Changes items of an encoding and leaves the rest of it whole, so that much of what comes out still decodes; and
/// changes of heads that no decoder may take. Stateless.
/// </summary>
internal static class CborMutation
{
    private const ulong MaxRepeats = 300;

    /// <summary>One change that leaves the encoding canonical: values, items taken out, doubled or swapped.</summary>
    public static byte[] Change(byte[] bytes, byte[] other, SimulatedRandom random, FuzzValues values)
    {
        var items = CborItems.Find(bytes);
        if (items.Count == 0)
        {
            return bytes;
        }

        var place = (int)random.Below((ulong)items.Count);
        var item = items[place];
        var isInArray = item.Parent >= 0 && items[item.Parent].Major == 4;
        return random.Below(10) switch
        {
            0 => Graft(bytes, item, other, random),
            1 when isInArray => Remove(bytes, items, item),
            2 when isInArray => Repeat(bytes, items, item, random),
            3 when isInArray => Swap(bytes, items, place, random),
            4 when item.Major is not 4 => Splice(bytes, item.Start, item.End, [0xF6]),
            _ => ChangeValue(bytes, items, place, random, values),
        };
    }

    /// <summary>One head that says the same in a longer form, another length, or what is not deterministic.</summary>
    public static byte[] ChangeHead(byte[] bytes, SimulatedRandom random, FuzzValues values)
    {
        var items = CborItems.Find(bytes);
        if (items.Count == 0)
        {
            return bytes;
        }

        var item = items[(int)random.Below((ulong)items.Count)];
        var head = random.Below(6) switch
        {
            0 => CborItems.Head(item.Major, item.Value, 1 << (int)random.Below(4)),
            1 => CborItems.Head(item.Major, values.Number(random)),
            2 => [(byte)(item.Major << 5 | 31)],
            3 => [(byte)(item.Major << 5 | (int)(28 + random.Below(3)))],
            4 => CborItems.Head((int)random.Below(8), item.Value),
            _ => CborItems.Head(item.Major, unchecked(item.Value + random.Below(3) - 1)),
        };
        return Splice(bytes, item.Start, item.Content, head);
    }

    /// <summary>The bytes with others in place of a range.</summary>
    public static byte[] Splice(byte[] bytes, int start, int end, ReadOnlySpan<byte> replacement) =>
        [.. bytes.AsSpan(0, start), .. replacement, .. bytes.AsSpan(end)];

    private static byte[] ChangeValue(
        byte[] bytes, List<CborItem> items, int place, SimulatedRandom random, FuzzValues values)
    {
        // An array has no value of its own: one of its items is changed.
        while (items[place].Major is 4 or 6 && place + 1 < items.Count)
        {
            place++;
        }

        var item = items[place];
        return item.Major switch
        {
            0 => Splice(bytes, item.Start, item.End, Number(random, values)),
            2 or 3 => ChangeString(bytes, item, random, values),
            7 => Splice(bytes, item.Start, item.End, random.Chance(500)
                ? Number(random, values)
                : String(2, values.String(random, random.Chance(500) ? 20 : 32) ?? [])),
            _ => bytes,
        };
    }

    private static byte[] ChangeString(byte[] bytes, CborItem item, SimulatedRandom random, FuzzValues values)
    {
        var content = bytes.AsSpan(item.Content, item.End - item.Content).ToArray();
        switch (random.Below(8))
        {
            case 0 when content.Length > 0:
                content[(int)random.Below((ulong)content.Length)] ^= (byte)(1 << (int)random.Below(8));
                break;
            case 1:
                content = [.. content, unchecked((byte)random.Next())];
                break;
            case 2 when content.Length > 0:
                content = content[..^1];
                break;
            case 3:
                Array.Fill(content, random.Chance(500) ? (byte)0 : byte.MaxValue);
                break;
            default:
                content = values.String(random, content.Length) ?? content;
                break;
        }

        return Splice(bytes, item.Start, item.End, String(item.Major, content));
    }

    private static byte[] Number(SimulatedRandom random, FuzzValues values)
    {
        if (random.Below(6) > 0)
        {
            return CborItems.Head(0, values.Number(random));
        }

        var wide = new byte[9 + random.Below(8)];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = random.Chance(500) ? byte.MaxValue : unchecked((byte)random.Next());
        }

        wide[0] |= 1;
        return [0xC2, .. String(2, wide)];
    }

    private static byte[] String(int major, byte[] content) =>
        [.. CborItems.Head(major, (ulong)content.Length), .. content];

    // An item of another valid encoding, of the same type when one is found soon.
    private static byte[] Graft(byte[] bytes, CborItem item, byte[] other, SimulatedRandom random)
    {
        var others = CborItems.Find(other);
        if (others.Count == 0)
        {
            return bytes;
        }

        var first = (int)random.Below((ulong)others.Count);
        var same = others.FindIndex(first, one => one.Major == item.Major);
        var graft = others[same < 0 ? first : same];
        return Splice(bytes, item.Start, item.End, other.AsSpan(graft.Start, graft.End - graft.Start));
    }

    private static byte[] Remove(byte[] bytes, List<CborItem> items, CborItem item) =>
        WithCount(Splice(bytes, item.Start, item.End, []), items[item.Parent], items[item.Parent].Value - 1);

    private static byte[] Repeat(byte[] bytes, List<CborItem> items, CborItem item, SimulatedRandom random)
    {
        var times = random.Below(20) == 0 ? 1 + random.Below(MaxRepeats) : 1;
        var copy = bytes.AsSpan(item.Start, item.End - item.Start);
        var copies = new byte[copy.Length * (int)times];
        for (var i = 0; i < (int)times; i++)
        {
            copy.CopyTo(copies.AsSpan(i * copy.Length));
        }

        var parent = items[item.Parent];
        return WithCount(Splice(bytes, item.End, item.End, copies), parent, parent.Value + times);
    }

    private static byte[] Swap(byte[] bytes, List<CborItem> items, int place, SimulatedRandom random)
    {
        var one = items[place];
        var siblings = items.FindAll(item => item.Parent == one.Parent);
        var two = siblings[(int)random.Below((ulong)siblings.Count)];
        if (one.Start > two.Start)
        {
            (one, two) = (two, one);
        }

        return one == two
            ? bytes
            :
            [
                .. bytes.AsSpan(0, one.Start),
                .. bytes.AsSpan(two.Start, two.End - two.Start),
                .. bytes.AsSpan(one.End, two.Start - one.End),
                .. bytes.AsSpan(one.Start, one.End - one.Start),
                .. bytes.AsSpan(two.End),
            ];
    }

    private static byte[] WithCount(byte[] bytes, CborItem array, ulong count) =>
        Splice(bytes, array.Start, array.Content, CborItems.Head(4, count));
}
