namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// Numbers and strings that stand in valid encodings, so that mutations name what exists; and the boundaries of
/// numbers. Read-only once it is filled.
/// </summary>
internal sealed class FuzzValues
{
    private const int MaxStringSizeBytes = 96;

    private static readonly ulong[] Boundaries =
    [
        0, 1, 2, 23, 24, 255, 256, 65_535, 65_536, uint.MaxValue, 1UL << 32, (1UL << 48) - 1, 1UL << 48,
        long.MaxValue, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    private readonly List<ulong> numbers = [];
    private readonly Dictionary<int, List<byte[]>> strings = [];
    private readonly HashSet<string> known = [];

    /// <summary>Takes the numbers and strings of an encoding.</summary>
    public void Add(ReadOnlySpan<byte> encoded)
    {
        foreach (var item in CborItems.Find(encoded))
        {
            if (item.Major == 0)
            {
                AddNumber(item.Value);
            }
            else if (item.Major == 2)
            {
                AddString(encoded[item.Content..item.End]);
            }
        }
    }

    /// <summary>Takes a string of bytes, unless it is long.</summary>
    public void AddString(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxStringSizeBytes || !known.Add(Convert.ToHexString(bytes)))
        {
            return;
        }

        if (!strings.TryGetValue(bytes.Length, out var list))
        {
            strings.Add(bytes.Length, list = []);
        }

        list.Add(bytes.ToArray());
    }

    /// <summary>A number at a boundary, of an encoding, or any.</summary>
    public ulong Number(SimulatedRandom random) => random.Below(8) switch
    {
        < 4 => Boundaries[(int)random.Below((ulong)Boundaries.Length)],
        < 7 when numbers.Count > 0 => unchecked(
            numbers[(int)random.Below((ulong)numbers.Count)] + random.Below(3) - 1),
        _ => random.Next(),
    };

    /// <summary>A string of this length from an encoding, or null where there is none.</summary>
    public byte[]? String(SimulatedRandom random, int sizeBytes) =>
        strings.TryGetValue(sizeBytes, out var list) ? list[(int)random.Below((ulong)list.Count)] : null;

    private void AddNumber(ulong number)
    {
        if (known.Add(number.ToString(System.Globalization.CultureInfo.InvariantCulture)))
        {
            numbers.Add(number);
        }
    }
}
