using System.Buffers.Binary;
using System.IO.Hashing;
using Busbar.Node.Storage;

namespace Busbar.Tests.Node;

public sealed class JournalForgeryTests : IDisposable
{
    private const int FrameSizeBytes = 32;

    private readonly TestFolder folder = new();

    public JournalForgeryTests() => Directory.CreateDirectory(folder["a"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void N4_records_that_a_sender_put_into_a_transaction_are_not_votes()
    {
        var path = Path.Combine(folder["a"], "votes.journal");
        using (var journal = VoteJournal.Open(path, 0, 0))
        {
            // :: Whatever follows the frame's place in a block, one of these stands where a record may begin.
            journal.Write(1, [], Forgeries());
            journal.Reset();
            journal.Write(2, [], [1]);
        }

        using var again = VoteJournal.Open(path, 1, 1);
        Assert.Equal([1], Assert.Single(again.Blocks));
        Assert.Empty(again.Votes);
    }

    private static byte[] Forgeries()
    {
        var block = new byte[64 * 1024];
        for (var offset = 0; offset + FrameSizeBytes <= block.Length; offset += FrameSizeBytes + 1)
        {
            var frame = block.AsSpan(offset, FrameSizeBytes);
            BinaryPrimitives.WriteUInt32LittleEndian(frame, 0xB0_5B_A2_01);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[8..], ulong.MaxValue);
            var crc = new Crc64();
            crc.Append(new byte[sizeof(ulong)]);
            crc.Append(frame[4..24]);
            BinaryPrimitives.WriteUInt64LittleEndian(frame[24..], crc.GetCurrentHashAsUInt64());
        }

        return block;
    }
}
