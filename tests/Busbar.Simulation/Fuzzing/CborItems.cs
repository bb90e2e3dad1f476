using System.Buffers.Binary;

namespace Busbar.Simulation.Fuzzing;

/// <summary>One item of an encoding: where its head begins and ends, and where the item ends with all in it.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Content">The byte behind its head.</param>
/// <param name="End">The byte behind it.</param>
/// <param name="Major">Major type: 0 number, 2 bytes, 3 text, 4 array, 6 tag, 7 null.</param>
/// <param name="Value">Number, length or count, as the head says.</param>
/// <param name="Parent">Place in the list of the array that it stands in; -1 for none.</param>
internal readonly record struct CborItem(int Start, int Content, int End, int Major, ulong Value, int Parent);

/// <summary>
/// Finds the items of what is mostly CBOR; written apart from the reader that is tested, and as far as it gets.
/// </summary>
internal static class CborItems
{
    private const int MaxDepth = 12;

    /// <summary>The items in order; those behind the first that makes no sense are missing.</summary>
    public static List<CborItem> Find(ReadOnlySpan<byte> bytes)
    {
        var items = new List<CborItem>();
        var position = 0;
        while (position < bytes.Length && Take(bytes, ref position, -1, 0, items))
        {
        }

        return items;
    }

    /// <summary>The shortest head that says this.</summary>
    public static byte[] Head(int major, ulong value)
    {
        var sizeBytes = value switch
        {
            < 24 => 0,
            <= byte.MaxValue => 1,
            <= ushort.MaxValue => 2,
            <= uint.MaxValue => 4,
            _ => 8,
        };
        return Head(major, value, sizeBytes);
    }

    /// <summary>A head with so many bytes for its value, short enough or not.</summary>
    public static byte[] Head(int major, ulong value, int sizeBytes)
    {
        if (sizeBytes == 0)
        {
            return [(byte)(major << 5 | (int)(value & 31))];
        }

        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(wide, value);
        var info = sizeBytes switch { 1 => 24, 2 => 25, 4 => 26, _ => 27 };
        return [(byte)(major << 5 | info), .. wide[(sizeof(ulong) - sizeBytes)..]];
    }

    private static bool Take(
        ReadOnlySpan<byte> bytes, ref int position, int parent, int depth, List<CborItem> items)
    {
        if (depth > MaxDepth || position >= bytes.Length)
        {
            return false;
        }

        var start = position;
        var major = bytes[start] >> 5;
        var info = bytes[start] & 31;
        var sizeBytes = info switch { < 24 => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => -1 };
        if (sizeBytes < 0 || start + 1 + sizeBytes > bytes.Length)
        {
            return false;
        }

        var value = sizeBytes == 0 ? (ulong)info : 0;
        foreach (var part in bytes.Slice(start + 1, sizeBytes))
        {
            value = value << 8 | part;
        }

        position = start + 1 + sizeBytes;
        var content = position;
        var place = items.Count;
        items.Add(new CborItem(start, content, content, major, value, parent));
        if (!TakeContent(bytes, ref position, major, value, place, depth, items))
        {
            items.RemoveRange(place, items.Count - place);
            return false;
        }

        items[place] = items[place] with { End = position };
        return true;
    }

    private static bool TakeContent(
        ReadOnlySpan<byte> bytes, ref int position, int major, ulong value, int place, int depth, List<CborItem> items)
    {
        if (major is 2 or 3)
        {
            if (value > (ulong)(bytes.Length - position))
            {
                return false;
            }

            position += (int)value;
            return true;
        }

        var children = major switch { 4 => value, 6 => 1UL, _ => 0UL };
        for (var i = 0UL; i < children; i++)
        {
            if (!Take(bytes, ref position, place, depth + 1, items))
            {
                return false;
            }
        }

        return true;
    }
}
