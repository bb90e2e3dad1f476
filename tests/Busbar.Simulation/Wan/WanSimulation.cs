using Busbar.Node.Hosting;

namespace Busbar.Simulation.Wan;

/// <summary>What a run over long lines showed, in milliseconds; means over leaders and replicas.</summary>
/// <param name="Validators">n.</param>
/// <param name="Regions">Regions that they are in, evenly.</param>
/// <param name="Views">Views that were measured; each had a block that became final.</param>
/// <param name="BlockMs">From the leader's proposal until a replica has its notarization.</param>
/// <param name="FinalMs">From the leader's proposal until a replica has its finalization.</param>
public sealed record WanReport(int Validators, int Regions, int Views, double BlockMs, double FinalMs);

/// <summary>
/// Validators all over the world, nothing wrong with any of them, disks and processors that cost nothing: what is left
/// is what the protocol itself costs.
/// </summary>
public sealed class WanSimulation
{
    private const int WarmUpViews = 4;

    private readonly Dictionary<ulong, ulong> proposedAt = [];
    private readonly List<ulong> blockMs = [];
    private readonly List<ulong> finalMs = [];
    private readonly int views;

    private WanSimulation(int views) => this.views = views;

    /// <summary>Runs until every validator has led a measured view, and everybody has its block.</summary>
    /// <param name="validators">n, placed in the ten regions in turn.</param>
    public static WanReport Run(int validators)
    {
        var wan = new WanSimulation(validators);
        var options = new SimulationOptions
        {
            Seed = 1,
            Validators = validators,
            Faults = Faults.None,
            HealAtMs = 0,
            EndAtMs = 1_000_000,
        };
        var world = new Simulation(options, Setting);
        world.RunUntil(wan.Observe, () => wan.finalMs.Count >= wan.views * validators);
        return new WanReport(
            validators,
            Math.Min(validators, AwsRegions.Names.Count),
            wan.views,
            wan.blockMs.Average(value => (double)value),
            wan.finalMs.Average(value => (double)value));
    }

    private static SimulationSetting Setting { get; } = new()
    {
        // A heartbeat of a millisecond: there is always a reason for a block.
        Timing = new Timing
        {
            HeartbeatMs = 1,
            LeaderTimeoutMs = 600,
            AdvanceTimeoutMs = 900,
            RetryMs = 600,
            StandstillMs = 3_000,
            StatusMs = 60_000,
            FetchMs = 1_000,
            DiskMs = 0,
        },
        OneWayMs = (from, to) =>
            AwsRegions.OneWayMs(from % AwsRegions.Names.Count, to % AwsRegions.Names.Count),
        HasClients = false,
    };

    private void Observe(Simulation world, SimulatedNode node, string what, CandidateBlock block)
    {
        var view = block.Header.View;
        if (what == SimulationSetting.Proposed)
        {
            proposedAt[view] = world.NowMs;
        }
        else if (view > WarmUpViews && view <= (ulong)(WarmUpViews + views))
        {
            (what == SimulationSetting.Notarized ? blockMs : finalMs).Add(world.NowMs - proposedAt[view]);
        }
    }
}
