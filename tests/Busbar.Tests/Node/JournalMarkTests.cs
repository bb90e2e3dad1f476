using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Storage;

namespace Busbar.Tests.Node;

public sealed class JournalMarkTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string mark;
    private readonly string data;

    public JournalMarkTests()
    {
        Directory.CreateDirectory(folder["keys"]);
        Directory.CreateDirectory(folder["data"]);
        mark = JournalMark.PathBeside(Path.Combine(folder["keys"], "validator.json"));
        data = folder["data"];
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void N5_the_first_use_of_a_key_makes_a_journal_and_the_mark_rises_with_every_turn()
    {
        for (var turn = 1UL; turn < 4; turn++)
        {
            ulong told = 0;
            using var journal = Open(out var reason, storedTurn: turn - 1, tell: began => told = began);
            Assert.Null(reason);
            Assert.Equal(turn, journal!.Turn);
            Assert.Equal(turn, told);
            Assert.True(JournalMark.TryRead(mark, JournalSamples.Identity, out var marked, out _));
            Assert.Equal(turn, marked);
        }
    }

    [Fact]
    public void N5_a_data_folder_that_was_wiped_refuses_to_vote()
    {
        Open(out _)!.Dispose();
        Directory.Delete(data, recursive: true);
        Directory.CreateDirectory(data);
        Assert.Null(Open(out var reason));
        Assert.Contains("missing", reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(data));
    }

    [Fact]
    public void N5_a_data_folder_that_was_restored_from_an_earlier_copy_refuses_to_vote()
    {
        Open(out _)!.Dispose();
        foreach (var file in Directory.GetFiles(data))
        {
            File.Copy(file, Path.Combine(folder["keys"], Path.GetFileName(file)));
        }

        using (var journal = Open(out _))
        {
            journal!.Write([JournalSamples.Entry(1)]);
        }

        Directory.Delete(data, recursive: true);
        Directory.CreateDirectory(data);
        File.Copy(Path.Combine(folder["keys"], "votes-1.journal"), Path.Combine(data, "votes-1.journal"));
        Assert.Null(Open(out var reason, storedTurn: 1));
        Assert.Contains("turn 1, and 2 was begun", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void N5_a_mark_that_was_lost_is_made_up_for_by_the_store_and_by_the_journal()
    {
        Open(out _)!.Dispose();
        File.Delete(mark);
        Open(out _)!.Dispose();
        Assert.True(JournalMark.TryRead(mark, JournalSamples.Identity, out var marked, out _));
        Assert.Equal(2UL, marked);

        File.Delete(mark);
        Assert.Null(Open(out var reason, storedTurn: 3));
        Assert.Contains("turn 2, and 3 was begun", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void N5_a_mark_of_an_earlier_turn_than_the_journal_is_a_crash_and_no_reason()
    {
        Open(out _)!.Dispose();
        var earlier = File.ReadAllBytes(mark);
        Open(out _)!.Dispose();
        File.WriteAllBytes(mark, earlier);
        using var journal = Open(out var reason);
        Assert.Null(reason);
        Assert.Equal(3UL, journal!.Turn);
    }

    [Fact]
    public void N5_a_mark_of_another_key_or_network_is_an_error()
    {
        JournalMark.Write(mark, JournalIdentity.Of(DevelopmentKeys.Validator(1).PublicKey, Hash256.Zero), 1);
        var error = Assert.Throws<NodeStartException>(() => Open(out _));
        Assert.Contains("of another key or network", error.Message, StringComparison.Ordinal);
        Assert.Contains(mark, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void N5_a_mark_that_cannot_be_read_refuses_to_vote()
    {
        Open(out _)!.Dispose();
        var whole = File.ReadAllText(mark);
        string[] damaged =
        [
            "",
            "{}",
            "null",
            "[1]",
            "{\"version\":1}",
            whole.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal),
            whole.Replace("\"turn\": 1", "\"turn\": 0", StringComparison.Ordinal),
            whole.Replace("\"turn\": 1", "\"turn\": -1", StringComparison.Ordinal),
            whole.Replace("\"turn\"", "\"more\": 1, \"turn\"", StringComparison.Ordinal),
            whole.Replace("\"checksum\": \"", "\"checksum\": \"0", StringComparison.Ordinal),
            whole.Replace("\"checksum\": \"", "\"checksum\": \"\\ud800", StringComparison.Ordinal),
            new string(' ', 5_000) + whole,
        ];
        foreach (var text in damaged)
        {
            Assert.NotEqual(whole, text);
            File.WriteAllText(mark, text);
            Assert.Null(Open(out var reason));
            Assert.Contains("it cannot be read", reason, StringComparison.Ordinal);
        }

        File.WriteAllBytes(mark, [.. File.ReadAllBytes(mark), 0xFF]);
        Assert.False(JournalMark.TryRead(mark, JournalSamples.Identity, out _, out _));
        for (var cut = 0; cut < whole.Length - 1; cut++)
        {
            File.WriteAllText(mark, whole[..cut]);
            Assert.False(JournalMark.TryRead(mark, JournalSamples.Identity, out _, out _));
        }

        File.WriteAllText(mark, whole);
        using var journal = Open(out _);
        Assert.NotNull(journal);
    }

    [Fact]
    public void N5_a_mark_as_large_as_one_may_be_is_read_and_one_byte_more_is_not()
    {
        JournalMark.Write(mark, JournalSamples.Identity, 7);
        var text = File.ReadAllText(mark);
        File.WriteAllText(mark, text + new string(' ', 4_096 - text.Length));
        Assert.True(JournalMark.TryRead(mark, JournalSamples.Identity, out var turn, out _));
        Assert.Equal(7UL, turn);
        File.AppendAllText(mark, " ");
        Assert.False(JournalMark.TryRead(mark, JournalSamples.Identity, out _, out _));
    }

    private VoteJournal? Open(out string? reason, ulong storedTurn = 0, Action<ulong>? tell = null) =>
        VoteJournal.TryOpenOrCreate(
            data, mark, JournalSamples.Identity, storedTurn, default, tell ?? (_ => { }), out reason);
}
