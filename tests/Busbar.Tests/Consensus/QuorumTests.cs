using Busbar.Consensus;
using Busbar.Proofs;
using CsCheck;

namespace Busbar.Tests.Consensus;

/// <summary>Quorums by count and by weight, and whoever counts them: C-1, C-2, C-5, C-35.</summary>
public class QuorumTests
{
    [Fact]
    public void C2_quorums_of_1_to_200_validators_share_an_honest_one_and_faults_leave_a_quorum()
    {
        var keys = Enumerable.Range(0, ValidatorSet.MaxCount).Select(index => Committee.Key(index).PublicKey).ToArray();
        for (var n = 1; n <= ValidatorSet.MaxCount; n++)
        {
            var (faults, quorum) = (Quorum.FaultsOf(n), Quorum.OfCount(n));
            Assert.True(n >= 3 * faults + 1 && n < 3 * (faults + 1) + 1);
            Assert.Equal(n - faults, quorum);
            Assert.True(2 * quorum - n > faults);
            Assert.Equal((ulong)quorum, Quorum.OfWeight((ulong)n));
            var set = new ValidatorSet(keys[..n]);
            Assert.Equal((ulong)quorum, set.QuorumWeight);
            Assert.Equal((ulong)n, set.TotalWeight);
        }
    }

    [Fact]
    public void C2_two_quorums_by_weight_share_more_than_any_set_below_a_third_and_such_a_set_leaves_a_quorum() =>
        Gen.ULong[1, 50].Array[1, 7].Sample(
            weights =>
            {
                var set = SetOf(weights);
                var sets = Enumerable.Range(0, 1 << weights.Length).ToArray();
                ulong Weigh(int members) => (ulong)weights.Index()
                    .Where(item => (members & (1 << item.Index)) != 0)
                    .Sum(item => (long)item.Item);
                var quorums = sets.Where(members => Weigh(members) >= set.QuorumWeight).ToArray();
                var heaviest = sets.Select(Weigh).Where(weight => 3 * weight < set.TotalWeight).Max();
                foreach (var left in quorums)
                {
                    foreach (var right in quorums)
                    {
                        var shared = Weigh(left & right);
                        Assert.True(3 * shared > set.TotalWeight && shared > heaviest);
                    }
                }

                Assert.True(set.TotalWeight - heaviest >= set.QuorumWeight);

                // One less would not do: two sets of that weight need share no more than a third.
                Assert.True(3 * (2 * ((long)set.QuorumWeight - 1) - (long)set.TotalWeight) <= (long)set.TotalWeight);
            },
            iter: 200);

    [Fact]
    public void C2_no_validators_have_no_quorum_and_weights_end_at_their_limit()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Quorum.FaultsOf(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quorum.OfCount(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quorum.OfWeight(0));
        Assert.Equal(6_004_799_503_160_662UL, Quorum.OfWeight(ValidatorSet.MaxTotalWeight));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quorum.OfWeight(ValidatorSet.MaxTotalWeight + 1));
        Assert.Equal(ValidatorSet.MaxTotalWeight, SetOf([ValidatorSet.MaxTotalWeight - 3, 1, 2]).TotalWeight);
        Assert.Throws<ArgumentException>(() => SetOf([ValidatorSet.MaxTotalWeight - 3, 2, 2]));
        Assert.Throws<ArgumentException>(() => SetOf([ulong.MaxValue, ulong.MaxValue]));
        Assert.Throws<ArgumentException>(() => SetOf([1, 0]));
        Assert.Throws<ArgumentException>(() => new ValidatorSet([Committee.Key(0).PublicKey], [1, 1]));
    }

    [Fact]
    public void C1_weights_are_in_the_digest_and_a_weight_of_1_for_each_is_the_set_without_weights()
    {
        var plain = Committee.Of(3);
        Assert.Equal(plain.Digest, SetOf([1, 1, 1]).Digest);
        Assert.Equal(
            "0xf3788b4d319b23b7e0abaffbb4043e91191f2dc156985642a692877e23586148", plain.Digest.ToString());
        Assert.Equal(
            5, new[] { plain, SetOf([1, 1, 2]), SetOf([1, 2, 1]), SetOf([2, 2, 2]), SetOf([1, 1]) }
                .Select(set => set.Digest).Distinct().Count());
        Assert.Equal(2UL, SetOf([1, 2, 1]).WeightOf(1));
        Assert.Equal(2, plain.IndexOf(plain.Keys[2].Address));
        Assert.Equal(-1, plain.IndexOf(Address.Zero));
    }

    [Fact]
    public void C5_a_certificate_weighs_its_signers_and_does_not_count_them()
    {
        // The quorum of 10 is 7: the first two have it, the last four do not.
        var set = SetOf([4, 3, 1, 1, 1]);
        var vote = Committee.Notarize(3);
        Assert.Equal(7UL, set.QuorumWeight);
        Assert.True(Committee.Certify(vote, 0, 1).Verify(set, Committee.Network));
        Assert.True(Committee.Certify(vote, 0, 2, 3, 4).Verify(set, Committee.Network));
        Assert.False(Committee.Certify(vote, 0, 2, 3).Verify(set, Committee.Network));
        Assert.False(Committee.Certify(vote, 1, 2, 3, 4).Verify(set, Committee.Network));
        Assert.False(Committee.Certify(vote, 0, 0).Verify(set, Committee.Network));
        Assert.False(Committee.Certify(vote, 0, 5).Verify(set, Committee.Network));
    }

    [Fact]
    public void C5_a_certificate_forms_of_the_first_signers_that_weigh_a_quorum()
    {
        var set = SetOf([1, 3, 1, 4, 1]);
        var vote = Committee.Notarize(3);
        var record = new ViewRecord(3);
        foreach (var signer in new[] { 4, 2, 1 })
        {
            record.Add(signer, new SignedVote(vote, Committee.Sign(signer, vote)), out _);
            Assert.Null(record.TryForm(vote, set));
        }

        record.Add(0, new SignedVote(Committee.Notarize(3, "b"), Committee.Sign(0, vote)), out _);
        Assert.Null(record.TryForm(vote, set));
        record.Add(3, new SignedVote(vote, Committee.Sign(3, vote)), out _);
        var formed = record.TryForm(vote, set)!;
        Assert.Equal([1, 2, 3], formed.Signers);
        Assert.True(formed.Verify(set, Committee.Network));
    }

    [Fact]
    public void C35_a_silent_leader_is_skipped_while_a_quorum_by_weight_was_heard()
    {
        var activity = new PeerActivity(SetOf([1, 1, 7, 1]), self: 0, startView: 1);
        activity.Heard(1, 20);
        Assert.False(activity.ShouldSkip(leader: 3, view: 20));
        activity.Heard(2, 20);
        Assert.True(activity.ShouldSkip(leader: 3, view: 20));
        Assert.False(activity.ShouldSkip(leader: 2, view: 20));
    }

    private static ValidatorSet SetOf(ulong[] weights) =>
        new([.. Enumerable.Range(0, weights.Length).Select(index => Committee.Key(index).PublicKey)], weights);
}
