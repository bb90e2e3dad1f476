using System.Diagnostics;

namespace Busbar.Cli.Demo;

/// <summary>Durations of a run, all kept, and their percentiles. Not thread-safe.</summary>
internal sealed class LatencySamples
{
    private readonly List<long> ticks = [];

    /// <summary>How many there are.</summary>
    public int Count => ticks.Count;

    /// <summary>Adds the time since a <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public void AddSince(long start) => ticks.Add(Stopwatch.GetTimestamp() - start);

    /// <summary>
    /// Milliseconds that a share of the samples stayed at or below, to the microsecond; 0 without samples.
    /// </summary>
    public double PercentileMs(int percent)
    {
        if (ticks.Count == 0)
        {
            return 0;
        }

        // The nearest-rank percentile: the smallest sample that at least so many percent do not exceed.
        var sorted = ticks.Order().ToArray();
        var rank = ((percent * sorted.Length) + 99) / 100;
        return Math.Round(Stopwatch.GetElapsedTime(0, sorted[Math.Max(rank, 1) - 1]).TotalMilliseconds, 3);
    }
}
