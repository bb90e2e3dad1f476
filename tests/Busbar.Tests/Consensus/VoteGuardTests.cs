using Busbar.Consensus;
using Busbar.Proofs;

namespace Busbar.Tests.Consensus;

/// <summary>The five rules, C-12 to C-16, at the only place that signs.</summary>
public class VoteGuardTests
{
    private const ulong View = 7;

    public static TheoryData<bool, bool, bool, VoteKind> Table
    {
        get
        {
            var rows = new TheoryData<bool, bool, bool, VoteKind>();
            for (var state = 0; state < 8; state++)
            {
                foreach (var kind in (VoteKind[])[VoteKind.Notarize, VoteKind.Nullify, VoteKind.Finalize])
                {
                    rows.Add((state & 1) != 0, (state & 2) != 0, (state & 4) != 0, kind);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void C12_C13_C14_C15_every_prior_state_and_every_kind(
        bool hasNotarized, bool hasNullified, bool hasFinalized, VoteKind asked)
    {
        using var key = Committee.Key(0);
        var guard = new VoteGuard(Committee.Network, key);
        if (hasNotarized)
        {
            Remember(guard, Committee.Notarize(View));
        }

        if (hasNullified)
        {
            Remember(guard, Committee.Nullify(View));
        }

        if (hasFinalized)
        {
            Remember(guard, Committee.Finalize(View));
        }

        // A second vote of a kind names another block, so that only the rules of kinds are at stake.
        var (vote, proof, expected) = asked switch
        {
            VoteKind.Notarize => (Committee.Notarize(View, "b"), null, hasNotarized ? VoteStatus.VotedOtherwise
                : hasNullified ? VoteStatus.AfterNullify : VoteStatus.Signed),
            VoteKind.Nullify => (Committee.Nullify(View), null, hasNullified ? VoteStatus.Signed
                : hasFinalized ? VoteStatus.AfterFinalize : VoteStatus.Signed),
            _ => (Committee.Finalize(View, "b"), Committee.Certify(Committee.Notarize(View, "b"), 0),
                hasFinalized ? VoteStatus.VotedOtherwise : hasNullified ? VoteStatus.AfterNullify : VoteStatus.Signed),
        };

        var status = guard.TrySign(vote, proof, out var signature);

        Assert.Equal(expected, status);
        Assert.Equal(status == VoteStatus.Signed, key.PublicKey.Verify(vote.SigningHash(Committee.Network), signature));
    }

    [Fact]
    public void C11_C12_the_same_vote_again_has_the_same_signature()
    {
        var guard = new VoteGuard(Committee.Network, Committee.Key(0));
        Assert.Equal(VoteStatus.Signed, guard.TrySign(Committee.Notarize(View), null, out var first));
        Assert.Equal(VoteStatus.Signed, guard.TrySign(Committee.Notarize(View), null, out var again));
        Assert.Equal(first, again);
    }

    [Fact]
    public void C16_finalize_needs_the_notarization_of_that_very_block()
    {
        var guard = new VoteGuard(Committee.Network, Committee.Key(0));
        var vote = Committee.Finalize(View);
        foreach (var wrong in (Certificate?[])[
            null,
            Committee.Certify(Committee.Notarize(View, "b"), 0),
            Committee.Certify(Committee.Notarize(View + 1), 0),
            Committee.Certify(Committee.Nullify(View), 0)])
        {
            Assert.Equal(VoteStatus.NotNotarized, guard.TrySign(vote, wrong, out _));
        }

        Assert.Equal(
            VoteStatus.Signed, guard.TrySign(vote, Committee.Certify(Committee.Notarize(View), 0), out _));
    }

    [Fact]
    public void C17_open_views_are_bounded()
    {
        var guard = new VoteGuard(Committee.Network, Committee.Key(0));
        for (var view = 1UL; view <= ConsensusLimits.OpenViews; view++)
        {
            guard.Remember(Committee.Nullify(view), default);
        }

        Assert.Equal(
            VoteStatus.TooManyOpenViews,
            guard.TrySign(Committee.Nullify(ConsensusLimits.OpenViews + 1), null, out _));
        guard.Prune(1);
        Assert.Equal(
            VoteStatus.Signed, guard.TrySign(Committee.Nullify(ConsensusLimits.OpenViews + 1), null, out _));
    }

    private static void Remember(VoteGuard guard, Vote vote) => guard.Remember(vote, Committee.Sign(0, vote));
}
