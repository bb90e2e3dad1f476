using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

/// <summary>What a walk votes for: mostly what is open, so that quorums come about, and else any proposal.</summary>
internal static class WalkVotes
{
    private static readonly PublicKey[] Strangers =
        [.. Enumerable.Range(1_000, 6).Select(number => LedgerWorld.Key(number).PublicKey)];

    public static Proposal Compose(LedgerState state, WalkStep step)
    {
        if (state.WaitingPrices.Count > 0 && step.D % 3 != 0)
        {
            return ComposePrice(state, step);
        }

        var open = state.Ballots().ToArray();
        var isFull = state.Validators.Count == ValidatorSet.MaxCount;
        if (open.Length > 0 && step.C % 3 >= (isFull ? 2 : 1))
        {
            return open[step.A % open.Length].Proposal;
        }

        var keys = state.Validators.Keys;
        if (keys.Count == 1 && step.D % 2 == 0)
        {
            return new Proposal.RemoveValidator(keys[0]);
        }

        var inside = keys[step.A % Math.Min(keys.Count, 5)];
        var candidate = CandidateOf(state, step);
        if (step.D % 5 == 3)
        {
            return ComposePrice(state, step);
        }

        return (step.D % 11) switch
        {
            0 or 1 or 2 => new Proposal.AddValidator(candidate),
            3 => new Proposal.AddValidator(inside),
            4 or 5 => new Proposal.RemoveValidator(inside),
            6 => new Proposal.RemoveValidator(candidate),
            7 => new Proposal.ReplaceValidator(inside, candidate),
            8 => new Proposal.ReplaceValidator(candidate, inside),
            _ => new Proposal.ScheduleUpgrade(
                state.ProtocolVersion + (step.B % 6 == 0 ? 2UL : 1UL), state.Height + 98 + (ulong)(step.C % 40)),
        };
    }

    // Lower, one step higher, too much, and what is no price.
    private static Proposal.SetPrice ComposePrice(LedgerState state, WalkStep step)
    {
        if (state.WaitingPrices.Count > 0 && step.A % 3 != 0)
        {
            var waiting = state.WaitingPrices[0].Price;
            return new Proposal.SetPrice(waiting, state.Tariff.UnitsOf(waiting) + (ulong)(step.C % 5));
        }

        var price = (step.B % 9) switch { 0 => (Price)77, 1 or 2 or 3 => Price.CastVote, _ => Price.Transfer };
        var present = step.B % 9 == 0 ? 0 : state.Tariff.UnitsOf(price);
        return new Proposal.SetPrice(price, (step.C % 7) switch
        {
            0 => present,
            1 => present - Math.Min(present, 1 + (ulong)(step.A % 300)),
            2 => 100_001,
            3 => present + (present / 10) + 2,
            4 => present + 1,
            _ => present + (present / 10),
        });
    }

    /// <summary>An account that has not voted for what the step votes for, or null when all have.</summary>
    public static int? VoterOf(LedgerState state, WalkStep step)
    {
        var proposal = Compose(state, step);
        var voters = state.Ballots().FirstOrDefault(ballot => ballot.Proposal.Equals(proposal))?.Voters ?? [];
        var missing = Enumerable.Range(0, 4)
            .Where(account => state.Validators.IndexOf(LedgerWorld.AddressOf(account)) is >= 0 and var index
                && !voters.Contains(index))
            .ToArray();
        return missing.Length == 0 ? null : missing[step.B % missing.Length];
    }

    public static string AsText(LedgerState state)
    {
        var ballots = state.Ballots()
            .Select(ballot => $"{ballot.Proposal} {ballot.Opener} {string.Join(",", ballot.Voters)}")
            .Order(StringComparer.Ordinal);
        var waiting = state.ScheduledUpgrade is { } upgrade ? $"{upgrade.ProtocolVersion}@{upgrade.Height}" : "none";
        var raises = string.Join(
            ",", state.WaitingPrices.Select(raise => $"{(int)raise.Price}:{raise.FeeUnits}@{raise.From.Ms}"));
        var (transfer, vote) = (state.Tariff.UnitsOf(Price.Transfer), state.Tariff.UnitsOf(Price.CastVote));
        return $"{state.Height} {state.Epoch} {state.EndsEpoch} {state.ProtocolVersion} {waiting} "
            + $"{transfer} {vote} [{raises}] "
            + $"{string.Join(" ", state.Validators.Keys)}\n{string.Join("\n", ballots)}";
    }

    // Mostly one of the accounts that vote, or the set would soon hold keys that never do.
    private static PublicKey CandidateOf(LedgerState state, WalkStep step)
    {
        var voting = LedgerWorld.Pairs[..4].Select(pair => pair.PublicKey)
            .Where(key => state.Validators.IndexOf(key) < 0)
            .ToArray();
        return voting.Length > 0 && step.B % 5 != 0
            ? voting[step.C % voting.Length]
            : Strangers[step.C % Strangers.Length];
    }
}
