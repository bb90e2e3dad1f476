using Busbar.Node.Hosting;

namespace Busbar.Simulation;

/// <summary>Where a simulation takes place: its clocks, its lines, and whether somebody pays.</summary>
internal sealed record SimulationSetting
{
    public const string Proposed = "proposed";

    public const string Notarized = "notarized";

    public const string Final = "final";

    public Timing Timing { get; init; } = new();

    /// <summary>
    /// The time a message takes, by the indexes of sender and receiver; null for the fault plan's delays.
    /// </summary>
    public Func<int, int, ulong>? OneWayMs { get; init; }

    public bool HasClients { get; init; } = true;
}

/// <summary>Hears that a machine proposed a block, has its notarization, or has it final.</summary>
internal delegate void BlockObserver(Simulation world, SimulatedNode node, string what, CandidateBlock block);
