using Busbar.Ledger;
using Busbar.Node;

namespace Busbar.Tests.Node;

public sealed class DataFolderVerifierTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Genesis genesis = TestFolder.QuietGenesis();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task N7_a_flipped_byte_anywhere_in_the_stored_log_is_found()
    {
        await MakeAsync();
        var log = Directory.GetFiles(Path.Combine(folder["a"], "ledger"), "*.log")
            .MaxBy(file => new FileInfo(file).Length);
        var whole = File.ReadAllBytes(log!);
        Assert.True(whole.Length > 1_000);
        for (var sample = 0; sample < 24; sample++)
        {
            var damaged = whole.ToArray();
            damaged[sample * whole.Length / 24] ^= 0x10;
            File.WriteAllBytes(log!, damaged);
            Assert.NotNull(FaultOf("a"));
        }

        File.WriteAllBytes(log!, whole);
        Assert.Null(FaultOf("a"));
    }

    [Fact]
    public void N7_a_folder_of_something_else_is_refused_and_left_as_it_was()
    {
        Directory.CreateDirectory(folder["other"]);
        File.WriteAllText(Path.Combine(folder["other"], "diary.txt"), "mine");
        Assert.Contains("not the data folder", FaultOf("other"), StringComparison.Ordinal);
        Assert.Contains("not the data folder", FaultOf("nowhere"), StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(folder["other"]));
    }

    private string? FaultOf(string name)
    {
        try
        {
            return DataFolderVerifier.Verify(folder[name], null, TestContext.Current.CancellationToken).Fault;
        }
        catch (NodeStartException error)
        {
            return error.Message;
        }
    }

    private async Task<Busbar.Node.Hosting.NodeHead> MakeAsync()
    {
        await using var node = await folder.StartAsync("a", genesis);
        using var http = new HttpClient { BaseAddress = node.Api };
        for (var payment = 1UL; payment <= 3; payment++)
        {
            await TestPayments.PayAsync(http, TestPayments.SignedTransfer(
                DevelopmentKeys.Account(0), DevelopmentKeys.Account(1).Address, payment));
        }

        return node.Head;
    }
}
