using System.Diagnostics;
using System.Globalization;
using Busbar.Cli.Output;
using Spectre.Console;

namespace Busbar.Cli.Demo;

/// <summary>
/// Says how far the buyer is while it buys: one line that is redrawn on a terminal, a line for each tenth elsewhere.
/// Not thread-safe.
/// </summary>
internal sealed class DemoProgress(CommandOutput output, int first, int last)
{
    private const int BarWidth = 30;
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(50);

    private readonly IAnsiConsole console = output.Notes;
    private readonly bool live = output.Notes.Profile.Capabilities.Ansi;
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly int step = Math.Max(1, (last + 9) / 10);
    private long drawn;

    /// <summary>A row was bought.</summary>
    public void Bought(int rows, LatencySamples latencies)
    {
        if (live ? rows < last && Stopwatch.GetElapsedTime(drawn) < Redraw : rows % step != 0 && rows != last)
        {
            return;
        }

        drawn = Stopwatch.GetTimestamp();
        var rate = (rows - first) / Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.001);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{rows}/{last} rows  {rate:F0} payments/s  "
            + $"p50 {latencies.PercentileMs(50):F2} ms  p99 {latencies.PercentileMs(99):F2} ms");
        if (!live)
        {
            console.WriteLine(text);
            return;
        }

        var full = last == 0 ? 0 : BarWidth * rows / last;
        console.Write(new ControlCode("\r\u001b[K"));
        console.MarkupInterpolated(
            $"[green]{new string('━', full)}[/][grey]{new string('─', BarWidth - full)}[/] {text}");
    }

    /// <summary>No more rows: the time since the first request.</summary>
    public TimeSpan End()
    {
        var elapsed = Stopwatch.GetElapsedTime(start);
        if (live)
        {
            console.WriteLine();
        }

        return elapsed;
    }
}
