namespace Busbar.Simulation;

/// <summary>One simulated run. The seed and these values determine everything that happens in it.</summary>
public sealed record ClusterOptions
{
    /// <summary>Where the random numbers start.</summary>
    public required ulong Seed { get; init; }

    /// <summary>n.</summary>
    public int Validators { get; init; } = 4;

    /// <summary>Messages lost before healing, per thousand.</summary>
    public ulong LossPermille { get; init; }

    /// <summary>Messages delivered twice before healing, per thousand.</summary>
    public ulong DuplicatePermille { get; init; }

    /// <summary>Shortest one-way delay in milliseconds.</summary>
    public ulong MinDelayMs { get; init; } = 5;

    /// <summary>Longest one-way delay in milliseconds before healing.</summary>
    public ulong MaxDelayMs { get; init; } = 15;

    /// <summary>Chance per thousand, before healing, that a validator dies at a durability boundary.</summary>
    public ulong CrashPermille { get; init; }

    /// <summary>Links cut at random, for random times, before healing.</summary>
    public bool Partitions { get; init; }

    /// <summary>The validator with index 0 never runs.</summary>
    public bool OneSilent { get; init; }

    /// <summary>The validator with index 0 proposes two blocks in its views and votes for everything.</summary>
    public bool OneEquivocates { get; init; }

    /// <summary>A transaction waits for a view, per thousand; otherwise the view is idle.</summary>
    public ulong WorkPermille { get; init; } = 800;

    /// <summary>From here on nothing is lost and nobody dies.</summary>
    public ulong HealAtMs { get; init; } = 6_000;

    /// <summary>The end of the run.</summary>
    public ulong EndAtMs { get; init; } = 16_000;
}

/// <summary>What a run showed.</summary>
/// <param name="Fault">The first broken promise, or null.</param>
/// <param name="Stalled">True when an honest validator saw too few new final blocks after healing.</param>
/// <param name="FinalViews">Highest final view of each validator; 0 for one that never ran.</param>
/// <param name="FinalBlocks">Different final blocks, ancestors included.</param>
/// <param name="Views">The highest view entered.</param>
/// <param name="Crashes">Validators that died; each came back.</param>
/// <param name="Evidence">Contradictions that replicas reported.</param>
/// <param name="EventHash">A digest of everything that happened, in order.</param>
public sealed record ClusterReport(
    string? Fault,
    bool Stalled,
    IReadOnlyList<ulong> FinalViews,
    int FinalBlocks,
    ulong Views,
    int Crashes,
    int Evidence,
    ulong EventHash);
