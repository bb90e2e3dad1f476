using Busbar.Consensus;
using Busbar.Proofs;

namespace Busbar.Tests.Consensus;

/// <summary>Replicas that follow, and keys that are used elsewhere.</summary>
public class FollowerTests
{
    [Fact]
    public void C47_a_key_whose_votes_appear_from_elsewhere_votes_no_more()
    {
        var driver = new ReplicaDriver();
        var foreign = new SignedVote(Committee.Nullify(1), Committee.Sign(0, Committee.Nullify(1)));
        var outputs = driver.Receive(1, new Message.VoteCast(0, foreign));
        Assert.Equal([new Output.Impersonated(foreign)], outputs.OfType<Output.Impersonated>());
        driver.Propose(Committee.Notarize(1));
        driver.Step(new Input.Verified(1, Committee.Notarize(1).Block));
        Assert.Empty(driver.Signed);
    }

    [Fact]
    public void C47_an_echo_of_an_own_vote_is_no_surprise()
    {
        var driver = new ReplicaDriver();
        driver.Propose(Committee.Notarize(1));
        driver.Step(new Input.Verified(1, Committee.Notarize(1).Block));
        var own = Assert.Single(driver.Signed);
        var echo = new SignedVote(own, Committee.Sign(0, own));
        Assert.Empty(driver.Receive(1, new Message.VoteCast(0, echo)).OfType<Output.Impersonated>());
    }

    [Fact]
    public void C48_a_replica_without_a_key_follows_to_finality_and_says_nothing_of_its_own()
    {
        var options = Committee.Options(4) with { Key = null };
        var replica = new Replica(options, new FinalFloor(0, Committee.Genesis), []);
        var verifier = new MessageVerifier(Committee.Network, 0, Committee.Of(4));
        var outputs = new List<Output>();
        replica.Step(new Input.Started(), outputs);
        var final = Committee.Certify(Committee.Finalize(1), 1, 2, 3);
        Assert.True(verifier.TryVerify(
            new Unverified<Message>(new Message.CertificateSeen(final)), out var message));
        replica.Step(new Input.MessageReceived(1, message), outputs);
        Assert.Equal(1UL, replica.Floor.View);
        Assert.Contains(new Output.Finalized(final), outputs);
        Assert.Empty(outputs.OfType<Output.Persist>());
        Assert.DoesNotContain(outputs, output => output is Output.Broadcast { Message: Message.VoteCast });
        Assert.Equal(Committee.Of(4).LeaderOf(2), replica.Leader);
    }

    [Fact]
    public void C48_a_guard_without_a_key_is_NotAVoter()
    {
        var guard = new VoteGuard(Committee.Network, null);
        Assert.Equal(VoteStatus.NotAVoter, guard.TrySign(Committee.Notarize(1), null, out _));
    }
}
