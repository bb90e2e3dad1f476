using Busbar.Consensus;
using Busbar.Node;
using Busbar.Node.Storage;
using Busbar.Simulation;
using Busbar.Proofs;

namespace Busbar.Tests.Node;

public sealed class VoteJournalTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("busbar-journal-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void N4_what_was_written_is_there_after_reopening()
    {
        var turns = new List<ulong>();
        var notarize = JournalSamples.OwnVote(1, VoteKind.Notarize);
        var finalize = JournalSamples.OwnVote(1, VoteKind.Finalize);
        var held = new JournalRecord.Held(JournalSamples.LargestCertificate(1));
        using (var journal = VoteJournal.Create(folder.FullName, JournalSamples.Identity, default, turns.Add))
        {
            Assert.Equal(1UL, journal.Turn);
            journal.Write([new JournalEntry(notarize, [1, 2, 3])]);
            journal.Write([new JournalEntry(held, null), new JournalEntry(finalize, null)]);
        }

        for (var turn = 2UL; turn < 5; turn++)
        {
            using var again = VoteJournal.TryOpen(
                folder.FullName, JournalSamples.Identity, turn - 1, default, turns.Add, out var reason);
            Assert.Null(reason);
            Assert.Equal(turn, again!.Turn);
            Assert.Equal(
                [notarize.Encode(), held.Encode(), finalize.Encode()], again.Records.Select(record => record.Encode()));
            Assert.Equal([1, 2, 3], Assert.Single(again.Blocks));
        }

        Assert.Equal([1UL, 2, 3, 4], turns);
        Assert.All(
            Directory.GetFiles(folder.FullName),
            file => Assert.Equal(NodeLimits.JournalTurnSizeBytes, new FileInfo(file).Length));
    }

    [Fact]
    public void N4_several_appends_share_one_sync_and_are_all_there_or_none()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        var before = disk.Operations;
        journal.Append([JournalSamples.Entry(1), JournalSamples.Entry(2, [2])]);
        journal.Append([JournalSamples.Entry(3)]);
        Assert.Equal(before, disk.Operations);
        Assert.Empty(JournalSamples.Views(JournalSamples.Open(disk.Copy())));

        journal.Sync();
        Assert.Equal(before + 2, disk.Operations);
        journal.Sync();
        journal.Write([]);
        Assert.Equal(before + 2, disk.Operations);
        Assert.Equal([1UL, 2, 3], JournalSamples.Views(JournalSamples.Open(disk.Copy())));
    }

    [Fact]
    public void N4_records_of_final_views_and_earlier_epochs_are_left_out()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        journal.Write([JournalSamples.Entry(7, [7]), JournalSamples.Entry(8, [8])]);
        journal.Write([JournalSamples.Entry(1, [1], epoch: 1), JournalSamples.Entry(2, epoch: 1)]);
        Assert.Equal([8UL, 1, 2], JournalSamples.Views(JournalSamples.Open(disk.Copy(), finalView: 7)));

        var later = VoteJournal.TryOpen(
            disk, JournalSamples.Identity, 1, new EpochView(1, 1), JournalSamples.Small, _ => { }, out _)!;
        Assert.Equal([2UL], JournalSamples.Views(later));
        Assert.Empty(later.Blocks);
    }

    [Fact]
    public void N4_a_file_past_its_size_is_turned_over_when_most_of_it_is_final()
    {
        var turns = new List<ulong>();
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk, turns.Add);
        var size = JournalSamples.Small.TurnSizeBytes;
        journal.Write([JournalSamples.Entry(1, new byte[800])]);
        journal.Write([JournalSamples.Entry(2, new byte[800])]);
        journal.Write([JournalSamples.EntryOfGroup(3, size - journal.UsedSizeBytes)]);
        Assert.Equal(size, journal.UsedSizeBytes);
        journal.Forget(0, 2);
        Assert.Equal(1UL, journal.Turn);

        // :: One group past the size, but more than half of it is not final.
        journal.Write([JournalSamples.Entry(4, new byte[800])]);
        journal.Write([JournalSamples.Entry(5, new byte[800])]);
        journal.Forget(0, 3);
        Assert.Equal(2UL, journal.Turn);
        journal.Forget(0, 2);
        Assert.Equal([1UL, 2], turns);
        Assert.Equal([4UL, 5], JournalSamples.Views(JournalSamples.Open(disk.Copy(), 2, 3)));

        journal.Write([JournalSamples.Entry(6, [6])]);
        var again = JournalSamples.Open(disk, 2, 3);
        Assert.Equal([4UL, 5, 6], JournalSamples.Views(again));
        Assert.Equal([6], again.Blocks[^1]);
    }

    [Fact]
    public void N4_a_file_that_is_half_live_is_not_turned_over()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        for (var view = 1UL; view <= 4; view++)
        {
            journal.Write([JournalSamples.Entry(view, new byte[800])]);
        }

        journal.Forget(0, 2);
        Assert.Equal(1UL, journal.Turn);
        journal.Forget(0, 3);
        Assert.Equal(2UL, journal.Turn);
    }

    [Fact]
    public void N4_a_turn_takes_what_was_appended_and_not_synced_along()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        for (var view = 1UL; view <= 3; view++)
        {
            journal.Write([JournalSamples.Entry(view, new byte[800])]);
        }

        journal.Append([JournalSamples.Entry(4)]);
        journal.Forget(0, 3);
        Assert.Equal(2UL, journal.Turn);
        journal.Sync();
        Assert.Equal([4UL], JournalSamples.Views(JournalSamples.Open(disk, 2, 3)));
    }

    [Fact]
    public void N4_a_group_holds_as_much_as_its_bounds_and_no_more()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        var most = Enumerable.Range(1, 8).Select(view => JournalSamples.Entry((ulong)view)).ToArray();
        journal.Write(most);
        Assert.Throws<ArgumentException>(() => journal.Write([.. most, JournalSamples.Entry(9)]));

        // :: An array head of 5 bytes is always kept free; entry and record take the rest.
        var largest = 1;
        while (Fits(largest + 1))
        {
            largest++;
        }

        Assert.InRange(largest, 900, 1_024 - 5);
        journal.Write([JournalSamples.Entry(9, new byte[largest])]);
        Assert.Throws<ArgumentException>(() => journal.Write([JournalSamples.Entry(10, new byte[largest + 1])]));
        journal.Write([JournalSamples.Entry(11)]);
        Assert.Equal(10, JournalSamples.Open(disk).Records.Count);

        static bool Fits(int size)
        {
            var probe = JournalSamples.Create(new SimulatedJournalFolder());
            try
            {
                probe.Append([JournalSamples.Entry(9, new byte[size])]);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    [Fact]
    public void N4_appends_that_do_not_fit_in_one_group_are_synced_in_two()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        journal.Append([JournalSamples.Entry(1, new byte[800])]);
        journal.Append([JournalSamples.Entry(2, new byte[800])]);
        Assert.Equal([1UL], JournalSamples.Views(JournalSamples.Open(disk.Copy())));
        journal.Sync();
        for (var view = 3UL; view < 12; view++)
        {
            journal.Append([JournalSamples.Entry(view)]);
        }

        journal.Sync();
        Assert.Equal(11, JournalSamples.Open(disk).Records.Count);
        Assert.Equal(4, JournalSamples.GroupsIn(disk[1]).Count);
    }

    [Fact]
    public void N4_a_journal_grows_to_its_bound_and_one_group_past_it_ends_it()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        var view = 1UL;
        journal.Write([JournalSamples.EntryOfGroup(view, 192)]);
        while (journal.UsedSizeBytes < JournalSamples.Small.MaxSizeBytes)
        {
            journal.Write([JournalSamples.EntryOfGroup(++view, 128)]);
        }

        Assert.Equal(JournalSamples.Small.MaxSizeBytes, journal.UsedSizeBytes);
        var error = Assert.Throws<IOException>(() => journal.Write([JournalSamples.Entry(view + 1)]));
        Assert.Contains("larger than 8192 bytes", error.Message, StringComparison.Ordinal);
        Assert.True(journal.IsBroken);
        Assert.Equal((int)view, JournalSamples.Open(disk).Records.Count);
    }

    [Fact]
    public void N4_after_an_error_of_the_disk_nothing_more_is_written()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        journal.Write([JournalSamples.Entry(1)]);
        disk.FailAt = disk.Operations + 2;
        Assert.Throws<IOException>(() => journal.Write([JournalSamples.Entry(2)]));
        disk.FailAt = int.MaxValue;
        Assert.True(journal.IsBroken);
        var operations = disk.Operations;
        Assert.Throws<IOException>(() => journal.Write([JournalSamples.Entry(3)]));
        Assert.Throws<IOException>(() => journal.Append([JournalSamples.Entry(3)]));
        Assert.Throws<IOException>(journal.Sync);
        journal.Forget(0, 1);
        Assert.Equal(operations, disk.Operations);
    }

    [Fact]
    public void N5_a_turn_that_cannot_be_told_is_not_voted_in()
    {
        var disk = new SimulatedJournalFolder();
        Assert.Throws<IOException>(() => JournalSamples.Create(disk, _ => throw new IOException("no room")));

        var told = 0;
        var journal = VoteJournal.TryOpen(
            disk,
            JournalSamples.Identity,
            0,
            default,
            JournalSamples.Small,
            _ => Assert.True(told++ == 0, "no room"),
            out _)!;
        for (var view = 1UL; view <= 3; view++)
        {
            journal.Write([JournalSamples.Entry(view, new byte[800])]);
        }

        Assert.ThrowsAny<Exception>(() => journal.Forget(0, 3));
        Assert.True(journal.IsBroken);
        Assert.Throws<IOException>(() => journal.Write([JournalSamples.Entry(4)]));
    }

    [Fact]
    public void N4_the_bounds_are_those_of_the_node()
    {
        Assert.Equal(NodeLimits.JournalTurnSizeBytes, JournalSizes.Default.TurnSizeBytes);
        Assert.Equal(NodeLimits.JournalSizeBytes, JournalSizes.Default.MaxSizeBytes);
        Assert.Equal(NodeLimits.JournalGroupSizeBytes, JournalSizes.Default.GroupSizeBytes);
        Assert.Equal(NodeLimits.JournalGroupEntries, JournalSizes.Default.GroupEntries);

        // :: Every block with its receipts fits, and so do the largest certificates of a full batch.
        Assert.True(NodeLimits.JournalGroupSizeBytes >= 3 * NodeLimits.BlockSizeBytes);
        var largest = new JournalRecord.Held(JournalSamples.LargestCertificate(1)).Encode().Length;
        Assert.InRange(largest, 12_000, 14_000);
    }
}
