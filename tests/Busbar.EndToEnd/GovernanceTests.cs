using Busbar.Api;
using Busbar.Client;
using Busbar.Processes;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.EndToEnd;

[Collection(Cluster.Collection)]
public sealed class GovernanceTests(FollowedCluster network) : IClassFixture<FollowedCluster>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_vote_counts_once_and_only_with_the_key_of_a_validator()
    {
        var cluster = network.Cluster;
        var node = cluster.Nodes[0];
        var api = node.Api.ToString();
        string[] proposal = ["--remove", cluster.KeyOf(3), "--json", "--api", api];

        // :: Somebody with money and no seat; somebody without either.
        var account = folder.File("account.json");
        var stranger = folder.File("stranger.json");
        (await BusbarProcess.RunAsync(
            Secret(0), ["key", "new", "--import", "--out", account])).ExitsWith(0);
        (await BusbarProcess.RunAsync("key", "new", "--kind", "ed25519", "--out", stranger)).ExitsWith(0);
        var noSeat = await BusbarProcess.RunAsync(["vote", "--key", account, .. proposal]);
        Assert.Equal("NotAValidator", noSeat.ExitsWith(1).Json.GetProperty("result").GetString());
        var noMoney = await BusbarProcess.RunAsync(["vote", "--key", stranger, .. proposal]);
        Assert.Equal("FeeNotPayable", noMoney.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Empty((await node.GovernanceAsync()).Ballots);

        var first = await BusbarProcess.RunAsync(["vote", "--key", node.Config.KeyPath, .. proposal]);
        Assert.Equal("Ok", first.ExitsWith(0).Json.GetProperty("result").GetString());
        var again = await BusbarProcess.RunAsync(["vote", "--key", node.Config.KeyPath, .. proposal]);
        Assert.Equal("VoteAlreadyCast", again.ExitsWith(1).Json.GetProperty("result").GetString());

        var governance = await node.GovernanceAsync();
        var ballot = Assert.Single(governance.Ballots);
        Assert.Equal("remove " + cluster.KeyOf(3), ballot.Proposal);
        Assert.Equal([0], ballot.Voters);
        Assert.Equal((0UL, 1UL, 3UL), (governance.Epoch, governance.ProtocolVersion, governance.Quorum));
        Assert.Null(governance.UpgradeHeight);
        Assert.True(governance.View > 0);
        Assert.Equal(
            Enumerable.Range(0, 4).Select(cluster.KeyOf), governance.Validators.Select(validator => validator.Key));
    }

    [Fact]
    public async Task A_payment_through_a_node_that_only_follows_is_pending_or_notarized_until_it_is_final_everywhere()
    {
        var (cluster, follower) = (network.Cluster, network.Follower);
        Assert.False(follower.Votes);
        var info = await follower.Client.GetNetworkAsync();
        using var key = DevelopmentKeys.Account(0);
        var wallet = new Wallet(key, info);
        var seen = new HashSet<string>();

        // A node may hear of notarization and finality at once, so it takes some payments to see one in between.
        for (var payment = 0; payment < 10 || (!seen.Contains("notarized") && payment < 200); payment++)
        {
            var intent = wallet.NewIntent();
            var transfer = new Operation.Transfer(
                Address.Parse(info.FeeAsset), key.Address, new Amount(1), Hash256.Zero);
            var said = await follower.Client.SubmitAsync(wallet.Sign(intent, transfer), TimeSpan.Zero);
            seen.Add(said.Status);
            await foreach (var next in follower.Client.FollowIntentAsync(intent, key.Address))
            {
                said = next;
                seen.Add(said.Status);
            }

            Assert.Equal("final", said.Status);

            foreach (var node in cluster.Nodes)
            {
                var there = await AwaitFinalAsync(node, intent);
                Assert.Equal((said.Height, said.Index, said.Result), (there.Height, there.Index, there.Result));
            }
        }

        Assert.Equal(["final", "notarized", "pending"], seen.Order(StringComparer.Ordinal));
        Assert.Equal(4, (await follower.GovernanceAsync()).Validators.Count);
    }

    private static async Task<IntentInfo> AwaitFinalAsync(ClusterNode node, IntentId intent)
    {
        IntentInfo? info = null;
        await Cluster.UntilAsync($"node {node.Index} has the payment final", async () =>
        {
            try
            {
                info = await node.Client.GetIntentAsync(intent, null, TimeSpan.FromSeconds(5));
                Assert.Contains(info.Status, (string[])["pending", "notarized", "final"]);
                return info.Status == "final" ? null : info.Status;
            }
            catch (BusbarException unknown) when (unknown.Code == "IntentUnknown")
            {
                return unknown.Message;
            }
        });
        return info!;
    }

    [Theory]
    [InlineData("--remove", "ed25519:0x12")]
    [InlineData("--replace", "ed25519:0x12")]
    [InlineData("--upgrade", "2")]
    [InlineData("--upgrade", "2@5", "--upgrade", "2@6")]
    [InlineData]
    public async Task A_vote_without_one_well_formed_proposal_is_wrong_usage(params string[] options) =>
        (await BusbarProcess.RunAsync(["vote", "--key", "key.json", .. options])).ExitsWith(2);

    private static string Secret(int account)
    {
        using var key = DevelopmentKeys.Account(account);
        var secret = new byte[Busbar.Keys.PrivateKey.SecretSizeBytes];
        key.ExportSecret(secret);
        return Hex.Format(secret);
    }
}
