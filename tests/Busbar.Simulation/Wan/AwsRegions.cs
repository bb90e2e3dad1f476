namespace Busbar.Simulation.Wan;

/// <summary>
/// Ten regions of Amazon Web Services and the round trips between them: the medians (p50) of a public table of
/// inter-region latencies, in microseconds, row from, column to.
/// </summary>
internal static class AwsRegions
{
    /// <summary>The regions, in the order of rows and columns.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "us-west-1", "us-east-1", "eu-west-1", "ap-northeast-1", "eu-north-1",
        "ap-south-1", "sa-east-1", "eu-central-1", "ap-northeast-2", "ap-southeast-2",
    ];

    private static readonly int[][] RoundTripUs =
    [
        [2817, 63944, 129934, 108256, 172856, 232000, 174762, 153252, 133536, 139126],
        [64160, 5506, 69622, 149684, 112794, 192506, 115310, 93160, 179824, 199812],
        [130108, 69736, 3178, 202282, 40878, 125890, 178206, 27456, 232626, 255742],
        [108744, 149537, 202468, 2750, 247227, 134328, 258343, 227580, 36343, 106936],
        [172498, 112202, 39718, 246670, 3332, 148877, 222980, 22980, 250092, 271220],
        [231589, 189670, 125389, 133254, 148430, 3167, 301022, 128968, 134488, 154675],
        [175308, 115378, 178588, 258918, 223336, 301760, 3318, 205014, 289659, 312424],
        [153012, 92650, 26988, 226991, 22938, 129262, 204017, 4042, 230834, 251345],
        [133928, 179504, 233225, 36369, 250374, 135238, 289366, 231554, 4020, 145232],
        [139250, 199676, 255590, 105814, 271595, 154862, 312056, 251648, 146134, 4096],
    ];

    /// <summary>
    /// One way between two validators: half the round trip, and a millisecond for the hop's own work; in whole ms.
    /// </summary>
    public static ulong OneWayMs(int fromRegion, int toRegion) =>
        (((ulong)RoundTripUs[fromRegion][toRegion] / 2) + 1_500) / 1_000;
}
