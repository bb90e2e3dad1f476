using Busbar.Keys;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-83 cast a vote, L-84 what a quorum decides, L-86 an upgrade takes effect. The validators that vote on a block
/// decide in it, from its first transaction to its last: a new set starts with the next block.
/// </summary>
internal static class GovernanceRules
{
    public static TransactionStatus CastVote(Step step, Proposal proposal)
    {
        var objects = step.Objects;
        var governance = objects.FindGovernance();
        var voter = step.Validators.IndexOf(step.Account);
        if (voter < 0)
        {
            return TransactionStatus.NotAValidator;
        }

        if (governance.StartsAfter(step.Height))
        {
            return TransactionStatus.EpochEnding;
        }

        var status = Check(step, proposal, governance);
        if (status != TransactionStatus.Ok)
        {
            return status;
        }

        var id = proposal.Digest();
        var ballot = objects.Ballots.Find(id);
        if (ballot is not null && ballot.Voters.Contains(voter))
        {
            return TransactionStatus.VoteAlreadyCast;
        }

        if (ballot is null && Opened(objects, voter) >= Governance.BallotShare(step.Validators.Count))
        {
            return TransactionStatus.TooManyBallots;
        }

        // From here on it must succeed.
        ballot = ballot is null
            ? new Ballot(id, proposal, governance.Epoch, voter, [voter])
            : ballot with { Voters = [.. ballot.Voters.Append(voter).Order()] };
        if (WeightOf(ballot, step.Validators) < step.Validators.QuorumWeight)
        {
            objects.Ballots.Set(id, ballot);
            return TransactionStatus.Ok;
        }

        Decide(step, ballot, governance);
        return TransactionStatus.Ok;
    }

    /// <summary>At the start of a block, before its first transaction.</summary>
    public static void BeginBlock(Step step)
    {
        var governance = step.Objects.FindGovernance();
        if (governance.ScheduledUpgrade is { } upgrade && upgrade.Height == step.Height)
        {
            step.Objects.SetGovernance(
                governance with { ProtocolVersion = upgrade.ProtocolVersion, ScheduledUpgrade = null });
        }

        PriceRules.BeginBlock(step);
    }

    private static TransactionStatus Check(Step step, Proposal proposal, Governance governance)
    {
        var validators = governance.Validators;
        return proposal switch
        {
            Proposal.AddValidator add =>
                validators.IndexOf(add.Key) >= 0 ? TransactionStatus.ValidatorExists
                : validators.Count == ValidatorSet.MaxCount ? TransactionStatus.TooManyValidators
                : TransactionStatus.Ok,
            Proposal.RemoveValidator remove =>
                validators.IndexOf(remove.Key) < 0 ? TransactionStatus.ValidatorUnknown
                : validators.Count == 1 ? TransactionStatus.LastValidator
                : TransactionStatus.Ok,
            Proposal.ReplaceValidator replace =>
                validators.IndexOf(replace.OldKey) < 0 ? TransactionStatus.ValidatorUnknown
                : validators.IndexOf(replace.NewKey) >= 0 ? TransactionStatus.ValidatorExists
                : TransactionStatus.Ok,
            Proposal.ScheduleUpgrade upgrade =>
                governance.ScheduledUpgrade is not null
                    || upgrade.ProtocolVersion != governance.ProtocolVersion + 1
                    || upgrade.Height < step.Height + Governance.UpgradeLeadBlocks
                        ? TransactionStatus.UpgradeNotAhead
                        : TransactionStatus.Ok,
            Proposal.SetPrice set => PriceRules.Check(step.Genesis.Tariff, governance, set),
            _ => throw new InvariantBrokenException("every proposal has rules"),
        };
    }

    private static void Decide(Step step, Ballot ballot, Governance governance)
    {
        var objects = step.Objects;
        if (ballot.Proposal is Proposal.ScheduleUpgrade upgrade)
        {
            objects.SetGovernance(governance with
            {
                ScheduledUpgrade = new ScheduledUpgrade(upgrade.ProtocolVersion, upgrade.Height),
            });

            // All of them are for this one version, so none of the others can be decided any more.
            RemoveBallots(objects, open => open.Proposal is Proposal.ScheduleUpgrade);
        }
        else if (ballot.Proposal is Proposal.SetPrice set)
        {
            objects.SetGovernance(PriceRules.Decide(step, governance, set));

            // They were about another present price.
            RemoveBallots(objects, open => open.Proposal is Proposal.SetPrice other && other.Price == set.Price);
        }
        else
        {
            objects.SetGovernance(governance with
            {
                Epoch = governance.Epoch + 1,
                EpochStart = step.Height + 1,
                Validators = new ValidatorSet(Change(governance.Validators.Keys, ballot.Proposal)),
            });
            RemoveBallots(objects, static _ => true);
        }

        step.Effects.Add(new Effect(
            EffectKind.ProposalDecided,
            step.Transaction,
            step.Operation,
            Address.Zero,
            step.Account,
            Concerned(ballot.Proposal)?.Address ?? step.Account,
            Amount.Zero,
            Reference: ballot.Id));
    }

    private static PublicKey[] Change(IReadOnlyList<PublicKey> keys, Proposal proposal) => proposal switch
    {
        Proposal.AddValidator add => [.. keys, add.Key],
        Proposal.RemoveValidator remove => [.. keys.Where(key => !key.Equals(remove.Key))],
        Proposal.ReplaceValidator replace =>
            [.. keys.Select(key => key.Equals(replace.OldKey) ? replace.NewKey : key)],
        _ => throw new InvariantBrokenException("only these proposals change the set"),
    };

    private static PublicKey? Concerned(Proposal proposal) => proposal switch
    {
        Proposal.AddValidator add => add.Key,
        Proposal.RemoveValidator remove => remove.Key,
        Proposal.ReplaceValidator replace => replace.NewKey,
        _ => null,
    };

    private static void RemoveBallots(Objects objects, Func<Ballot, bool> which)
    {
        foreach (var (id, ballot) in objects.Ballots.All().ToArray())
        {
            if (which(ballot))
            {
                objects.Ballots.Set(id, null);
            }
        }
    }

    // Only an opening counts, and one transaction opens no more than a share: it is cheap enough to walk them all.
    private static int Opened(Objects objects, int voter) =>
        objects.Ballots.All().Count(pair => pair.Value.Opener == voter);

    private static ulong WeightOf(Ballot ballot, ValidatorSet validators)
    {
        ulong weight = 0;
        foreach (var voter in ballot.Voters)
        {
            weight += validators.WeightOf(voter);
        }

        return weight;
    }
}
