using Busbar.Simulation;

namespace Busbar.Tests.Consensus;

/// <summary>Whole clusters from seeds: C-8, C-9 and what the repair rules are for.</summary>
public class ClusterTests
{
    public static TheoryData<string, int> Faults => new()
    {
        { "none", 4 }, { "network", 4 }, { "crash", 4 }, { "silent", 4 }, { "equivocator", 4 }, { "all", 4 },
        { "network", 7 }, { "all", 7 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void C8_C9_validators_agree_whatever_fails_and_go_on_after_healing(string faults, int validators)
    {
        const int Seeds = 8;
        var reports = new ClusterReport[Seeds];
        Parallel.For(0, Seeds, seed => reports[seed] = Cluster.Run(Options((ulong)seed, validators, faults)));
        for (var seed = 0; seed < Seeds; seed++)
        {
            Assert.True(reports[seed].Fault is null, $"{faults}, seed {seed}: {reports[seed].Fault}");
            Assert.False(reports[seed].Stalled, $"{faults}, seed {seed} stalled: {reports[seed]}"
                + string.Join(' ', reports[seed].FinalViews));
        }

        // The faults were there at all.
        Assert.Equal(faults is "crash" or "all", reports.Sum(report => report.Crashes) > 0);
        Assert.Equal(faults is "equivocator" or "all", reports.Sum(report => report.Evidence) > 0);
    }

    [Fact]
    public void Two_runs_of_a_seed_are_the_same_run_and_another_seed_is_another_run()
    {
        var first = Cluster.Run(Options(42, 4, "all"));
        Assert.Equal(first.EventHash, Cluster.Run(Options(42, 4, "all")).EventHash);
        Assert.NotEqual(first.EventHash, Cluster.Run(Options(43, 4, "all")).EventHash);
    }

    [Fact]
    public void C37_an_idle_cluster_burns_no_views()
    {
        var report = Cluster.Run(new ClusterOptions { Seed = 1, WorkPermille = 0, HealAtMs = 0, EndAtMs = 10_000 });
        Assert.Null(report.Fault);
        Assert.False(report.Stalled);

        // One view a heartbeat of 400 ms, and a hop or three.
        Assert.InRange(report.Views, 15UL, 26UL);
    }

    private static ClusterOptions Options(ulong seed, int validators, string faults) => new()
    {
        Seed = seed,
        Validators = validators,
        HealAtMs = 1_500,
        EndAtMs = 5_000,
        LossPermille = faults is "network" or "all" ? 250UL : 0,
        DuplicatePermille = faults is "network" or "all" ? 100UL : 0,
        MaxDelayMs = faults is "network" or "all" ? 120UL : 15,
        Partitions = faults is "network" or "all",
        CrashPermille = faults is "crash" or "all" ? 15UL : 0,
        OneSilent = faults == "silent",
        OneEquivocates = faults is "equivocator" or "all",
    };
}
