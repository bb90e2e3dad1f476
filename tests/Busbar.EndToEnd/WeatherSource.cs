using System.Reflection;

namespace Busbar.EndToEnd;

/// <summary>The CSV as it is shipped, read out of the program that sells it.</summary>
internal static class WeatherSource
{
    /// <summary>All bytes.</summary>
    public static readonly byte[] Bytes = Load();

    /// <summary>The header and so many rows.</summary>
    public static byte[] Prefix(int rows)
    {
        var end = 0;
        for (var line = 0; line <= rows; line++)
        {
            end = Array.IndexOf(Bytes, (byte)'\n', end) + 1;
        }

        return Bytes[..end];
    }

    private static byte[] Load()
    {
        var program = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, "busbar.dll"));
        using var stream = program.GetManifestResourceStream("seattle-weather.csv")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
