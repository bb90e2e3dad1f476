using Busbar.Processes;

namespace Busbar.EndToEnd;

/// <summary>The commands of mandates: grant, pay by one, show, revoke.</summary>
public sealed class MandateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_key_with_a_mandate_pays_for_the_account_until_it_is_revoked()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0", "--data", folder.File("network"));
        var (owner, device) = (network.WriteKey(folder, 0), folder.File("device.json"));
        var signer = (await BusbarProcess.RunAsync("key", "new", "--out", device, "--json")).ExitsWith(0).Json
            .GetProperty("address").GetString()!;
        string[] api = ["--json", "--api", network.Api];
        var granted = await BusbarProcess.RunAsync(
            ["mandate", "grant", "--key", owner, "--signer", signer, "--allow", "openChannel", "transfer",
                "--payee", network.Account(1), "--total", "2", "--window", "1", .. api]);
        Assert.Equal("Ok", granted.ExitsWith(0).Json.GetProperty("result").GetString());

        var before = await network.BalanceAsync(network.Account(1));
        string[] pay = ["pay", "--key", device, "--account", network.Account(0), .. api];
        (await BusbarProcess.RunAsync([.. pay, "--to", network.Account(1), "--amount", "0.25"])).ExitsWith(0);
        Assert.Equal(before + 250_000_000, await network.BalanceAsync(network.Account(1)));
        var beyond = await BusbarProcess.RunAsync([.. pay, "--to", network.Account(1), "--amount", "0.9"]);
        Assert.Equal("MandateLimitPassed", beyond.ExitsWith(1).Json.GetProperty("result").GetString());
        var elsewhere = await BusbarProcess.RunAsync([.. pay, "--to", network.Account(2), "--amount", "0.1"]);
        Assert.Equal("PayeeNotAllowed", elsewhere.ExitsWith(1).Json.GetProperty("result").GetString());

        string[] show = ["mandate", "show", "--account", network.Account(0)];
        var shown = (await BusbarProcess.RunAsync([.. show, .. api])).ExitsWith(0).Json;
        Assert.Equal(signer, shown.GetProperty("signer").GetString());
        Assert.True(shown.GetProperty("alive").GetBoolean());
        Assert.Equal("250030000", shown.GetProperty("limits")[0].GetProperty("spentAtomic").GetString());
        var words = (await BusbarProcess.RunAsync([.. show, "--signer", signer, "--api", network.Api])).ExitsWith(0);
        Assert.Contains("transfer openChannel", words.Output, StringComparison.Ordinal);

        (await BusbarProcess.RunAsync(["mandate", "revoke", "--key", owner, "--signer", signer, .. api])).ExitsWith(0);
        var late = await BusbarProcess.RunAsync([.. pay, "--to", network.Account(1), "--amount", "0.1"]);
        Assert.Equal("SignerNotAuthorised", late.ExitsWith(1).Json.GetProperty("code").GetString());
        var gone = await BusbarProcess.RunAsync([.. show, "--signer", signer, .. api]);
        Assert.Equal("MandateUnknown", gone.ExitsWith(1).Json.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("castVote", "1")]
    [InlineData("nothing", "1")]
    [InlineData("transfer", null)]
    public async Task A_grant_that_allows_a_vote_or_nothing_or_has_no_limit_is_wrong_usage(string allow, string? total)
    {
        string[] limit = total is null ? [] : ["--total", total];
        (await BusbarProcess.RunAsync(
            ["mandate", "grant", "--key", folder.File("key.json"), "--signer",
                "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF", "--allow", allow, .. limit])).ExitsWith(2);
    }
}
