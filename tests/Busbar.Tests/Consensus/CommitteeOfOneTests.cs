using Busbar.Consensus;
using Busbar.Proofs;

namespace Busbar.Tests.Consensus;

/// <summary>A committee of one by the same code, and its death at every boundary: C-18, C-43 to C-46.</summary>
public class CommitteeOfOneTests
{
    [Fact]
    public void C18_a_block_is_final_after_two_votes_that_were_durable_first()
    {
        var disk = new Disk();
        var outputs = disk.Run(new Input.Started(), new Input.WorkAvailable());
        Assert.Equal(
            ["SetTimer", "Build", "Persist", "Notarized", "Persist", "SetTimer", "Finalized"],
            outputs.Select(output => output.GetType().Name));
        Assert.Equal(1UL, disk.Floor.View);
    }

    [Fact]
    public void C37_without_work_a_heartbeat_makes_a_block_and_nothing_else_does()
    {
        var disk = new Disk();
        Assert.DoesNotContain(disk.Run(new Input.Started()), output => output is Output.Build);
        Assert.DoesNotContain(
            disk.Run(new Input.TimerFired(TimerKind.Heartbeat, 9)), output => output is Output.Build);
        Assert.Contains(
            disk.Run(new Input.TimerFired(TimerKind.Heartbeat, 1)), output => output is Output.Finalized);
    }

    [Fact]
    public void C43_C44_C45_death_between_any_two_outputs_never_signs_a_second_time_and_goes_on()
    {
        for (var budget = 0; budget < 60; budget++)
        {
            foreach (var takesLast in (bool[])[false, true])
            {
                var disk = new Disk { StepsLeft = budget, TakesLastRecord = takesLast };
                disk.Run(new Input.Started(), new Input.WorkAvailable());
                for (var i = 0; i < 3; i++)
                {
                    disk.Run(new Input.WorkAvailable());
                }

                // Twice from the same journal: what replay does is the same each time.
                var before = disk.Floor.View;
                disk.Restart();
                disk.Run(new Input.Started());
                disk.Restart();
                disk.Run(new Input.Started(), new Input.WorkAvailable());
                Assert.True(disk.Floor.View > before);
                disk.AssertOneVoteOfEachKindInEachView();
            }
        }
    }

    [Fact]
    public void C46_a_build_that_fails_gives_the_view_up_and_the_next_one_goes_on()
    {
        var disk = new Disk { FailsToBuild = true };
        disk.Run(new Input.Started(), new Input.WorkAvailable());
        Assert.Equal(0UL, disk.Floor.View);
        Assert.Equal(2UL, disk.View);
        disk.FailsToBuild = false;
        disk.Run(new Input.WorkAvailable());
        Assert.Equal(2UL, disk.Floor.View);
        disk.AssertOneVoteOfEachKindInEachView();
    }

    [Fact]
    public void A_key_outside_the_set_is_refused() =>
        Assert.Throws<ArgumentException>(
            () => new Replica(Committee.Options(1) with { Key = Committee.Key(5) }, default, []));

    /// <summary>A host with a journal and a final block that outlive it, and an end after so many outputs.</summary>
    private sealed class Disk
    {
        private readonly List<JournalRecord> journal = [];
        private readonly HashSet<Vote> signed = [];
        private Replica replica = New(default, []);
        private ulong salt;
        private bool isDead;

        public int StepsLeft { get; set; } = int.MaxValue;

        public bool TakesLastRecord { get; init; }

        public bool FailsToBuild { get; set; }

        public FinalFloor Floor { get; private set; } = new(0, Committee.Genesis);

        public ulong View => replica.View;

        public void Restart()
        {
            isDead = false;
            StepsLeft = int.MaxValue;
            replica = New(Floor, journal);
        }

        public List<Output> Run(params Input[] inputs)
        {
            var seen = new List<Output>();
            var waiting = new Queue<Input>(inputs);
            while (!isDead && waiting.TryDequeue(out var input))
            {
                var outputs = new List<Output>();
                replica.Step(input, outputs);
                foreach (var output in outputs)
                {
                    if (StepsLeft-- == 0)
                    {
                        Die(output);
                        break;
                    }

                    seen.Add(output);
                    CarryOut(output, waiting);
                }
            }

            return seen;
        }

        public void AssertOneVoteOfEachKindInEachView()
        {
            foreach (var votes in signed.GroupBy(vote => (vote.View, vote.Kind)))
            {
                Assert.Single(votes);
            }

            Assert.Empty(signed.Where(vote => vote.Kind == VoteKind.Nullify).Select(vote => vote.View)
                .Intersect(signed.Where(vote => vote.Kind == VoteKind.Finalize).Select(vote => vote.View)));
        }

        private static Replica New(FinalFloor floor, IEnumerable<JournalRecord> journal) =>
            new(Committee.Options(1), floor == default ? new FinalFloor(0, Committee.Genesis) : floor, journal);

        private void Die(Output output)
        {
            isDead = true;
            if (TakesLastRecord && output is Output.Persist persist)
            {
                journal.Add(persist.Record);
                signed.Add(persist.Record.Vote);
            }
        }

        private void CarryOut(Output output, Queue<Input> waiting)
        {
            switch (output)
            {
                case Output.Persist persist:
                    journal.Add(persist.Record);
                    signed.Add(persist.Record.Vote);
                    waiting.Enqueue(new Input.Durable(persist.Sequence));
                    break;
                case Output.Build build when FailsToBuild:
                    waiting.Enqueue(new Input.BuildFailed(build.View));
                    break;
                case Output.Build build:
                    Assert.Equal(Floor.Block, build.Parent);
                    waiting.Enqueue(new Input.Built(build.View, Hash256.Sha256(BitConverter.GetBytes(salt++))));
                    break;
                case Output.Finalized finalized:
                    var vote = finalized.Certificate.Vote;
                    Assert.True(finalized.Certificate.Verify(Committee.Of(1), Committee.Network));
                    Floor = new FinalFloor(vote.View, vote.Block) { Finalization = finalized.Certificate };
                    break;
            }
        }
    }
}
