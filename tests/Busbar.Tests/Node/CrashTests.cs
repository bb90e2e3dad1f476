using Busbar.Api;
using Busbar.Ledger;
using Busbar.Node;

namespace Busbar.Tests.Node;

/// <summary>What a node knows after a cut at each place between two syncs.</summary>
public sealed class CrashTests : IDisposable
{
    private static readonly string[] JournalFiles = ["votes-0.journal", "votes-1.journal"];

    private const string Ledger = "ledger";

    private readonly TestFolder folder = new();
    private readonly Genesis genesis = TestFolder.QuietGenesis();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task N4_a_block_that_was_voted_for_is_final_after_a_cut_before_its_batch()
    {
        var second = await CutAfterJournalAsync();
        await using var node = await folder.StartAsync("cut", genesis);
        using var http = new HttpClient { BaseAddress = node.Api };
        Assert.Equal(second, await FindAsync(http, second.Intent));
        Assert.Equal(second.Height, node.Head.Height);
    }

    [Fact]
    public async Task N4_a_cut_between_the_two_votes_of_a_block_makes_the_same_block_final()
    {
        var second = await CutAfterJournalAsync();

        // :: The last group is the vote to finalize: without its last byte it is torn.
        Tear("cut", 2, groups => groups[^1].End - 1);
        await using var node = await folder.StartAsync("cut", genesis);
        using var http = new HttpClient { BaseAddress = node.Api };
        Assert.Equal(second, await FindAsync(http, second.Intent));
    }

    [Fact]
    public async Task N4_a_block_whose_first_vote_was_torn_was_never_seen_and_can_be_paid_again()
    {
        var second = await CutAfterJournalAsync();
        Tear("cut", 2, groups => groups[0].End - 1);
        await using var node = await folder.StartAsync("cut", genesis);
        using var http = new HttpClient { BaseAddress = node.Api };
        var again = await TestPayments.PayAsync(http, Payment(3));
        Assert.Equal(second.Height, again.Height);
    }

    [Fact]
    public async Task N5_C49_a_ledger_that_went_back_in_time_refuses_to_vote()
    {
        await PayAndStopAsync("a", Payment(1));
        folder.Copy("a", "old", Ledger);
        await PayAndStopAsync("a", Payment(2));
        await PayAndStopAsync("a", Payment(3));
        folder.Copy("a", "old", "genesis.json");
        CopyJournal("old");
        await using (var old = await folder.StartAsync("old", genesis))
        {
            Assert.Contains("ledger is older than the vote journal", old.WhyNotVoting, StringComparison.Ordinal);
            Assert.False(old.State.Votes);
        }

        Directory.Delete(Path.Combine(folder["a"], Ledger), recursive: true);
        await using var emptied = await folder.StartAsync("a", genesis);
        Assert.False(emptied.State.Votes);
    }

    [Fact]
    public async Task N3_N4_a_copy_taken_at_any_moment_starts_and_holds_what_was_final()
    {
        await using var node = await folder.StartAsync("a", genesis);
        using var http = new HttpClient { BaseAddress = node.Api };
        using var enough = new CancellationTokenSource();
        var paying = PayUntilAsync(http, enough.Token);
        var finals = new List<IntentInfo>();
        for (var copy = 0; copy < 4; copy++)
        {
            finals.Add(await TestPayments.PayAsync(http, Payment((ulong)copy + 1)));
            folder.Copy("a", $"copy-{copy}", "genesis.json");
            CopyJournal($"copy-{copy}");
            folder.Copy("a", $"copy-{copy}", Ledger);
        }

        await enough.CancelAsync();
        Assert.True(await paying > 0);
        for (var copy = 0; copy < 4; copy++)
        {
            await using var restarted = await folder.StartAsync($"copy-{copy}", genesis);
            using var other = new HttpClient { BaseAddress = restarted.Api };
            foreach (var final in finals.Take(copy + 1))
            {
                Assert.Equal(final, await FindAsync(other, final.Intent));
            }
        }
    }

    private static byte[] Payment(ulong atomic) =>
        TestPayments.SignedTransfer(DevelopmentKeys.Account(0), DevelopmentKeys.Account(1).Address, atomic);

    private static async Task<int> PayUntilAsync(HttpClient http, CancellationToken enough)
    {
        var paid = 0;
        for (; !enough.IsCancellationRequested; paid++)
        {
            await TestPayments.PayAsync(
                http, TestPayments.SignedTransfer(DevelopmentKeys.Account(2), DevelopmentKeys.Account(3).Address, 1));
        }

        return paid;
    }

    private static async Task<IntentInfo> FindAsync(HttpClient http, string intent)
    {
        using var response = await http.GetAsync(
            new Uri($"/v1/intents/{intent}?waitMs=5000", UriKind.Relative), TestContext.Current.CancellationToken);
        return await TestPayments.ReadAsync(response, ApiJson.Default.IntentInfo);
    }

    private void CopyJournal(string to)
    {
        foreach (var file in JournalFiles.Where(file => File.Exists(Path.Combine(folder["a"], file))))
        {
            folder.Copy("a", to, file);
        }
    }

    /// <summary>Zeros the file of a turn from a byte on.</summary>
    private void Tear(string name, int turn, Func<List<(int Offset, int End)>, int> from)
    {
        var path = Path.Combine(folder[name], JournalFiles[turn % 2]);
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(from(JournalSamples.GroupsIn(bytes))).Clear();
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Leaves the folder "cut" as a power cut would between a block's votes and its batch.</summary>
    private async Task<IntentInfo> CutAfterJournalAsync()
    {
        await PayAndStopAsync("a", Payment(1));
        folder.Copy("a", "cut", Ledger);
        folder.Copy("a", "cut", "genesis.json");
        var (second, _) = await PayAndStopAsync("a", Payment(2));
        CopyJournal("cut");
        return second;
    }

    private async Task<(IntentInfo Final, Busbar.Node.Hosting.NodeHead Head)> PayAndStopAsync(
        string name, byte[] payment)
    {
        await using var node = await folder.StartAsync(name, genesis);
        using var http = new HttpClient { BaseAddress = node.Api };
        return (await TestPayments.PayAsync(http, payment), node.Head);
    }
}
