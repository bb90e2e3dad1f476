using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Simulation.Mutation;

/// <summary>How one mutant fared.</summary>
/// <param name="Name">The rule that was off.</param>
/// <param name="Rule">Its ids.</param>
/// <param name="Trial">What was run against it.</param>
/// <param name="SeedLimit">Seeds within which it must be caught.</param>
/// <param name="CaughtAt">The seed that caught it; null when none did.</param>
/// <param name="CaughtBy">What the oracle said.</param>
public sealed record MutantVerdict(
    string Name, string Rule, string Trial, int SeedLimit, ulong? CaughtAt, string? CaughtBy)
{
    /// <summary>True when the trial noticed that the rule was off.</summary>
    public bool IsKilled => CaughtAt is not null;
}

/// <summary>
/// Switches one safety rule off at a time and runs the simulation that must notice, in the test build that can.
/// Not thread-safe: the switch is one for the process.
/// </summary>
public static class MutantTrial
{
    private static readonly Trial[] Trials =
    [
        new(Mutant.FinalizeAfterNullify, "C-14", 4, Faults.All, null, 200),
        new(Mutant.NullifyAfterFinalize, "C-15", 0, Faults.None, null, 1),
        new(Mutant.SecondNotarize, "C-12", 4, Faults.Byzantine, ActorNames.Equivocator, 200),
        new(Mutant.ParentNullificationsUnchecked, "C-20, C-23", 4, Faults.Byzantine, ActorNames.StaleParentLeader, 200),
        new(Mutant.FinalizeUnnotarized, "C-16", 0, Faults.None, null, 1),
        new(Mutant.WrongQuorum, "C-2", 5, Faults.All, ActorNames.Equivocator, 200),
        new(Mutant.JournalNotRead, "C-43, C-44", 4, Faults.Crash, null, 200),
        new(Mutant.VoteBeforeDurable, "C-18", 4, Faults.Crash, null, 200),
        new(Mutant.NothingSaidAgain, "C-38, C-39", 4, Faults.All, null, 400),
        new(Mutant.StateRootUnchecked, "L-40", 4, Faults.Byzantine, ActorNames.InvalidBlockLeader, 200),
        new(Mutant.IntentUnchecked, "L-11", 4, Faults.Byzantine, ActorNames.Repeater, 200),
        new(Mutant.ShareUnchecked, "L-26, L-27, L-28", 4, Faults.Byzantine, ActorNames.GreedyLeader, 200),
    ];

    /// <summary>True in a build whose rules can be switched off.</summary>
    public static bool IsPossible => Mutants.Possible;

    /// <summary>
    /// Runs every trial, with all rules on first: a trial that then finds fault proves nothing.
    /// </summary>
    public static IEnumerable<MutantVerdict> RunAll()
    {
        foreach (var trial in Trials)
        {
            yield return Run(trial);
        }
    }

    private static MutantVerdict Run(Trial trial)
    {
        var name = trial.Mutant.ToString();
        if (trial.Validators == 0)
        {
            return new MutantVerdict(name, trial.Rule, "directed: VoteGuard", 1, AskGuard(trial.Mutant), "it signed");
        }

        var about = $"{trial.Validators} validators, faults {trial.Faults.ToString().ToLowerInvariant()}"
            + (trial.Actor is null ? string.Empty : $", {trial.Actor}");
        for (var seed = 1UL; seed <= (ulong)trial.Seeds; seed++)
        {
            var options = new SimulationOptions
            {
                Seed = seed,
                Validators = trial.Validators,
                Faults = trial.Faults,
                Actor = trial.Actor,
            };
            if (FaultOf(options, trial.Mutant) is { } fault)
            {
                return FaultOf(options, Mutant.Unset) is { } always
                    ? new MutantVerdict(name, trial.Rule, about, trial.Seeds, null, "also with the rule on: " + always)
                    : new MutantVerdict(name, trial.Rule, about, trial.Seeds, seed, fault);
            }
        }

        return new MutantVerdict(name, trial.Rule, about, trial.Seeds, null, null);
    }

    private static string? FaultOf(SimulationOptions options, Mutant off)
    {
        Mutants.Active = off;
        try
        {
            var report = Simulation.Run(options);
            return report.Unsafe ?? report.Stalled;
        }
        finally
        {
            Mutants.Active = Mutant.Unset;
        }
    }

    // Rules that the replica obeys twice over: only the guard itself can be asked to break them.
    private static ulong? AskGuard(Mutant mutant)
    {
        using var key = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("busbar/simulation/guard"u8).ToArray());
        var block = Hash256.Sha256("block"u8);
        var finalize = new Vote(VoteKind.Finalize, 0, 1, 0, block);
        Mutants.Active = mutant;
        try
        {
            var guard = new VoteGuard(NetworkId.Development, key);
            if (mutant == Mutant.FinalizeUnnotarized)
            {
                return guard.TrySign(finalize, null, out _) == VoteStatus.Signed ? 1 : null;
            }

            guard.Remember(finalize, key.Sign(finalize.SigningHash(NetworkId.Development)));
            var nullify = new Vote(VoteKind.Nullify, 0, 1, 0, Hash256.Zero);
            return guard.TrySign(nullify, null, out _) == VoteStatus.Signed ? 1 : null;
        }
        finally
        {
            Mutants.Active = Mutant.Unset;
        }
    }

    private sealed record Trial(
        Mutant Mutant, string Rule, int Validators, Faults Faults, string? Actor, int Seeds);
}
