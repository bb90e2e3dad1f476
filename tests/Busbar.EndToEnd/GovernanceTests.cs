using Busbar.EndToEnd.Processes;
using Busbar.Node;

namespace Busbar.EndToEnd;

[Collection(Cluster.Collection)]
public sealed class GovernanceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_vote_counts_once_and_only_with_the_key_of_a_validator()
    {
        await using var cluster = await Cluster.CreateAsync(folder);
        await cluster.StartAllAsync();
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
