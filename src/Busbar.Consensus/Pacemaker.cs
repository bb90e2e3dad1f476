namespace Busbar.Consensus;

/// <summary>How long timers are: they grow with every view since the last final block, up to a cap.</summary>
internal sealed class Pacemaker(ReplicaOptions options)
{
    private const ulong One = 1_000;

    private ulong scalePermille = One;

    /// <summary>Only a new final block makes the timers short again.</summary>
    public void OnFinalized() => scalePermille = One;

    public void OnViewEntered() =>
        scalePermille = Math.Min(scalePermille * options.GrowthPermille / One, options.GrowthCap * One);

    public ulong DelayMs(TimerKind kind) => kind switch
    {
        TimerKind.Heartbeat => options.HeartbeatMs,
        TimerKind.Standstill => options.StandstillMs,
        TimerKind.Leader => Scaled(options.LeaderTimeoutMs),
        TimerKind.Advance => Scaled(options.AdvanceTimeoutMs),
        TimerKind.Retry => Scaled(options.RetryMs),
        TimerKind.Settle => Math.Max(options.LeaderTimeoutMs / 2, 1),
        TimerKind.Unset or _ => throw new InvariantBrokenException("a timer has a kind"),
    };

    private ulong Scaled(ulong delayMs) => delayMs * scalePermille / One;
}
