using Busbar.Node.Storage;
using Busbar.Simulation;

namespace Busbar.Tests.Node;

/// <summary>Power cuts at every operation of a journal's life, with anything left of what was not flushed.</summary>
public sealed class JournalCrashTests
{
    private const int ImagesPerCut = 12;

    [Fact]
    public void N4_a_power_cut_at_any_operation_keeps_every_vote_that_was_synced()
    {
        var random = new Random(1);
        var (cuts, dropped, kept, turnsInWrites) = (0, 0, 0, 0);
        for (var cutAt = 1; ; cutAt++)
        {
            var life = new Life { Disk = { CutAt = cutAt } };
            var wasCut = life.Run();
            turnsInWrites = Math.Max(turnsInWrites, life.TurnsOver);
            for (var image = 0; wasCut && image < ImagesPerCut; image++)
            {
                cuts++;
                var left = life.Disk.AfterPowerCut(random);
                var found = life.Check(left);
                (dropped, kept) = found ? (dropped, kept + 1) : (dropped + 1, kept);

                // :: And again while what was left is opened.
                for (var second = 1; second < 8; second++)
                {
                    var opening = left.Copy();
                    opening.CutAt = second;
                    if (!life.TryReopen(opening))
                    {
                        life.Check(opening.AfterPowerCut(random));
                    }
                }
            }

            if (!wasCut)
            {
                break;
            }
        }

        Assert.True(cuts > 500 && dropped > 0 && kept > 0 && turnsInWrites >= 2);
    }

    [Fact]
    public void N4_the_header_of_a_turn_torn_at_any_byte_leaves_the_turn_before()
    {
        var disk = new SimulatedJournalFolder();
        JournalSamples.Create(disk).Write([JournalSamples.Entry(1)]);
        _ = JournalSamples.Open(disk);
        var before = disk.Copy();
        _ = JournalSamples.Open(disk, 2);

        // :: Turn 3 went into the file of turn 1: first that header is wiped, then the new one is written.
        var (old, header) = (before[1][..JournalHeader.SizeBytes], disk[1][..JournalHeader.SizeBytes]);
        for (var cut = 0; cut <= JournalHeader.SizeBytes; cut++)
        {
            var wiped = before.Copy();
            wiped[1].AsSpan(0, cut).Clear();
            old.AsSpan(cut).CopyTo(wiped[1].AsSpan(cut));
            Assert.Equal([1UL], JournalSamples.Views(JournalSamples.Open(wiped, 2)));

            var written = before.Copy();
            disk[1].CopyTo(written[1], 0);
            written[1].AsSpan(cut, JournalHeader.SizeBytes - cut).Clear();
            Assert.Equal([1UL], JournalSamples.Views(JournalSamples.Open(written.Copy(), 2)));

            // :: Once the turn was told, nothing less than its whole header will do.
            Assert.Equal(
                cut == JournalHeader.SizeBytes, JournalSamples.TryOpen(written, out _, knownTurn: 3) is not null);
        }

        Assert.NotEqual(old, header);
    }

    [Fact]
    public void N4_a_first_header_torn_at_any_byte_is_no_journal_yet()
    {
        var disk = new SimulatedJournalFolder();
        _ = JournalSamples.Create(disk);
        for (var cut = 0; cut < JournalHeader.SizeBytes; cut++)
        {
            var torn = disk.Copy();
            torn[1].AsSpan(cut).Clear();
            Assert.True(VoteJournal.IsUnused(torn, JournalSamples.Identity));
            Assert.Equal(1UL, JournalSamples.Create(torn).Turn);
        }

        Assert.False(VoteJournal.IsUnused(disk, JournalSamples.Identity));
    }

    /// <summary>A journal's life with an account of what must be there after it was cut.</summary>
    private sealed class Life
    {
        private readonly List<ulong> synced = [];
        private readonly List<ulong> inFlight = [];
        private ulong told;
        private ulong final;

        public SimulatedJournalFolder Disk { get; } = new();

        public int TurnsOver { get; private set; }

        /// <summary>True when the power went in it.</summary>
        public bool Run()
        {
            try
            {
                var journal = JournalSamples.Create(Disk, Tell);
                for (var view = 1UL; view <= 14; view++)
                {
                    inFlight.AddRange([view, view]);
                    journal.Append([JournalSamples.Entry(view, new byte[300 + (37 * view)])]);
                    journal.Append([JournalSamples.Entry(view)]);
                    journal.Sync();
                    synced.AddRange(inFlight);
                    inFlight.Clear();
                    if (view % 3 == 0)
                    {
                        // :: The block of the view is stored before the journal may forget it.
                        final = view - 1;
                        var turn = journal.Turn;
                        journal.Forget(0, final);
                        TurnsOver += journal.Turn > turn ? 1 : 0;
                    }

                    if (view == 9)
                    {
                        journal = Reopen(Disk);
                    }
                }

                return false;
            }
            catch (PowerCutException)
            {
                return true;
            }
        }

        /// <summary>Opens what is left. True when what was not synced is there too, which it may be.</summary>
        public bool Check(SimulatedJournalFolder left)
        {
            if (told == 0 && VoteJournal.IsUnused(left, JournalSamples.Identity))
            {
                Assert.Empty(synced);
                return false;
            }

            var journal = Reopen(left.Copy());
            var views = JournalSamples.Views(journal);
            var least = synced.Where(view => view > final).ToArray();
            var most = synced.Concat(inFlight).Where(view => view > final).ToArray();
            Assert.True(views.SequenceEqual(least) || views.SequenceEqual(most), string.Join(' ', views));
            Assert.Equal(
                views.Distinct().Select(view => 300 + (37 * (int)view)), journal.Blocks.Select(block => block.Length));
            return inFlight.Count > 0 && views.Length == most.Length;
        }

        public bool TryReopen(SimulatedJournalFolder disk)
        {
            try
            {
                if (told > 0)
                {
                    _ = Reopen(disk, _ => { });
                }

                return true;
            }
            catch (PowerCutException)
            {
                return false;
            }
        }

        private VoteJournal Reopen(SimulatedJournalFolder disk) => Reopen(disk, disk == Disk ? Tell : _ => { });

        private VoteJournal Reopen(SimulatedJournalFolder disk, Action<ulong> tell)
        {
            var journal = VoteJournal.TryOpen(
                disk,
                JournalSamples.Identity,
                told,
                new EpochView(0, final),
                JournalSamples.Small,
                tell,
                out var reason);
            Assert.Null(reason);
            return journal!;
        }

        // Telling is a sync of its own, so the power may go before it.
        private void Tell(ulong turn)
        {
            if (Disk.Operations + 1 >= Disk.CutAt)
            {
                throw new PowerCutException();
            }

            told = turn;
        }
    }
}
