using Spectre.Console;

namespace Busbar.Cli.Output;

/// <summary>How results look to people.</summary>
internal static class ConsoleTables
{
    /// <summary>Writes names and values in two columns, without padding at the ends of lines.</summary>
    public static void WriteTable(this IAnsiConsole console, params ReadOnlySpan<(string Name, string Value)> rows)
    {
        var width = 0;
        foreach (var (name, _) in rows)
        {
            width = Math.Max(width, name.Length);
        }

        foreach (var (name, value) in rows)
        {
            console.MarkupLineInterpolated($"[grey]{name.PadRight(width)}[/]   {value}");
        }
    }
}
