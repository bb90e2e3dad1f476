namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// Damages an input as a hostile sender would who knows the format: bits, boundary values, heads of CBOR items in other
/// forms or with other lengths, ranges repeated, moved, cut out and taken from another input. The same random numbers
/// give the same output.
/// </summary>
internal sealed class FuzzMutator(SimulatedRandom random)
{
    /// <summary>Bytes of the longest output.</summary>
    public const int MaxSizeBytes = 160 * 1024;

    private const int MaxSteps = 6;
    private const int MaxRange = 64;

    private static readonly byte[] Telling =
    [
        0x00, 0x01, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x20, 0x3B, 0x40, 0x58, 0x5B, 0x5F, 0x60, 0x78, 0x7B, 0x7F,
        0x80, 0x83, 0x98, 0x9B, 0x9F, 0xA0, 0xB8, 0xBF, 0xC0, 0xC2, 0xC3, 0xF4, 0xF6, 0xF7, 0xF9, 0xFB, 0xFF,
    ];

    private static readonly byte[] TellingTexts =
    [
        .. "0123456789abcdefABCDEFxX .,-_:/+=\"{}[]\\\0\n\t%eE~"u8, 0x80, 0xC3, 0xE2, 0xFF,
    ];

    private static readonly ulong[] Boundaries =
    [
        0, 1, 23, 24, 255, 256, 65_535, 65_536, 131_072, int.MaxValue, uint.MaxValue, 1UL << 32, long.MaxValue,
        1UL << 63, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    /// <summary>A damaged copy; now and then the input as it is.</summary>
    public byte[] Mutate(byte[] input, IReadOnlyList<byte[]> others, bool isText)
    {
        var bytes = (byte[])input.Clone();
        for (var steps = random.Below(MaxSteps + 1); steps > 0; steps--)
        {
            bytes = Step(bytes, others, isText);
        }

        return bytes.Length <= MaxSizeBytes ? bytes : bytes[..MaxSizeBytes];
    }

    private byte[] Step(byte[] bytes, IReadOnlyList<byte[]> others, bool isText)
    {
        if (bytes.Length == 0)
        {
            return [Any(isText ? TellingTexts : Telling)];
        }

        switch (random.Below(12))
        {
            case 0 or 1:
                bytes[At(bytes)] ^= (byte)(1 << (int)random.Below(8));
                return bytes;
            case 2 or 3:
                bytes[At(bytes)] = Any(isText ? TellingTexts : Telling);
                return bytes;
            case 4:
                bytes[At(bytes)] = (byte)random.Below(256);
                return bytes;
            case 5:
                return bytes[..At(bytes)];
            case 6:
                return [.. bytes, .. Noise(1 + (int)random.Below(MaxRange))];
            case 7:
                var (from, to) = Range(bytes);
                return [.. bytes[..to], .. bytes[from..to], .. bytes[to..]];
            case 8:
                (from, to) = Range(bytes);
                return [.. bytes[..from], .. bytes[to..]];
            case 9:
                return Splice(bytes, others[(int)random.Below((ulong)others.Count)]);
            case 10 when !isText:
                return Rewrite(bytes);
            default:
                return Overwrite(bytes);
        }
    }

    // The head of what may be an item: in a longer form than it needs, or with another length or value.
    private byte[] Rewrite(byte[] bytes)
    {
        var at = At(bytes);
        var major = (byte)(bytes[at] & 0xE0);
        var value = random.Chance(500) ? (ulong)(bytes[at] & 0x1F) : Boundaries[random.Below((ulong)Boundaries.Length)];
        var form = (int)random.Below(4);
        var head = new byte[1 + (1 << form)];
        head[0] = (byte)(major | (24 + form));
        for (var i = head.Length - 1; i > 0; i--)
        {
            head[i] = (byte)(value & 0xFF);
            value >>= 8;
        }

        return [.. bytes[..at], .. head, .. bytes[(at + 1)..]];
    }

    private byte[] Overwrite(byte[] bytes)
    {
        var value = Boundaries[random.Below((ulong)Boundaries.Length)];
        var at = At(bytes);
        for (var i = 7; i >= 0 && at + i < bytes.Length; i--)
        {
            bytes[at + i] = (byte)((value >> (8 * (7 - i))) & 0xFF);
        }

        return bytes;
    }

    private byte[] Splice(byte[] bytes, byte[] other)
    {
        var (from, to) = other.Length == 0 ? (0, 0) : Range(other);
        var at = At(bytes);
        var end = random.Chance(500) ? at : Math.Min(bytes.Length, at + to - from);
        return [.. bytes[..at], .. other[from..to], .. bytes[end..]];
    }

    private (int From, int To) Range(byte[] bytes)
    {
        var from = At(bytes);
        var most = random.Chance(100) ? bytes.Length - from : Math.Min(MaxRange, bytes.Length - from);
        return (from, from + 1 + (int)random.Below((ulong)most));
    }

    private byte[] Noise(int count)
    {
        var noise = new byte[count];
        for (var i = 0; i < count; i++)
        {
            noise[i] = (byte)random.Below(256);
        }

        return noise;
    }

    private int At(byte[] bytes) => (int)random.Below((ulong)bytes.Length);

    private byte Any(byte[] from) => from[random.Below((ulong)from.Length)];
}
