using Busbar.Simulation;
using Busbar.Simulation.Mutation;
using Busbar.Transactions;

namespace Busbar.Tests.Simulation;

using Run = Busbar.Simulation.Simulation;

/// <summary>Whole networks under faults: a short share of what `busbar simulate` runs for hours.</summary>
public class SimulationTests
{
    [Theory]
    [InlineData(4, 30)]
    [InlineData(7, 12)]
    [InlineData(10, 6)]
    public void C8_C9_C25_C27_C52_networks_agree_whatever_fails_and_go_on_after_healing(int validators, int seeds)
    {
        var reports = new SimulationReport[seeds];
        Parallel.For(0, seeds, index => reports[index] = Run.Run(
            new SimulationOptions { Seed = 500_000 + (ulong)index, Validators = validators }));
        foreach (var report in reports)
        {
            Assert.True(
                report.IsGood,
                $"busbar simulate --seed {report.Seed} --validators {validators}: {report.Unsafe} {report.Stalled}");
        }

        // A run in which nothing happened proves nothing.
        Assert.True(reports.Sum(report => report.Crashes) > seeds);
        Assert.True(reports.Sum(report => report.Partitions) > seeds);
        Assert.True(reports.Sum(report => report.Payments) >= 14 * seeds);
        Assert.Contains(reports, report => report.Equivocations > 0);
        Assert.Contains(reports, report => report.Epochs > 0);
    }

    [Theory]
    [InlineData(ActorNames.Equivocator)]
    [InlineData(ActorNames.Withholder)]
    [InlineData(ActorNames.StaleParentLeader)]
    [InlineData(ActorNames.NullifyThenFinalizer)]
    [InlineData(ActorNames.CertificateFlooder)]
    [InlineData(ActorNames.FutureViewSpammer)]
    [InlineData(ActorNames.InvalidBlockLeader)]
    [InlineData(ActorNames.Repeater)]
    [InlineData(ActorNames.Twins)]
    [InlineData(ActorNames.Silent)]
    [InlineData(ActorNames.GreedyLeader)]
    [InlineData(ActorNames.ClockMover)]
    public void C8_C9_C42_each_liar_is_survived(string actor)
    {
        for (var seed = 1UL; seed <= 4; seed++)
        {
            var report = Run.Run(new SimulationOptions { Seed = seed, Faults = Faults.Byzantine, Actor = actor });
            Assert.True(report.IsGood, $"{actor}, seed {seed}: {report.Unsafe} {report.Stalled}");
            Assert.Contains(actor, report.Story, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void L7_every_operation_succeeds_in_simulated_networks_and_agrees_with_the_naive_model()
    {
        // The grace of a channel and the delay of an x402 channel are longer than a run, and validators vote where keys
        // are replaced.
        var missing = Enum.GetValues<OperationCode>()
            .Except([OperationCode.Unset, OperationCode.WithdrawChannel, OperationCode.FinishX402Withdrawal])
            .Except([OperationCode.CastVote])
            .ToHashSet();
        for (var seed = 1UL; missing.Count > 0 && seed <= 400; seed++)
        {
            var report = Run.Run(new SimulationOptions { Seed = seed, Faults = Faults.None });
            Assert.True(report.IsGood, $"seed {seed}: {report.Unsafe} {report.Stalled}");
            missing.ExceptWith(report.Operations.Keys);
        }

        Assert.Empty(missing);
    }

    [Fact]
    public void L27_L28_no_greedy_block_becomes_final_and_the_network_goes_on()
    {
        // The oracle counts the room of every final block.
        var lines = new List<string>();
        for (var seed = 1UL; seed <= 4; seed++)
        {
            var report = Run.Run(new SimulationOptions
            {
                Seed = seed,
                Faults = Faults.Byzantine,
                Actor = ActorNames.GreedyLeader,
                Trace = lines.Add,
            });
            Assert.True(report.IsGood, $"seed {seed}: {report.Unsafe} {report.Stalled}");
            Assert.True(report.Payments >= 14);
        }

        Assert.Contains(lines, line => line.EndsWith("sells a share", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("sells the room of claims", StringComparison.Ordinal));
    }

    [Fact]
    public void C25_C54_a_leader_moves_the_time_by_half_a_second_at_most()
    {
        // The simulation fails when a block becomes final whose time is further ahead.
        var lines = new List<string>();
        for (var seed = 1UL; seed <= 4; seed++)
        {
            var report = Run.Run(new SimulationOptions
            {
                Seed = seed,
                Faults = Faults.Byzantine,
                Actor = ActorNames.ClockMover,
                Trace = lines.Add,
            });
            Assert.True(report.IsGood, $"seed {seed}: {report.Unsafe} {report.Stalled}");
            Assert.True(report.Payments >= 14);
        }

        Assert.Contains(lines, line => line.EndsWith("by 86400000 ms", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("by -86400000 ms", StringComparison.Ordinal));
    }

    [Fact]
    public void C18_C44_a_crash_at_any_durability_boundary_costs_nothing()
    {
        var whole = Run.Run(
            new SimulationOptions { Seed = 11, Faults = Faults.None, CrashAtBoundary = int.MaxValue });
        Assert.True(whole.IsGood);
        Assert.Equal(0, whole.Crashes);
        Assert.True(whole.Boundaries > 100);
        Parallel.For(1, whole.Boundaries + 1, boundary =>
        {
            var report = Run.Run(
                new SimulationOptions { Seed = 11, Faults = Faults.None, CrashAtBoundary = boundary });
            Assert.True(report.IsGood, $"boundary {boundary}: {report.Unsafe} {report.Stalled}");
            Assert.Equal(1, report.Crashes);
        });
    }

    [Fact]
    public void Two_runs_of_a_seed_are_the_same_run_and_another_seed_is_another_run()
    {
        SimulationReport Of(ulong seed) => Run.Run(new SimulationOptions { Seed = seed });
        AssertSame(Of(77), Of(77));
        Assert.NotEqual(Of(77).EventHash, Of(78).EventHash);
    }

    [Fact]
    public void A_trace_tells_the_story_of_a_seed_and_changes_nothing()
    {
        var lines = new List<string>();
        var told = Run.Run(new SimulationOptions { Seed = 5, Trace = lines.Add });
        AssertSame(Run.Run(new SimulationOptions { Seed = 5 }), told);
        Assert.Contains(lines, line => line.Contains("stores block 1 ", StringComparison.Ordinal));
    }

    [Fact]
    public void C37_an_idle_network_makes_a_block_a_heartbeat_and_no_other_views()
    {
        // The last payment is final within the first seconds; after it only heartbeats make blocks.
        var report = Run.Run(new SimulationOptions { Seed = 3, Faults = Faults.None });
        Assert.True(report.IsGood);
        Assert.InRange(report.FinalizedBlocks, report.Payments / 2, report.Payments + 14);
    }

    [Fact]
    public void The_wide_area_costs_what_the_protocol_costs()
    {
        var report = Busbar.Simulation.Wan.WanSimulation.Run(20);
        Assert.Equal(10, report.Regions);
        Assert.InRange(report.BlockMs, 0.9 * 178, 1.1 * 178);
        Assert.InRange(report.FinalMs, 0.9 * 290, 1.1 * 290);
    }

    [Fact]
    public void In_this_build_no_rule_can_be_switched_off() => Assert.False(MutantTrial.IsPossible);

    private static void AssertSame(SimulationReport expected, SimulationReport actual)
    {
        Assert.Equal(expected.Operations, actual.Operations);
        Assert.Equal(expected with { Operations = actual.Operations }, actual);
    }
}
