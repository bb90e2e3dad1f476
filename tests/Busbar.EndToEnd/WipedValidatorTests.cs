using Busbar.Client;
using Busbar.Processes;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.EndToEnd;

[Collection(Cluster.Collection)]
public sealed class WipedValidatorTests : IDisposable
{
    private const int Wiped = 1;
    private const int Other = 2;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_validator_that_lost_its_folder_follows_until_its_key_is_replaced()
    {
        await using var cluster = await Cluster.CreateAsync(folder);
        await cluster.StartAllAsync();
        await using var load = await PaymentLoad.StartAsync(cluster, payers: 2, pauseMs: 50);
        await load.MoreAsync(30, "before");
        var wiped = cluster.Nodes[Wiped];
        await wiped.KillAsync();
        wiped.Wipe();

        // :: It follows, and does not vote: without a second one nothing becomes final, with that one it does.
        await wiped.StartAsync();
        Assert.False(wiped.Votes);
        Assert.Contains(
            "new validator key", wiped.Ready.GetProperty("reason").GetString(), StringComparison.Ordinal);
        await Cluster.ReadyAsync(wiped);
        await load.StopAsync();
        await load.AssertBooksAsync(cluster.Nodes, "after the folder was lost");
        await AssertPaysAsync(wiped, cluster, accountIndex: 5);

        await AssertStandsStillWithoutAsync(cluster, Other);
        await cluster.Nodes[Other].StartAsync();
        await AssertPaysAsync(cluster.Nodes[Other], cluster, accountIndex: 6);

        // :: The three others give its seat to a new key, and a new folder goes with that: it votes again.
        var oldKey = cluster.KeyOf(Wiped);
        var newKey = await NewKeyAsync(cluster, wiped);
        foreach (var voter in cluster.Nodes.Where(node => node != wiped))
        {
            var vote = await BusbarProcess.RunAsync(
                "vote",
                "--key",
                voter.Config.KeyPath,
                "--replace",
                oldKey + "=" + newKey,
                "--json",
                "--api",
                voter.Api.ToString());
            Assert.Equal("final", vote.ExitsWith(0).Json.GetProperty("status").GetString());
        }

        await wiped.StopAsync();
        wiped.Wipe();
        await wiped.StartAsync();
        Assert.Equal(newKey, wiped.Ready.GetProperty("key").GetString());

        // :: Ready is a few blocks behind at most, and the epoch ended a few blocks ago.
        await Cluster.ReadyAsync(wiped);
        await Cluster.UntilAsync(
            "the new epoch is known", async () => (await wiped.GovernanceAsync()).Epoch == 1 ? null : "it is not");
        var governance = await wiped.GovernanceAsync();
        Assert.Contains(governance.Validators, validator => validator.Key == newKey);
        Assert.DoesNotContain(governance.Validators, validator => validator.Key == oldKey);
        await cluster.Nodes[Other].KillAsync();
        await AssertPaysAsync(cluster.Nodes[0], cluster, accountIndex: 7);
        await AssertPaysAsync(wiped, cluster, accountIndex: 8);
        await cluster.StartAllAsync();
        await cluster.AssertSameBlocksAsync("in the end");
    }

    // A new account's payment through this node is final here, and soon at every other that runs.
    private static async Task AssertPaysAsync(ClusterNode node, Cluster cluster, int accountIndex)
    {
        var network = await node.Client.GetNetworkAsync();
        using var key = DevelopmentKeys.Account(accountIndex);
        var wallet = new Wallet(key, network);
        var transfer = new Operation.Transfer(
            Address.Parse(network.FeeAsset), key.Address, new Amount(1), Hash256.Zero);
        var info = await node.Client.SubmitUntilFinalAsync(
            wallet.Sign(wallet.NewIntent(), transfer), TimeSpan.FromSeconds(30));
        Assert.Equal("Ok", info.Result);
        foreach (var other in cluster.Up)
        {
            await Cluster.ReachesAsync(other, info.Height!.Value);
            Assert.Equal(
                (await node.Client.GetAccountAsync(key.Address)).Balances.Single().Atomic,
                (await other.Client.GetAccountAsync(key.Address)).Balances.Single().Atomic);
        }
    }

    private static async Task AssertStandsStillWithoutAsync(Cluster cluster, int index)
    {
        await cluster.Nodes[index].KillAsync();

        // What a quorum had voted for before may still become final.
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var before = await Task.WhenAll(cluster.Up.Select(node => node.HeightAsync()));

        // Three heartbeats: with a quorum even an idle network would make three blocks.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        Assert.Equal(before, await Task.WhenAll(cluster.Up.Select(node => node.HeightAsync())));
    }

    private static async Task<string> NewKeyAsync(Cluster cluster, ClusterNode node)
    {
        var path = Path.Combine(cluster.Folder, "new-key.json");
        var made = await BusbarProcess.RunAsync("key", "new", "--kind", "ed25519", "--out", path, "--json");
        node.Configure(config => config with { KeyPath = path });
        return "ed25519:" + made.ExitsWith(0).Json.GetProperty("publicKey").GetString();
    }
}
