using System.Text.Json;
using Busbar.Client;
using Busbar.Processes;
using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.EndToEnd;

public sealed class ChannelTests : IDisposable
{
    private static readonly TimeSpan FinalWait = TimeSpan.FromSeconds(20);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_payee_sees_its_channel_and_closes_it_at_once()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0");
        var (payer, payee) = (network.Account(0), network.Account(1));
        var before = await network.BalanceAsync(payer);
        var (channel, openingFee) = await OpenAsync(network, Address.Parse(payee));

        var listed = await ListAsync(network, payee, "payee");
        var shown = (await BusbarProcess.RunAsync("channel", "show", channel, "--json", "--api", network.Api))
            .ExitsWith(0).Json;
        var closed = await CloseAsync(network, channel, account: 1);

        Assert.Equal(shown.GetRawText(), Assert.Single(listed).GetRawText());
        Assert.Equal(
            [
                "kind", "channel", "payer", "payee", "asset", "depositAtomic", "claimedAtomic", "graceMs", "status",
                "withdrawableUptimeMs",
            ],
            shown.EnumerateObject().Select(property => property.Name));
        Assert.Equal("open", shown.GetProperty("status").GetString());
        Assert.Equal(payer, shown.GetProperty("payer").GetString());
        Assert.Equal("close", closed.ExitsWith(0).Json.GetProperty("action").GetString());
        Assert.Empty(await ListAsync(network, payee, "payee"));
        Assert.Equal(before - openingFee, await network.BalanceAsync(payer));
    }

    [Fact]
    public async Task A_payer_requests_to_close_and_takes_the_rest_when_the_grace_is_over()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0");
        var (channel, _) = await OpenAsync(network, Address.Parse(network.Account(1)));

        var requested = await CloseAsync(network, channel, account: 0);
        var early = await CloseAsync(network, channel, account: 0);
        Finished withdrawn;
        do
        {
            // The grace runs on the network's uptime: only time itself can end it, and the loop asks until it has.
            await Task.Delay(1_000, TestContext.Current.CancellationToken);
            withdrawn = await CloseAsync(network, channel, account: 0);
        }
        while (withdrawn.ExitCode != 0 && withdrawn.Output.Contains("GraceNotOver", StringComparison.Ordinal));
        var gone = await BusbarProcess.RunAsync("channel", "show", channel, "--json", "--api", network.Api);

        Assert.Equal("requestClose", requested.ExitsWith(0).Json.GetProperty("action").GetString());
        Assert.Equal("GraceNotOver", early.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Equal("withdraw", withdrawn.ExitsWith(0).Json.GetProperty("action").GetString());
        Assert.Equal("ChannelUnknown", gone.ExitsWith(1).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Somebody_else_can_close_nothing()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0");
        var (channel, _) = await OpenAsync(network, Address.Parse(network.Account(1)));

        var refused = await CloseAsync(network, channel, account: 2);

        Assert.Equal("NotAParty", refused.ExitsWith(1).Json.GetProperty("code").GetString());
    }

    private Task<Finished> CloseAsync(RunningNetwork network, string channel, int account) => BusbarProcess.RunAsync(
        "channel", "close", channel, "--key", network.WriteKey(folder, account), "--json", "--api", network.Api);

    private static async Task<JsonElement[]> ListAsync(RunningNetwork network, string account, string role)
    {
        var list = (await BusbarProcess.RunAsync(
            "channel", "list", "--account", account, "--role", role, "--json", "--api", network.Api)).ExitsWith(0);
        return [.. list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>Opens a channel of one dollar from the first account, with a grace period of eight seconds.</summary>
    private static async Task<(string Channel, UInt128 Fee)> OpenAsync(RunningNetwork network, Address payee)
    {
        using var client = new BusbarClient(new Uri(network.Api));
        var info = await client.GetNetworkAsync(TestContext.Current.CancellationToken);
        var secret = new byte[PrivateKey.SecretSizeBytes];
        Assert.True(Hex.TryParse(
            network.Ready.GetProperty("accounts")[0].GetProperty("privateKey").GetString(), secret.AsSpan()));
        using var key = PrivateKey.Create(KeyKind.Secp256k1, secret);
        var open = new Operation.OpenChannel(
            payee, key.PublicKey, Address.Parse(info.FeeAsset), new Amount(1_000_000_000), GraceMs: 8_000, null);
        var wallet = new Wallet(key, info);
        var signed = wallet.Sign(wallet.NewIntent(), open);
        var result = await client.SubmitAsync(signed, FinalWait, TestContext.Current.CancellationToken);
        Assert.Equal("Ok", result.Result);
        Assert.True(Amount.TryParseAtomic(result.FeeAtomic, out var fee));
        return (signed.Transaction.ChannelIdAt(0).ToString(), fee.Atomic);
    }
}
