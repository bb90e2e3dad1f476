using Busbar.Consensus;
using Busbar.Proofs;

namespace Busbar.Tests.Consensus;

/// <summary>Proposals, votes and certificates, rule by rule: C-10 and C-18 to C-31.</summary>
public class ReplicaTests
{
    [Fact]
    public void C10_certificates_that_cannot_both_exist_end_a_replicas_part()
    {
        (Vote First, Vote Second)[] pairs =
        [
            (Committee.Notarize(1), Committee.Notarize(1, "b")),
            (Committee.Notarize(1), Committee.Finalize(1, "b")),
            (Committee.Nullify(1), Committee.Finalize(1)),
            (Committee.Finalize(1), Committee.Nullify(1)),
            (Committee.Finalize(1), Committee.Finalize(1, "b")),
        ];
        foreach (var (first, second) in pairs)
        {
            var driver = new ReplicaDriver();
            driver.ReceiveCertificate(first);
            Assert.Contains(driver.ReceiveCertificate(second), output => output is Output.Halt);
            Assert.True(driver.Replica.Halted);
            Assert.Empty(driver.Step(new Input.WorkAvailable()));
        }
    }

    [Fact]
    public void C18_no_byte_of_a_vote_leaves_and_it_does_not_count_before_it_is_durable()
    {
        var driver = new ReplicaDriver();
        driver.Receive(1, Committee.Nullify(1));
        driver.Receive(2, Committee.Nullify(1));
        Assert.Equal([Committee.Nullify(1)], driver.Signed);
        Assert.Equal(1UL, driver.Replica.View);

        var outputs = driver.Sync();
        Assert.Equal(Committee.Nullify(1), Assert.IsType<Message.VoteCast>(Broadcasts(outputs)[0]).Vote.Vote);
        Assert.Equal(2UL, driver.Replica.View);
    }

    [Fact]
    public void C19_a_contradiction_is_kept_once_and_counts_nothing()
    {
        var driver = new ReplicaDriver();
        driver.Receive(2, Committee.Notarize(1));
        Assert.Single(driver.Receive(2, Committee.Notarize(1, "b")).OfType<Output.Evidence>());
        Assert.Empty(driver.Receive(2, Committee.Notarize(1, "c")).OfType<Output.Evidence>());
        driver.Receive(3, Committee.Nullify(1));
        Assert.Single(driver.Receive(3, Committee.Finalize(1)).OfType<Output.Evidence>());
        driver.Receive(1, Committee.Notarize(1, "b"));
        Assert.DoesNotContain(
            driver.Receive(3, Committee.Notarize(1, "b")), output => output is Output.Notarized);
    }

    [Fact]
    public void C20_the_leader_builds_on_the_nearest_certified_block_across_nullified_views_only()
    {
        var block = Committee.Notarize(1);
        var driver = new ReplicaDriver();
        driver.Certify(block);
        driver.ReceiveCertificate(Committee.Nullify(1));
        driver.ReceiveCertificate(Committee.Nullify(3));
        Assert.Equal(4UL, driver.Replica.View);
        Assert.DoesNotContain(driver.Step(new Input.WorkAvailable()), output => output is Output.Build);
        Assert.Contains(new Output.Build(4, block.Block), driver.ReceiveCertificate(Committee.Nullify(2)));
    }

    [Fact]
    public void C21_the_leader_waits_for_work_a_heartbeat_or_a_parent_that_does_not_settle()
    {
        var parent = Committee.Notarize(3);
        foreach (var reason in (TimerKind[])[TimerKind.Unset, TimerKind.Heartbeat, TimerKind.Settle])
        {
            var driver = new ReplicaDriver();
            var entered = driver.Certify(parent);
            Assert.DoesNotContain(entered, output => output is Output.Build);
            Assert.Contains(new Output.SetTimer(TimerKind.Settle, 4, 300), entered);
            var outputs = reason == TimerKind.Unset ? driver.Step(new Input.WorkAvailable()) : driver.Fire(reason);
            Assert.Contains(new Output.Build(4, parent.Block), outputs);
        }

        var settled = new ReplicaDriver();
        settled.Certify(parent);
        settled.ReceiveCertificate(parent with { Kind = VoteKind.Finalize });
        Assert.DoesNotContain(settled.Fire(TimerKind.Settle), output => output is Output.Build);
    }

    [Fact]
    public void C22_C44_after_a_restart_the_leader_sends_its_proposal_again_and_makes_no_other()
    {
        var first = new ReplicaDriver(self: 1);
        first.Step(new Input.WorkAvailable());
        Assert.Empty(Broadcasts(first.Step(new Input.Built(1, Committee.Notarize(1).Block))));
        var sent = Assert.IsType<Message.Proposal>(Assert.Single(Broadcasts(first.Sync())));

        var second = new ReplicaDriver(self: 1, first.Journal);
        Assert.Equal(sent, Assert.Single(Broadcasts(second.Started)));
        Assert.Equal(sent.Vote.Vote.Block, second.Replica.PendingBlock);
        Assert.DoesNotContain(second.Step(new Input.WorkAvailable()), output => output is Output.Build);
        Assert.Empty(second.Signed);
    }

    [Fact]
    public void C23_a_wrong_proposal_is_given_up_at_once()
    {
        var belowFloor = new ReplicaDriver(floor: new FinalFloor(4, Committee.Genesis));
        belowFloor.Propose(Committee.Notarize(5) with { ParentView = 3 });
        Assert.Equal([Committee.Nullify(5)], belowFloor.Signed);

        var onNotExecutable = new ReplicaDriver();
        onNotExecutable.Certify(Committee.Notarize(1), executable: false);
        onNotExecutable.ReceiveCertificate(Committee.Nullify(1));
        onNotExecutable.Propose(Committee.Notarize(2));
        Assert.Equal([Committee.Nullify(1), Committee.Nullify(2)], onNotExecutable.Signed);

        var rejected = new ReplicaDriver();
        var proposal = Committee.Notarize(1);
        Assert.Contains(new Output.Verify(1, proposal.Block, Committee.Genesis, 900), rejected.Propose(proposal));
        rejected.Step(new Input.Rejected(1, proposal.Block));
        Assert.Equal([Committee.Nullify(1)], rejected.Signed);
    }

    [Fact]
    public void C23_C40_a_proposal_that_lacks_certificates_waits_and_its_leader_is_asked()
    {
        var driver = new ReplicaDriver();
        driver.ReceiveCertificate(Committee.Nullify(2));
        var proposal = Committee.Notarize(3) with { ParentView = 0 };
        Assert.Contains(new Output.Send(3, new Message.Request(1, 3)), driver.Propose(proposal));
        Assert.Empty(driver.Signed);
        Assert.Contains(
            new Output.Verify(3, proposal.Block, Committee.Genesis, 1_080),
            driver.ReceiveCertificate(Committee.Nullify(1)));
    }

    [Fact]
    public void C24_a_valid_proposal_is_notarized_once_and_two_different_ones_are_not()
    {
        var driver = new ReplicaDriver();
        driver.Propose(Committee.Notarize(1));
        driver.Step(new Input.Verified(1, Committee.Notarize(1).Block));
        driver.Step(new Input.Verified(1, Committee.Notarize(1).Block));
        Assert.Equal([Committee.Notarize(1)], driver.Signed);

        var fooled = new ReplicaDriver();
        fooled.Propose(Committee.Notarize(1));
        Assert.Single(fooled.Propose(Committee.Notarize(1, "b")).OfType<Output.Evidence>());
        fooled.Step(new Input.Verified(1, Committee.Notarize(1).Block));
        fooled.ReceiveCertificate(Committee.Notarize(1));
        Assert.Empty(fooled.Signed);

        var late = new ReplicaDriver();
        late.Propose(Committee.Notarize(1));
        late.ReceiveCertificate(Committee.Nullify(1));
        late.Step(new Input.Verified(1, Committee.Notarize(1).Block));
        Assert.Empty(late.Signed);
    }

    [Fact]
    public void C25_C27_a_block_that_may_not_be_voted_for_may_still_be_certified_late()
    {
        var driver = new ReplicaDriver();
        var block = Committee.Notarize(1);
        driver.Propose(block);
        driver.Step(new Input.Rejected(1, block.Block));
        driver.ReceiveCertificate(Committee.Nullify(1));
        driver.Certify(block);
        Assert.Equal([Committee.Nullify(1)], driver.Signed);
        driver.Propose(Committee.Notarize(2));
        Assert.Contains(
            new JournalRecord.Verdict(block, true), driver.Journal);
        driver.Step(new Input.Verified(2, Committee.Notarize(2).Block));
        Assert.Contains(Committee.Notarize(2), driver.Signed);
    }

    [Fact]
    public void C26_a_certificate_is_passed_on_once()
    {
        var driver = new ReplicaDriver();
        Assert.Single(Broadcasts(driver.ReceiveCertificate(Committee.Nullify(1))));
        Assert.Empty(Broadcasts(driver.ReceiveCertificate(Committee.Nullify(1), from: 2)));
        Assert.Contains(driver.Journal, record => record is JournalRecord.Held);
    }

    [Fact]
    public void C28_a_certified_block_gets_a_finalize_vote_without_an_own_notarize_and_the_view_is_left()
    {
        var driver = new ReplicaDriver();
        driver.Certify(Committee.Notarize(1));
        Assert.Equal([Committee.Finalize(1)], driver.Signed);
        Assert.Equal(2UL, driver.Replica.View);
    }

    [Fact]
    public void C29_a_block_that_does_not_execute_is_given_up()
    {
        var driver = new ReplicaDriver();
        driver.Certify(Committee.Notarize(1), executable: false);
        Assert.Equal([Committee.Nullify(1)], driver.Signed);
        Assert.Equal(1UL, driver.Replica.View);
    }

    [Fact]
    public void C30_a_nullification_enters_the_next_view_and_answers_requests_while_it_is_open()
    {
        var driver = new ReplicaDriver();
        driver.ReceiveCertificate(Committee.Nullify(1));
        Assert.Equal(2UL, driver.Replica.View);
        Assert.Single(driver.Receive(2, new Message.Request(1, 1)).OfType<Output.Send>());
    }

    [Fact]
    public void C31_finalize_votes_count_after_the_view_was_left_and_forget_what_is_below()
    {
        var driver = new ReplicaDriver();
        driver.Certify(Committee.Notarize(1));
        driver.Sync();
        driver.ReceiveCertificate(Committee.Nullify(2));
        driver.Receive(1, Committee.Finalize(1));
        var outputs = driver.Receive(2, Committee.Finalize(1));
        Assert.Equal([0, 1, 2], Assert.Single(outputs.OfType<Output.Finalized>()).Certificate.Signers);
        Assert.Equal(1UL, driver.Replica.Floor.View);
        Assert.Equal(3UL, driver.Replica.View);

        driver.ReceiveCertificate(Committee.Finalize(9));
        Assert.Equal(9UL, driver.Replica.Floor.View);
        Assert.Equal(10UL, driver.Replica.View);
        Assert.Empty(driver.Receive(2, new Message.VoteCast(2, new SignedVote(
            Committee.Nullify(5), Committee.Sign(2, Committee.Nullify(5))))));
    }

    private static List<Message> Broadcasts(IEnumerable<Output> outputs) =>
        [.. outputs.OfType<Output.Broadcast>().Select(output => output.Message)];
}
