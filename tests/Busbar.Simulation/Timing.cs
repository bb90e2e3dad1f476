namespace Busbar.Simulation;

/// <summary>The times of a simulated network, in milliseconds.</summary>
internal sealed record Timing
{
    public ulong HeartbeatMs { get; init; } = 400;

    public ulong LeaderTimeoutMs { get; init; } = 60;

    public ulong AdvanceTimeoutMs { get; init; } = 90;

    public ulong RetryMs { get; init; } = 60;

    public ulong StandstillMs { get; init; } = 500;

    public ulong GrowthCap { get; init; } = 8;

    public ulong StatusMs { get; init; } = 150;

    public ulong FetchMs { get; init; } = 40;

    /// <summary>A sync takes 1 to 1 + so many; 0 for disks that take no time.</summary>
    public ulong DiskMs { get; init; } = 3;
}
