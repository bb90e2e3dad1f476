using Busbar.Node;
using Busbar.Node.Storage;

namespace Busbar.Tests.Node;

public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("busbar-restart-");

    private LocalNetworkOptions Named => new() { Accounts = 3, DataFolder = Path.Combine(folder.FullName, "node") };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task N3_a_restart_has_the_same_state_and_gives_the_same_results()
    {
        byte[] transaction;
        Api.IntentInfo first;
        Hash256 root;
        await using (var network = await LocalNetwork.StartAsync(Named))
        {
            using var http = new HttpClient { BaseAddress = network.Api };
            transaction = TestPayments.SignedTransfer(network.Accounts[0], network.Accounts[1].Address, 42);
            first = await TestPayments.PayAsync(http, transaction);
            root = network.Nodes[0].Head.StateRoot;
        }

        await using var again = await LocalNetwork.StartAsync(Named);
        using var later = new HttpClient { BaseAddress = again.Api };
        Assert.True(again.Nodes[0].Head.Height >= first.Height);
        Assert.Equal(first, await TestPayments.PayAsync(later, transaction));
        Assert.NotEqual(Hash256.Zero, root);
        Assert.Equal(
            DevelopmentNetwork.StartBalance + new Amount(42),
            await TestPayments.BalanceAsync(later, again.Accounts[1].Address));
    }

    [Fact]
    public async Task N2_a_folder_in_use_is_refused_with_a_way_out()
    {
        await using var network = await LocalNetwork.StartAsync(Named);
        var error = await Assert.ThrowsAsync<NodeStartException>(() => LocalNetwork.StartAsync(Named));
        Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task N2_a_port_in_use_is_refused_and_leaves_the_folder_free()
    {
        await using var network = await LocalNetwork.StartAsync();
        var taken = Named with { Port = network.Api.Port };
        var error = await Assert.ThrowsAsync<NodeStartException>(() => LocalNetwork.StartAsync(taken));
        Assert.Contains("is in use", error.Message, StringComparison.Ordinal);
        await using var free = await LocalNetwork.StartAsync(Named);
    }

    [Fact]
    public async Task N2_a_newer_format_and_another_genesis_are_refused()
    {
        string path;
        await using (var network = await LocalNetwork.StartAsync(Named))
        {
            path = network.Nodes[0].DataFolder;
        }

        await File.WriteAllTextAsync(Path.Combine(path, "format"), "2\n", TestContext.Current.CancellationToken);
        var newer = await Assert.ThrowsAsync<NodeStartException>(() => LocalNetwork.StartAsync(Named));
        Assert.Contains("format 2", newer.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(path, "format"), "1\n", TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(path, "..", "genesis.json"));
        var other = await Assert.ThrowsAsync<NodeStartException>(
            () => LocalNetwork.StartAsync(Named with { Accounts = 4 }));
        Assert.Contains("holds the network with genesis", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task N5_C49_a_node_that_lost_its_journal_follows_and_a_second_loss_stops_the_network()
    {
        var paths = new List<string>();
        await using (var network = await LocalNetwork.StartAsync(Named))
        {
            paths.AddRange(network.Nodes.Select(node => node.DataFolder));
        }

        DeleteJournal(paths[0]);
        await using (var network = await LocalNetwork.StartAsync(Named))
        {
            Assert.False(network.Nodes[0].State.Votes);
            Assert.Contains(
                "must not vote under its key again", network.Nodes[0].WhyNotVoting, StringComparison.Ordinal);
            Assert.All(network.Nodes.Skip(1), node => Assert.True(node.State.Votes));
            using var http = new HttpClient { BaseAddress = network.Api };
            await TestPayments.PayAsync(
                http, TestPayments.SignedTransfer(network.Accounts[0], network.Accounts[1].Address, 1));
        }

        // A whole folder is lost: the mark beside it still says that the key has voted.
        Directory.Delete(paths[1], recursive: true);
        var error = await Assert.ThrowsAsync<NodeStartException>(() => LocalNetwork.StartAsync(Named));
        Assert.Contains("Too few of the 4 validators may vote", error.Message, StringComparison.Ordinal);
    }

    private static void DeleteJournal(string path)
    {
        File.Delete(Path.Combine(path, "votes-0.journal"));
        File.Delete(Path.Combine(path, "votes-1.journal"));
    }

    [Fact]
    public async Task N7_verify_agrees_with_the_node_and_finds_damage()
    {
        string path;
        await using (var network = await LocalNetwork.StartAsync(Named))
        {
            using var http = new HttpClient { BaseAddress = network.Api };
            for (var i = 0; i < 5; i++)
            {
                await TestPayments.PayAsync(
                    http, TestPayments.SignedTransfer(network.Accounts[0], network.Accounts[1].Address, 1));
            }

            path = network.Nodes[0].DataFolder;
        }

        ulong told = 0;
        var good = DataFolderVerifier.Verify(path, (height, _) => told = height, CancellationToken.None);
        Assert.Null(good.Fault);
        Assert.True(good.Conserved);
        Assert.True(good.Height >= 5);
        Assert.Equal(good.Height, told);

        DamageStoredBlock(path);
        var bad = DataFolderVerifier.Verify(path, null, CancellationToken.None);
        Assert.NotNull(bad.Fault);
        Assert.Equal(2UL, bad.Height);
    }

    private static void DamageStoredBlock(string path)
    {
        using var database = RocksDbSharp.RocksDb.Open(
            new RocksDbSharp.DbOptions(), Path.Combine(path, "ledger"), Families());
        var blocks = database.GetColumnFamily("blocks");
        byte[] key = [0, 0, 0, 0, 0, 0, 0, 3];
        Assert.Equal(DecodeError.Unset, StoredBlock.TryDecode(database.Get(key, blocks), out var block));
        var transaction = block!.Transactions[0].ToArray();
        transaction[^1] ^= 1;
        database.Put(key, (block with { Transactions = [transaction] }).Encode(), blocks);
    }

    private static RocksDbSharp.ColumnFamilies Families()
    {
        var families = new RocksDbSharp.ColumnFamilies();
        foreach (var name in new[] { "blocks", "state", "intents", "events", "parties", "handovers" })
        {
            families.Add(name, new RocksDbSharp.ColumnFamilyOptions());
        }

        return families;
    }
}
