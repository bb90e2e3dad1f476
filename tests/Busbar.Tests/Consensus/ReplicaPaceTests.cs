using Busbar.Consensus;
using Busbar.Proofs;

namespace Busbar.Tests.Consensus;

/// <summary>Views, timers, repair and bounds, rule by rule: C-32 to C-46.</summary>
public class ReplicaPaceTests
{
    [Fact]
    public void C32_votes_count_up_to_one_view_ahead_and_certificates_at_once()
    {
        var driver = new ReplicaDriver();
        foreach (var view in (ulong[])[3, 2])
        {
            for (var signer = 1; signer < 4; signer++)
            {
                driver.Receive(signer, Committee.Nullify(view));
            }
        }

        // Two views ahead was dropped, one ahead counted.
        Assert.Equal(3UL, driver.Replica.View);
        driver.ReceiveCertificate(Committee.Nullify(8));
        Assert.Equal(9UL, driver.Replica.View);
        driver.ReceiveCertificate(Committee.Nullify(4));
        Assert.Equal(9UL, driver.Replica.View);
    }

    [Fact]
    public void C33_timers_run_for_a_reason_and_stop_when_the_parent_became_final()
    {
        var driver = new ReplicaDriver();
        Assert.Equal([TimerKind.Heartbeat, TimerKind.Standstill], Timers(driver.Started));
        Assert.Equal(
            [TimerKind.Leader, TimerKind.Advance, TimerKind.Retry], Timers(driver.Step(new Input.WorkAvailable())));
        Assert.Empty(Timers(driver.Step(new Input.WorkAvailable())));

        var idle = new ReplicaDriver();
        Assert.Contains(TimerKind.Leader, Timers(idle.Certify(Committee.Notarize(1))));
        idle.ReceiveCertificate(Committee.Finalize(1));
        idle.Fire(TimerKind.Leader);
        idle.Fire(TimerKind.Advance);
        Assert.Equal([Committee.Finalize(1)], idle.Signed);
        Assert.Contains(TimerKind.Leader, Timers(idle.Fire(TimerKind.Heartbeat)));
        idle.Fire(TimerKind.Leader);
        Assert.Contains(Committee.Nullify(2), idle.Signed);
    }

    [Fact]
    public void C34_a_view_is_given_up_for_each_of_its_reasons()
    {
        var silentLeader = new ReplicaDriver();
        silentLeader.Step(new Input.WorkAvailable());
        silentLeader.Fire(TimerKind.Leader);
        Assert.Equal([Committee.Nullify(1)], silentLeader.Signed);

        var slowView = new ReplicaDriver();
        slowView.Propose(Committee.Notarize(1));
        slowView.Fire(TimerKind.Leader);
        Assert.Empty(slowView.Signed);
        slowView.Fire(TimerKind.Advance);
        Assert.Equal([Committee.Nullify(1)], slowView.Signed);

        var leaderGaveUp = new ReplicaDriver();
        leaderGaveUp.Receive(1, Committee.Nullify(1));
        Assert.Equal([Committee.Nullify(1)], leaderGaveUp.Signed);

        var anotherGaveUp = new ReplicaDriver();
        anotherGaveUp.Receive(2, Committee.Nullify(1));
        Assert.Empty(anotherGaveUp.Signed);
    }

    [Fact]
    public void C35_a_leader_that_was_silent_for_a_rotation_is_skipped_unless_most_are_silent()
    {
        foreach (var heard in (int[][])[[1, 2], [1]])
        {
            var driver = new ReplicaDriver();
            for (var view = 1UL; view < 7; view++)
            {
                driver.ReceiveCertificate(Committee.Nullify(view), from: heard[(int)view % heard.Length]);
            }

            Assert.Equal(7UL, driver.Replica.View);
            driver.Step(new Input.WorkAvailable());
            Assert.Equal(heard.Length == 2, driver.Signed.Contains(Committee.Nullify(7)));
        }
    }

    [Fact]
    public void C36_timers_grow_with_each_view_up_to_a_cap_and_only_a_final_block_makes_them_short()
    {
        var driver = new ReplicaDriver();
        var delays = new List<ulong>();
        for (var view = 1UL; view < 40; view++)
        {
            delays.AddRange(LeaderDelays(driver.Step(new Input.WorkAvailable())));
            delays.AddRange(LeaderDelays(driver.ReceiveCertificate(Committee.Nullify(view))));
        }

        Assert.Equal([600UL, 720, 864], delays.Take(3));
        Assert.Equal(600UL * 64, delays[^1]);
        Assert.Equal(delays.Order(), delays);
        Assert.Equal([720UL], LeaderDelays(driver.ReceiveCertificate(Committee.Finalize(40))));
        Assert.Equal([864UL], LeaderDelays(driver.ReceiveCertificate(Committee.Nullify(41))));
    }

    [Fact]
    public void C38_C40_while_a_view_lasts_its_votes_and_its_entry_are_sent_again_and_the_missing_asked_for()
    {
        var driver = new ReplicaDriver();
        driver.ReceiveCertificate(Committee.Nullify(1));
        driver.Step(new Input.WorkAvailable());
        driver.Fire(TimerKind.Leader);

        // Not durable yet: it may not leave.
        Assert.DoesNotContain(
            driver.Fire(TimerKind.Retry), output => output is Output.Broadcast { Message: Message.VoteCast });
        driver.Sync();
        var outputs = driver.Fire(TimerKind.Retry);
        var messages = outputs.OfType<Output.Broadcast>().Select(output => output.Message).ToArray();
        Assert.Equal(Committee.Nullify(2), Assert.IsType<Message.VoteCast>(messages[0]).Vote.Vote);
        Assert.Equal(Committee.Nullify(1), Assert.IsType<Message.CertificateSeen>(messages[1]).Certificate.Vote);
        Assert.Contains(TimerKind.Retry, Timers(outputs));
        var asked = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            asked.AddRange(driver.Fire(TimerKind.Retry).OfType<Output.Send>().Select(send => send.To));
        }

        Assert.Equal([1, 1, 2, 3], asked.Order());
    }

    [Fact]
    public void C39_standstill_sends_everything_above_the_floor_a_bounded_part_each_round()
    {
        var driver = new ReplicaDriver();
        const ulong Views = ConsensusLimits.ViewsPerStandstill + 10;
        for (var view = 1UL; view <= Views; view++)
        {
            driver.ReceiveCertificate(Committee.Nullify(view));
        }

        ulong[] Round() => [.. driver.Step(new Input.TimerFired(TimerKind.Standstill, 0)).OfType<Output.Broadcast>()
            .Select(output => ((Message.CertificateSeen)output.Message).Certificate.Vote.View)];
        Assert.Equal(Enumerable.Range(1, 64).Select(view => (ulong)view), Round());
        Assert.Equal(Enumerable.Range(65, 10).Select(view => (ulong)view), Round());
        Assert.Equal(1UL, Round()[0]);

        driver.ReceiveCertificate(Committee.Finalize(Views + 1));
        Assert.Empty(Round());
    }

    [Fact]
    public void C41_a_request_is_answered_with_what_clears_the_views_up_to_a_limit()
    {
        var driver = new ReplicaDriver();
        driver.ReceiveCertificate(Committee.Finalize(5));
        for (var view = 6UL; view < 106; view++)
        {
            driver.ReceiveCertificate(Committee.Nullify(view));
        }

        var sent = driver.Receive(3, new Message.Request(2, ulong.MaxValue)).OfType<Output.Send>().ToArray();
        Assert.All(sent, send => Assert.Equal(3, send.To));
        Assert.Equal(1 + ConsensusLimits.ViewsPerRequest, sent.Length);
        Assert.Equal(Committee.Finalize(5), ((Message.CertificateSeen)sent[0].Message).Certificate.Vote);
        Assert.Equal(Committee.Nullify(6), ((Message.CertificateSeen)sent[1].Message).Certificate.Vote);
    }

    [Fact]
    public void C17_C42_nothing_is_kept_of_a_view_past_the_limit()
    {
        var driver = new ReplicaDriver();
        driver.ReceiveCertificate(Committee.Nullify(ConsensusLimits.OpenViews + 1));
        Assert.Equal(1UL, driver.Replica.View);
        driver.ReceiveCertificate(Committee.Nullify(ConsensusLimits.OpenViews));
        Assert.Equal(ConsensusLimits.OpenViews + 1UL, driver.Replica.View);
        Assert.Single(driver.Journal);
    }

    [Fact]
    public void C45_replay_ignores_other_epochs_and_final_views_and_returns_to_the_highest_view()
    {
        var nullify = Committee.Nullify(6) with { Epoch = 1 };
        JournalRecord[] records =
        [
            new JournalRecord.OwnVote(new SignedVote(nullify, Committee.Sign(0, nullify))),
            new JournalRecord.Held(Committee.Certify(Committee.Nullify(2), 1, 2, 3)),
            new JournalRecord.Held(Committee.Certify(Committee.Nullify(4), 1, 2, 3)),
            new JournalRecord.Held(Committee.Certify(Committee.Notarize(5), 1, 2, 3)),
        ];
        var driver = new ReplicaDriver(0, records, new FinalFloor(3, Committee.Genesis));
        Assert.Equal(5UL, driver.Replica.View);
        Assert.Contains(new Output.Certify(5, Committee.Notarize(5).Block), driver.Started);
        Assert.Empty(driver.Journal);

        var later = new ReplicaDriver(
            0,
            [.. records, new JournalRecord.Verdict(Committee.Notarize(5), true)],
            new FinalFloor(3, Committee.Genesis));
        Assert.Equal(6UL, later.Replica.View);
        Assert.DoesNotContain(later.Started, output => output is Output.Certify);
    }

    private static IEnumerable<TimerKind> Timers(IEnumerable<Output> outputs) =>
        outputs.OfType<Output.SetTimer>().Select(timer => timer.Kind);

    private static IEnumerable<ulong> LeaderDelays(IEnumerable<Output> outputs) =>
        outputs.OfType<Output.SetTimer>().Where(timer => timer.Kind == TimerKind.Leader).Select(timer => timer.DelayMs);
}
