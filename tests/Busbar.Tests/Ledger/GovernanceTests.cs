using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;
using static Busbar.Tests.Ledger.LedgerWorld;

namespace Busbar.Tests.Ledger;

/// <summary>Votes, what they decide, and where an epoch ends: L-80 to L-86.</summary>
public sealed class GovernanceTests
{
    private static readonly PublicKey Fifth = Key(1_000).PublicKey;
    private static readonly PublicKey Sixth = Key(1_001).PublicKey;
    private readonly LedgerWorld world = WithValidators(4);

    [Fact]
    public void L81_genesis_has_its_validators_epoch_0_and_protocol_version_1()
    {
        var state = world.State;
        Assert.Equal(0UL, state.Epoch);
        Assert.False(state.EndsEpoch);
        Assert.Equal(state.Genesis.Validators, state.Validators.Keys);
        Assert.Same(state.Validators, state.Validators);
        Assert.Equal(1UL, state.ProtocolVersion);
        Assert.Null(state.ScheduledUpgrade);
        Assert.Empty(state.Ballots());
    }

    [Fact]
    public void L82_L83_votes_below_a_quorum_wait_in_a_ballot()
    {
        Assert.Equal(new Amount(10_000), world.Run(2, Add(Fifth)).Fee);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Add(Fifth)).Status);
        var ballot = Assert.Single(world.State.Ballots());
        Assert.Equal(new Proposal.AddValidator(Fifth), ballot.Proposal);
        Assert.Equal(ballot.Proposal.Digest(), ballot.Id);
        Assert.Equal((0UL, 2), (ballot.Epoch, ballot.Opener));
        Assert.Equal([0, 2], ballot.Voters);
        Assert.Equal(4, world.State.Validators.Count);
        Assert.False(world.State.EndsEpoch);
    }

    [Fact]
    public void L84_L85_the_vote_that_makes_a_quorum_ends_the_epoch_with_its_block()
    {
        Vote(Add(Sixth), 3);
        Vote(Add(Fifth), 0, 1);
        var before = world.State;
        var block = world.Begin();
        block.Apply(Check(world.Write(0, Transfer(1, 5))), out _);
        block.Apply(Check(world.Write(2, Add(Fifth))), out var decided);
        block.Apply(Check(world.Write(0, Transfer(1, 5))), out var after);
        var executed = world.Seal(block);
        Assert.Equal(TransactionStatus.Ok, decided!.Status);
        Assert.Equal(TransactionStatus.Ok, after!.Status);

        var state = world.State;
        Assert.Equal((0UL, false), (before.Epoch, before.EndsEpoch));
        Assert.Equal((1UL, true), (state.Epoch, state.EndsEpoch));
        Assert.Equal([.. before.Validators.Keys, Fifth], state.Validators.Keys);
        Assert.Equal(new ValidatorSet(state.Validators.Keys).Digest, state.Validators.Digest);
        Assert.Empty(state.Ballots());

        var effect = executed.Effects[1];
        Assert.Equal((EffectKind.ProposalDecided, 1, 0), (effect.Kind, effect.Transaction, effect.Operation));
        Assert.Equal((AddressOf(2), Fifth.Address), (effect.From, effect.To));
        Assert.Equal(new Proposal.AddValidator(Fifth).Digest(), effect.Reference);

        world.Pass(1);
        Assert.Equal((1UL, false), (world.State.Epoch, world.State.EndsEpoch));
        Assert.Same(state.Validators, world.State.Validators);
    }

    [Fact]
    public void L84_a_removed_validator_leaves_the_order_and_a_replaced_one_gives_its_place_away()
    {
        var keys = world.State.Validators.Keys;
        Vote(new Proposal.RemoveValidator(keys[1]), 0, 1, 2);
        Assert.Equal([keys[0], keys[2], keys[3]], world.State.Validators.Keys);
        Assert.Equal(TransactionStatus.NotAValidator, world.Run(1, Add(Fifth)).Status);

        // Of three validators all three are the quorum.
        Vote(new Proposal.ReplaceValidator(keys[2], Fifth), 0, 2);
        Assert.Equal(1UL, world.State.Epoch);
        Vote(new Proposal.ReplaceValidator(keys[2], Fifth), 3);
        Assert.Equal(2UL, world.State.Epoch);
        Assert.Equal([keys[0], Fifth, keys[3]], world.State.Validators.Keys);
    }

    [Fact]
    public void L85_no_vote_counts_after_the_decision_in_its_block_and_the_removed_one_still_executes()
    {
        var last = world.State.Validators.Keys[3];
        Vote(new Proposal.RemoveValidator(last), 0, 1);
        var block = world.Begin();
        TransactionStatus Run(int key, Operation operation)
        {
            Assert.Equal(InclusionStatus.Included, block.Apply(Check(world.Write(key, operation)), out var receipt));
            return receipt!.Status;
        }

        Assert.Equal(TransactionStatus.Ok, Run(2, Cast(new Proposal.RemoveValidator(last))));
        Assert.Equal(TransactionStatus.EpochEnding, Run(3, Cast(new Proposal.RemoveValidator(last))));
        Assert.Equal(TransactionStatus.EpochEnding, Run(0, Add(Fifth)));
        Assert.Equal(TransactionStatus.EpochEnding, Run(0, Upgrade(2, 500)));
        Assert.Equal(TransactionStatus.NotAValidator, Run(4, Add(Fifth)));
        Assert.Equal(TransactionStatus.Ok, Run(3, Transfer(0, 1)));
        world.Seal(block);
        Assert.Equal(1UL, world.State.Epoch);
        Assert.Empty(world.State.Ballots());
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Add(Fifth)).Status);
    }

    [Fact]
    public void L85_a_transaction_that_fails_after_the_deciding_vote_decides_nothing()
    {
        Vote(Add(Fifth), 0, 1);
        var failed = world.Run(2, Add(Fifth), Transfer(0, UInt128.MaxValue));
        Assert.Equal((TransactionStatus.BalanceTooLow, 1), (failed.Status, failed.FailedOperation));
        Assert.Equal((0UL, false), (world.State.Epoch, world.State.EndsEpoch));
        Assert.Equal([0, 1], Assert.Single(world.State.Ballots()).Voters);
        Assert.Equal(TransactionStatus.EpochEnding, world.Run(2, Add(Fifth), Add(Sixth)).Status);
        Assert.Equal(0UL, world.State.Epoch);
        Vote(Add(Fifth), 2);
        Assert.Equal(1UL, world.State.Epoch);
    }

    [Fact]
    public void L83_the_first_reason_of_the_table_is_reported()
    {
        var (own, stranger) = (world.State.Validators.Keys[0], Fifth);
        Assert.Equal(TransactionStatus.NotAValidator, Try(4, new Proposal.RemoveValidator(stranger)));
        Assert.Equal(TransactionStatus.ValidatorUnknown, Try(0, new Proposal.RemoveValidator(stranger)));
        Assert.Equal(TransactionStatus.ValidatorUnknown, Try(0, new Proposal.ReplaceValidator(stranger, own)));
        Assert.Equal(TransactionStatus.ValidatorExists, Try(0, new Proposal.ReplaceValidator(own, own)));
        Assert.Equal(TransactionStatus.ValidatorExists, Try(0, new Proposal.AddValidator(own)));
        Assert.Equal(TransactionStatus.UpgradeNotAhead, Try(0, new Proposal.ScheduleUpgrade(1, 1_000)));
        Assert.Equal(TransactionStatus.UpgradeNotAhead, Try(0, new Proposal.ScheduleUpgrade(3, 1_000)));
        var lead = world.State.Height + 1 + Governance.UpgradeLeadBlocks;
        Assert.Equal(TransactionStatus.UpgradeNotAhead, Try(0, new Proposal.ScheduleUpgrade(2, lead - 1)));
        Assert.Equal(TransactionStatus.Ok, Try(0, new Proposal.ScheduleUpgrade(2, lead + 1)));
        Assert.Equal(TransactionStatus.UpgradeNotAhead, Try(0, new Proposal.ScheduleUpgrade(2, lead + 1)));
        Assert.Equal(TransactionStatus.Ok, Try(0, new Proposal.AddValidator(stranger)));
        Assert.Equal(TransactionStatus.VoteAlreadyCast, Try(0, new Proposal.AddValidator(stranger)));
        Assert.Equal(
            TransactionStatus.VoteAlreadyCast, world.Run(1, Add(Sixth), Add(Sixth)).Status);
    }

    [Fact]
    public void L83_a_fee_payer_that_is_no_validator_can_pay_for_a_vote()
    {
        var vote = world.Write(0, Add(Fifth)) with { FeePayer = AddressOf(4) };
        Assert.Equal(TransactionStatus.Ok, world.Run(vote).Status);
        Assert.Equal(new Amount(30_000), world.BalanceOf(4));
        var stranger = world.Write(4, Add(Fifth)) with { FeePayer = AddressOf(0) };
        Assert.Equal(TransactionStatus.NotAValidator, world.Run(stranger).Status);
    }

    [Fact]
    public void L83_a_set_has_200_validators_at_the_most_and_one_at_the_least()
    {
        var full = WithValidators(ValidatorSet.MaxCount);
        Assert.Equal(TransactionStatus.TooManyValidators, full.Run(0, Add(Fifth)).Status);
        Assert.Equal(
            TransactionStatus.Ok,
            full.Run(0, Cast(new Proposal.ReplaceValidator(full.State.Validators.Keys[199], Fifth))).Status);
        Assert.Equal(TransactionStatus.Ok, WithValidators(199).Run(0, Add(Fifth)).Status);

        var alone = WithValidators(1);
        var own = alone.State.Validators.Keys[0];
        Assert.Equal(TransactionStatus.LastValidator, alone.Run(0, Cast(new Proposal.RemoveValidator(own))).Status);
        Assert.Equal(TransactionStatus.Ok, alone.Run(0, Add(Fifth)).Status);
        Assert.Equal((1UL, true), (alone.State.Epoch, alone.State.EndsEpoch));
        Assert.Equal(TransactionStatus.Ok, alone.Run(0, Cast(new Proposal.RemoveValidator(own))).Status);
        Assert.Single(alone.State.Ballots());
    }

    [Fact]
    public void L82_a_validator_opens_its_share_of_ballots_and_votes_on_any_number_of_others()
    {
        Operation[] proposals = [.. Enumerable.Range(0, 9).Select(i => Add(Key(1_000 + i).PublicKey))];
        Assert.Equal(8, Governance.MaxBallotsOfValidator);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, proposals[..8]).Status);
        Assert.Equal(TransactionStatus.TooManyBallots, world.Run(0, proposals[8]).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, proposals[8]).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, proposals[8]).Status);
        Assert.Equal(9, world.State.Ballots().Count());

        // The next epoch starts without ballots and with new shares.
        Vote(proposals[8], 2);
        Assert.Empty(world.State.Ballots());
        Assert.Equal(TransactionStatus.Ok, world.Run(0, proposals[..8]).Status);
    }

    [Fact]
    public void L82_shares_of_1_to_200_validators_make_at_most_256_ballots_and_nobody_has_none()
    {
        for (var n = 1; n <= ValidatorSet.MaxCount; n++)
        {
            Assert.InRange(Governance.BallotShare(n), 1, Governance.MaxBallotsOfValidator);
            Assert.True(Governance.BallotShare(n) * n <= Governance.MaxBallots);
        }

        Assert.Equal((8, 7), (Governance.BallotShare(32), Governance.BallotShare(33)));
        var full = WithValidators(ValidatorSet.MaxCount);
        Assert.Equal(
            TransactionStatus.Ok, full.Run(0, Cast(new Proposal.RemoveValidator(ValidatorKeys(9)[8]))).Status);
        Assert.Equal(
            TransactionStatus.TooManyBallots,
            full.Run(0, Cast(new Proposal.RemoveValidator(ValidatorKeys(9)[7]))).Status);
    }

    [Fact]
    public void L83_L88_what_no_vote_may_do_to_a_price()
    {
        Assert.Equal(TransactionStatus.PriceUnknown, Try(0, new Proposal.SetPrice((Price)77, 1)));
        Assert.Equal(TransactionStatus.PriceUnchanged, Try(0, new Proposal.SetPrice(Price.Transfer, 10_000)));
        Assert.Equal(TransactionStatus.PriceAboveCeiling, Try(0, new Proposal.SetPrice(Price.Transfer, 100_001)));
        Assert.Equal(TransactionStatus.PriceStepTooLarge, Try(0, new Proposal.SetPrice(Price.Transfer, 11_001)));
        Vote(new Proposal.SetPrice(Price.Transfer, 11_000), 0, 1, 2);
        Assert.Equal(TransactionStatus.PriceChangeWaits, Try(0, new Proposal.SetPrice(Price.Transfer, 10_001)));
        Assert.Equal(10_000UL, world.State.Tariff.UnitsOf(Price.Transfer));
    }

    [Fact]
    public void L88_a_price_falls_at_once_and_rises_after_its_notice()
    {
        Vote(new Proposal.SetPrice(Price.Transfer, 9_000), 0, 1);
        Vote(new Proposal.SetPrice(Price.Transfer, 8_000), 0);
        Assert.Equal(2, world.State.Ballots().Count());
        var decided = VoteLast(Cast(new Proposal.SetPrice(Price.Transfer, 9_000)), 2);
        Assert.Equal(EffectKind.ProposalDecided, Assert.Single(decided.Effects).Kind);
        Assert.Empty(world.State.Ballots());
        Assert.Equal(9_000UL, world.State.Tariff.UnitsOf(Price.Transfer));
        var transfer = new Operation.Transfer(Dollar, AddressOf(1), new Amount(1), Hash256.Zero);
        Assert.Equal(new Amount(9_000), world.Run(0, transfer).Fee);

        Vote(new Proposal.SetPrice(Price.Transfer, 9_900), 0, 1, 2);
        var waiting = Assert.Single(world.State.WaitingPrices);
        Assert.Equal(new PriceChange(Price.Transfer, 9_900, waiting.From), waiting);
        Assert.Equal(PriceRules.NoticeMs, waiting.From.Ms - world.State.Time.Ms);
        world.Seal(world.Begin(PriceRules.NoticeMs - 1));
        Assert.Equal(new Amount(9_000), world.Run(0, transfer).Fee);
        Assert.Equal(9_900UL, world.State.Tariff.UnitsOf(Price.Transfer));
        Assert.Equal(new Amount(9_900), world.Run(0, transfer).Fee);
        Assert.Empty(world.State.WaitingPrices);

        // :: Back down drops what waits; and all of it survives storage.
        Vote(new Proposal.SetPrice(Price.Transfer, 10_000), 0, 1, 2);
        Vote(new Proposal.SetPrice(Price.CastVote, 11_000), 0, 1, 2);
        Vote(new Proposal.SetPrice(Price.Transfer, 9_900), 0, 1, 2);
        var state = world.State;
        Assert.Equal(Price.CastVote, Assert.Single(state.WaitingPrices).Price);
        var loaded = LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries());
        Assert.Equal(state.StateRoot, loaded.StateRoot);
        Assert.Equal(9_900UL, loaded.Tariff.UnitsOf(Price.Transfer));
        Assert.Equal(state.WaitingPrices, loaded.WaitingPrices);
    }

    [Fact]
    public void L84_L86_an_upgrade_waits_for_its_height_through_a_change_of_the_set_and_ends_no_epoch()
    {
        var height = world.State.Height + 110;
        Vote(Upgrade(2, height + 5), 0);
        Vote(Upgrade(2, height), 0, 1);
        Vote(Add(Fifth), 0);
        var executed = VoteLast(Upgrade(2, height), 2);
        Assert.Equal(AddressOf(2), Assert.Single(executed.Effects).To);
        var state = world.State;
        Assert.Equal(new ScheduledUpgrade(2, height), state.ScheduledUpgrade);
        Assert.Equal((0UL, false, 1UL), (state.Epoch, state.EndsEpoch, state.ProtocolVersion));
        Assert.Equal(new Proposal.AddValidator(Fifth), Assert.Single(state.Ballots()).Proposal);
        Assert.Equal(TransactionStatus.UpgradeNotAhead, world.Run(0, Upgrade(2, height + 500)).Status);

        Vote(Add(Fifth), 1, 2);
        while (world.State.Height < height - 1)
        {
            world.Pass(1);
            Assert.Equal(1UL, world.State.ProtocolVersion);
            Assert.Equal(height, world.State.ScheduledUpgrade!.Height);
        }

        Assert.Equal(TransactionStatus.Ok, world.Run(0, Upgrade(3, height + 100)).Status);
        Assert.Equal((height, 2UL), (world.State.Height, world.State.ProtocolVersion));
        Assert.Null(world.State.ScheduledUpgrade);
        Assert.Equal((1UL, false), (world.State.Epoch, world.State.EndsEpoch));
    }

    [Fact]
    public void L85_the_last_state_of_an_epoch_says_so_after_loading_and_after_folding()
    {
        Vote(Add(Fifth), 0, 1);
        Vote(Upgrade(2, 500), 0, 1, 3);
        Assert.Single(world.State.Ballots());
        AssertSurvives();
        Vote(Add(Fifth), 2);
        Assert.True(world.State.EndsEpoch);
        AssertSurvives();
        world.State.Fold();
        AssertSurvives();
        world.Pass(1);
        Assert.False(world.State.EndsEpoch);
        AssertSurvives();
    }

    private TransactionStatus Try(int key, Proposal proposal) => world.Run(key, Cast(proposal)).Status;

    private static Operation Cast(Proposal proposal) => new Operation.CastVote(proposal);

    private static Operation Add(PublicKey key) => Cast(new Proposal.AddValidator(key));

    private static Operation Upgrade(ulong version, ulong height) =>
        Cast(new Proposal.ScheduleUpgrade(version, height));

    private void Vote(Proposal proposal, params int[] voters) => Vote(Cast(proposal), voters);

    private void Vote(Operation vote, params int[] voters)
    {
        foreach (var voter in voters)
        {
            VoteLast(vote, voter);
        }
    }

    private ExecutedBlock VoteLast(Operation vote, int voter)
    {
        var block = world.Begin();
        block.Apply(Check(world.Write(voter, vote)), out var receipt);
        Assert.Equal(TransactionStatus.Ok, receipt!.Status);
        return world.Seal(block);
    }

    private void AssertSurvives()
    {
        var state = world.State;
        var loaded = LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries());
        Assert.Equal(state.StateRoot, loaded.StateRoot);
        Assert.Equal(new Hash256(NaiveTrees.StateRoot(state.Entries())), state.StateRoot);
        Assert.Equal(
            (state.Epoch, state.EndsEpoch, state.Validators.Digest, state.ProtocolVersion, state.ScheduledUpgrade),
            (loaded.Epoch, loaded.EndsEpoch, loaded.Validators.Digest, loaded.ProtocolVersion,
                loaded.ScheduledUpgrade));
        Assert.Equal(
            state.Ballots().Select(ballot => (ballot.Id, ballot.Opener, string.Join(",", ballot.Voters))),
            loaded.Ballots().Select(ballot => (ballot.Id, ballot.Opener, string.Join(",", ballot.Voters))));
    }
}
