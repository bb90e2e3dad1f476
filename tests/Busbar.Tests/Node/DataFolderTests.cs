using Busbar.Ledger;
using Busbar.Node;

namespace Busbar.Tests.Node;

public sealed class DataFolderTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Genesis genesis = TestFolder.QuietGenesis();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task N2_N7_a_folder_that_a_node_has_is_not_verified_and_free_again_when_it_stops()
    {
        await using (await folder.StartAsync("a", genesis))
        {
            Assert.Throws<NodeStartException>(
                () => DataFolderVerifier.Verify(folder["a"], null, TestContext.Current.CancellationToken));
        }

        await using var again = await folder.StartAsync("a", genesis);
    }

    [Fact]
    public async Task N2_a_folder_of_another_genesis_is_refused()
    {
        await StartAndStopAsync();
        await RefusedAsync(genesis with { Time = new UnixTime(genesis.Time.Ms + 1) }, "holds the network with genesis");
    }

    [Fact]
    public async Task N2_a_first_start_that_was_cut_before_the_ledger_was_made_starts_again()
    {
        Directory.CreateDirectory(folder["a"]);
        GenesisFile.Write(Path.Combine(folder["a"], "genesis.json"), genesis);
        File.WriteAllText(Path.Combine(folder["a"], "format.new"), string.Empty);
        await StartAndStopAsync();
    }

    private async Task StartAndStopAsync() => await (await folder.StartAsync("a", genesis)).DisposeAsync();

    private async Task RefusedAsync(Genesis wanted, string says)
    {
        var error = await Assert.ThrowsAsync<NodeStartException>(() => folder.StartAsync("a", wanted));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
