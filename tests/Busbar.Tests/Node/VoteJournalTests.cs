using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Tests.Node;

public sealed class VoteJournalTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("busbar-journal-");
    private readonly PrivateKey key = DevelopmentKeys.Validator(0);

    private string JournalPath => Path.Combine(folder.FullName, "votes.journal");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void N4_what_was_written_is_there_after_reopening()
    {
        using (var journal = VoteJournal.Open(JournalPath, 0, 0))
        {
            Assert.Equal(1UL, journal.Boot);
            journal.Write(1, [Vote(VoteKind.Notarize, 1)], [1, 2, 3]);
            journal.Write(1, [Vote(VoteKind.Finalize, 1)], []);
        }

        using var again = VoteJournal.Open(JournalPath, 1, 0);
        Assert.Equal(2UL, again.Boot);
        Assert.Equal([Vote(VoteKind.Notarize, 1), Vote(VoteKind.Finalize, 1)], again.Votes);
        Assert.Equal([1, 2, 3], Assert.Single(again.Blocks));
    }

    [Fact]
    public void N4_votes_of_final_views_are_left_out_and_new_ones_go_over_them()
    {
        using (var journal = VoteJournal.Open(JournalPath, 0, 0))
        {
            journal.Write(1, [Vote(VoteKind.Notarize, 1)], new byte[500]);
            journal.Write(1, [Vote(VoteKind.Finalize, 1)], []);
            journal.Reset();
            journal.Write(2, [Vote(VoteKind.Notarize, 2)], [9]);
        }

        using var again = VoteJournal.Open(JournalPath, 1, 1);
        Assert.Equal([Vote(VoteKind.Notarize, 2)], again.Votes);
        Assert.Equal([9], Assert.Single(again.Blocks));
    }

    [Fact]
    public void N4_a_record_torn_at_any_byte_is_dropped_and_the_ones_before_it_stay()
    {
        long end;
        using (var journal = VoteJournal.Open(JournalPath, 0, 0))
        {
            journal.Write(1, [Vote(VoteKind.Notarize, 1)], [1, 2, 3]);
            end = LastNonZeroByte();
            journal.Write(1, [Vote(VoteKind.Finalize, 1)], []);
        }

        var whole = File.ReadAllBytes(JournalPath);
        var last = Array.FindLastIndex(whole, b => b != 0);
        Assert.True(last > end);
        for (var cut = (int)end + 1; cut <= last; cut++)
        {
            using (var file = File.OpenWrite(JournalPath))
            {
                file.Position = end;
                file.Write(whole.AsSpan((int)end, cut - (int)end));
                file.Write(new byte[last + 1 - cut]);
            }

            using var again = VoteJournal.Open(JournalPath, 1, 0);
            Assert.Equal([Vote(VoteKind.Notarize, 1)], again.Votes);
        }
    }

    [Fact]
    public void N5_a_flipped_bit_before_the_tail_refuses_to_vote()
    {
        using (var journal = VoteJournal.Open(JournalPath, 0, 0))
        {
            journal.Write(1, [Vote(VoteKind.Notarize, 1)], [1, 2, 3]);
            journal.Write(1, [Vote(VoteKind.Finalize, 1)], []);
        }

        var bytes = File.ReadAllBytes(JournalPath);
        bytes[160] ^= 1;
        File.WriteAllBytes(JournalPath, bytes);
        var error = Assert.Throws<NodeStartException>(() => VoteJournal.Open(JournalPath, 1, 0));
        Assert.Contains("corrupt before its tail", error.Message, StringComparison.Ordinal);
        Assert.Contains("new validator key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void N5_a_missing_a_cut_and_an_older_journal_refuse_to_vote()
    {
        Assert.Contains(
            "missing",
            Assert.Throws<NodeStartException>(() => VoteJournal.Open(JournalPath, 3, 0)).Message,
            StringComparison.Ordinal);

        VoteJournal.Open(JournalPath, 0, 0).Dispose();
        Assert.Contains(
            "older than the stored ledger",
            Assert.Throws<NodeStartException>(() => VoteJournal.Open(JournalPath, 5, 0)).Message,
            StringComparison.Ordinal);

        using (var file = File.OpenWrite(JournalPath))
        {
            file.SetLength(1_000);
        }

        Assert.Contains(
            "cut short",
            Assert.Throws<NodeStartException>(() => VoteJournal.Open(JournalPath, 1, 0)).Message,
            StringComparison.Ordinal);
    }

    private long LastNonZeroByte()
    {
        using var file = new FileStream(JournalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Array.FindLastIndex(bytes, b => b != 0);
    }

    private JournalRecord.OwnVote Vote(VoteKind kind, ulong view)
    {
        var vote = new Vote(kind, 0, view, view - 1, Hash256.Sha256([(byte)view]));
        return new JournalRecord.OwnVote(new SignedVote(vote, key.Sign(vote.SigningHash(NetworkId.Development))));
    }
}
