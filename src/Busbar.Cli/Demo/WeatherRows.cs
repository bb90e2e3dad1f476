using System.Reflection;

namespace Busbar.Cli.Demo;

/// <summary>
/// The 1,461 rows that the weather station sells, byte for byte as they stand in seattle-weather.csv. Thread-safe.
/// </summary>
internal sealed class WeatherRows
{
    private const byte LineFeed = (byte)'\n';

    private readonly byte[] source;
    private readonly int[] ends;

    private WeatherRows(byte[] source)
    {
        this.source = source;
        var lines = new List<int>();
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == LineFeed)
            {
                lines.Add(i + 1);
            }
        }

        Invariant.Check(lines.Count > 1 && lines[^1] == source.Length);
        ends = [.. lines];
    }

    /// <summary>Rows without the header.</summary>
    public int Count => ends.Length - 1;

    /// <summary>The line that names the columns, with its line feed.</summary>
    public ReadOnlyMemory<byte> Header => source.AsMemory(0, ends[0]);

    /// <summary>Reads them out of this program.</summary>
    public static WeatherRows Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("seattle-weather.csv");
        Invariant.Check(stream is not null);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return new WeatherRows(memory.ToArray());
    }

    /// <summary>A row with its line feed; the first is number 1.</summary>
    public ReadOnlyMemory<byte> Row(int number) => source.AsMemory(ends[number - 1], ends[number] - ends[number - 1]);
}
