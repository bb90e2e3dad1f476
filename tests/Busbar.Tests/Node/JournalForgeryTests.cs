using System.Buffers.Binary;
using System.IO.Hashing;
using Busbar.Simulation;

namespace Busbar.Tests.Node;

public sealed class JournalForgeryTests
{
    private const int FrameSizeBytes = 48;

    [Fact]
    public void N4_records_that_a_sender_put_into_a_transaction_are_not_votes()
    {
        // :: Wherever the block comes to stand in the file, one of the forgeries stands where a group may begin.
        for (var shift = 0; shift < 16; shift++)
        {
            var disk = new SimulatedJournalFolder();
            var journal = JournalSamples.Create(disk);
            journal.Write([JournalSamples.Entry(1)]);
            journal.Write([JournalSamples.Entry(2, Forgeries(shift))]);

            // :: The frame before them is torn: the search for a later group goes over all of them.
            var torn = disk.Copy();
            torn[1].AsSpan(JournalSamples.GroupsIn(torn[1])[1].Offset, FrameSizeBytes).Clear();
            Assert.Equal([1UL], JournalSamples.Views(JournalSamples.Open(torn)));
        }
    }

    [Fact]
    public void N4_what_an_earlier_turn_left_in_the_file_is_not_read()
    {
        var disk = new SimulatedJournalFolder();
        var journal = JournalSamples.Create(disk);
        for (var view = 1UL; view <= 8; view++)
        {
            journal.Write([JournalSamples.Entry(view, [(byte)view])]);
        }

        _ = JournalSamples.Open(disk, 1, 8);
        var third = JournalSamples.Open(disk, 2, 8);
        Assert.Equal(3UL, third.Turn);
        third.Write([JournalSamples.Entry(9, [9])]);

        // :: Every old group is still there, whole, where a group of this turn would follow.
        Assert.Equal(8, JournalSamples.GroupsIn(disk[1]).Count);
        var torn = disk.Copy();
        torn[1].AsSpan(JournalSamples.GroupsIn(disk[1])[0].Offset, FrameSizeBytes).Clear();
        Assert.Empty(JournalSamples.Open(torn, 3, 8).Records);
        var again = JournalSamples.Open(disk, 3, 8);
        Assert.Equal([9UL], JournalSamples.Views(again));
        Assert.Equal([9], Assert.Single(again.Blocks));
    }

    private static byte[] Forgeries(int shift)
    {
        var block = new byte[880];
        for (var offset = shift; offset + FrameSizeBytes <= block.Length; offset += FrameSizeBytes)
        {
            // :: Everything is right but the salt, which nobody outside can know.
            var frame = block.AsSpan(offset, FrameSizeBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(frame, 0xB0_5B_A2_02);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[24..], ulong.MaxValue);
            var crc = new Crc64();
            crc.Append(new byte[sizeof(ulong)]);
            crc.Append(frame[..32]);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[32..], crc.GetCurrentHashAsUInt64());
            BinaryPrimitives.WriteUInt32LittleEndian(
                frame[40..], Crc32.HashToUInt32([.. new byte[sizeof(ulong)], .. frame[..32]]));
        }

        return block;
    }
}
