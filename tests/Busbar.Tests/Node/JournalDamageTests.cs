using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Storage;
using Busbar.Simulation;

namespace Busbar.Tests.Node;

public sealed class JournalDamageTests
{
    [Fact]
    public void N4_a_group_torn_at_any_byte_is_dropped_whole_and_the_ones_before_it_stay()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        journal.Write([JournalSamples.Entry(1, [1, 2, 3])]);
        journal.Write([JournalSamples.Entry(2, new byte[100]), JournalSamples.Entry(3), JournalSamples.Entry(4)]);
        var whole = disk[1].ToArray();
        var (start, end) = JournalSamples.GroupsIn(whole)[1];
        for (var cut = start; cut < end; cut++)
        {
            var torn = disk.Copy();
            torn[1].AsSpan(cut).Clear();
            var isWhole = torn[1].AsSpan().SequenceEqual(whole);
            Assert.Equal(isWhole ? [1UL, 2, 3, 4] : [1UL], JournalSamples.Views(JournalSamples.Open(torn)));
        }
    }

    [Fact]
    public void N4_N5_any_flipped_bit_loses_the_last_group_at_the_most_and_no_other_ever()
    {
        var disk = new SimulatedJournalFolder();
        var first = JournalSamples.Create(disk);
        first.Write([JournalSamples.Entry(1, [1, 2, 3])]);
        first.Write([JournalSamples.Entry(2)]);
        var second = JournalSamples.Open(disk);
        second.Write([JournalSamples.Entry(3), JournalSamples.Entry(4, [4])]);
        second.Write([JournalSamples.Entry(5), JournalSamples.Entry(6)]);
        var groups = JournalSamples.GroupsIn(disk[0]);
        Assert.Equal(4, groups.Count);

        var (same, shorter, refused) = (0, 0, 0);
        for (var slot = 0; slot < 2; slot++)
        {
            for (var bit = 0; bit < disk[slot].Length * 8; bit++)
            {
                // :: No known turn: what is found must be found by the files alone.
                var flipped = disk.Copy();
                flipped[slot][bit / 8] ^= (byte)(1 << (bit % 8));
                var journal = JournalSamples.TryOpen(flipped, out _, knownTurn: 0);
                var isLast = slot == 0 && bit / 8 >= groups[3].Offset && bit / 8 < (groups[3].End + 15) / 16 * 16;
                var isFree = slot == 0
                    ? bit / 8 >= (groups[3].End + 15) / 16 * 16
                    : bit / 8 >= JournalHeader.SizeBytes;
                switch (isLast, isFree)
                {
                    case (true, _):
                        Assert.Equal([1UL, 2, 3, 4], JournalSamples.Views(journal!));
                        shorter++;
                        break;
                    case (_, true):
                        Assert.Equal([1UL, 2, 3, 4, 5, 6], JournalSamples.Views(journal!));
                        same++;
                        break;
                    default:
                        Assert.Null(journal);
                        refused++;
                        break;
                }
            }
        }

        Assert.True(same > 0 && shorter > 0 && refused > 2 * 8 * JournalHeader.SizeBytes);
    }

    [Fact]
    public void N5_a_group_that_is_missing_in_the_middle_refuses_to_vote()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        journal.Write([JournalSamples.Entry(1)]);
        journal.Write([JournalSamples.Entry(2)]);
        journal.Write([JournalSamples.Entry(3)]);
        var groups = JournalSamples.GroupsIn(disk[1]);
        var zeroed = disk.Copy();
        zeroed[1].AsSpan(groups[0].Offset, groups[1].Offset - groups[0].Offset).Clear();
        Assert.Contains("damaged before its end", JournalSamples.Refused(zeroed), StringComparison.Ordinal);

        // :: Groups that verify, but not in the order that they were written in.
        var moved = disk.Copy();
        disk[1].AsSpan(groups[1].Offset, groups[2].Offset - groups[1].Offset).CopyTo(moved[1].AsSpan(groups[0].Offset));
        Assert.Contains("damaged before its end", JournalSamples.Refused(moved), StringComparison.Ordinal);
    }

    [Fact]
    public void N5_a_file_that_was_cut_refuses_to_vote()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        journal.Write([JournalSamples.Entry(1)]);
        for (var size = JournalHeader.SizeBytes; size < disk[1].Length; size += 16)
        {
            var cut = disk.Copy();
            cut[1] = cut[1][..size];
            Assert.Contains("cut short", JournalSamples.Refused(cut), StringComparison.Ordinal);
        }

        var headless = disk.Copy();
        headless[1] = headless[1][..(JournalHeader.SizeBytes - 1)];
        Assert.Contains("damaged", JournalSamples.Refused(headless), StringComparison.Ordinal);
        headless[1] = [];
        Assert.Contains("missing", JournalSamples.Refused(headless), StringComparison.Ordinal);
    }

    [Fact]
    public void N5_a_missing_an_older_and_a_newer_journal_refuse_to_vote()
    {
        var disk = new SimulatedJournalFolder();
        Assert.Contains("missing", JournalSamples.Refused(disk), StringComparison.Ordinal);

        var journal = JournalSamples.Create(disk);
        Assert.Contains("turn 1, and 2 was begun", JournalSamples.Refused(disk.Copy(), 2), StringComparison.Ordinal);

        journal.Write([JournalSamples.Entry(4)]);
        var afterFinal = JournalSamples.Open(disk.Copy(), 1, 4);
        Assert.Empty(afterFinal.Records);
        _ = JournalSamples.Open(disk, 1, 3);
        Assert.Contains(
            "ledger is older than the vote journal", JournalSamples.Refused(disk, 2, 2), StringComparison.Ordinal);
        Assert.Equal([4UL], JournalSamples.Views(JournalSamples.Open(disk, 2, 3)));
    }

    [Fact]
    public void N5_a_journal_of_another_key_or_network_and_a_swapped_file_refuse_to_vote()
    {
        var disk = new SimulatedJournalFolder();
        _ = JournalSamples.Create(disk);
        foreach (var other in new[]
        {
            JournalIdentity.Of(DevelopmentKeys.Validator(1).PublicKey, Hash256.Sha256("a network"u8)),
            JournalIdentity.Of(DevelopmentKeys.Validator(0).PublicKey, Hash256.Sha256("another"u8)),
        })
        {
            Assert.Null(VoteJournal.TryOpen(
                disk.Copy(), other, 0, default, JournalSamples.Small, _ => { }, out var reason));
            Assert.Contains("of another key or network", reason, StringComparison.Ordinal);
        }

        var swapped = new SimulatedJournalFolder();
        swapped[0] = [.. disk[1]];
        Assert.Contains("header of one file in the other", JournalSamples.Refused(swapped), StringComparison.Ordinal);
        swapped[1] = [.. disk[1]];
        Assert.Contains("header of one file in the other", JournalSamples.Refused(swapped), StringComparison.Ordinal);
    }

    [Fact]
    public void N5_a_journal_is_not_made_over_another_one()
    {
        var disk = new SimulatedJournalFolder();
        _ = JournalSamples.Create(disk);
        Assert.Throws<NodeStartException>(() => JournalSamples.Create(disk));
    }
}
