using System.Security.Cryptography;
using Busbar.Processes;
using Busbar.Keys;
using Busbar.Node;

namespace Busbar.EndToEnd;

public sealed class DevelopmentKeyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_development_key_signs_nothing_on_another_network()
    {
        await using var node = await StartOtherNetworkAsync();
        var file = folder.File("development.json");
        var secret = new byte[PrivateKey.SecretSizeBytes];
        DevelopmentKeys.Account(0).ExportSecret(secret);
        await BusbarProcess.RunAsync(Hex.Format(secret) + "\n", ["key", "new", "--import", "--out", file]);

        var payment = await BusbarProcess.RunAsync(
            "pay",
            "--key",
            file,
            "--to",
            DevelopmentKeys.Account(1).Address.ToString(),
            "--amount",
            "1",
            "--json",
            "--api",
            node.Api.ToString());

        Assert.Equal("DevelopmentKeyRefused", payment.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Contains("busbar key new", payment.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_runs_on_no_other_network()
    {
        await using var node = await StartOtherNetworkAsync();

        var demo = await BusbarProcess.RunAsync("demo", "--json", "--api", node.Api.ToString());

        Assert.Equal("NotADevelopmentNetwork", demo.ExitsWith(1).Json.GetProperty("code").GetString());
    }

    private async Task<NodeHost> StartOtherNetworkAsync()
    {
        var validator = PrivateKey.Create(
            KeyKind.Ed25519, RandomNumberGenerator.GetBytes(PrivateKey.SecretSizeBytes));
        var now = new UnixTime((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var genesis = DevelopmentNetwork.CreateGenesis(accounts: 2, validators: 1, now) with
        {
            Network = new NetworkId(31_337),
            Validators = [validator.PublicKey],
        };
        var options = new NodeOptions
        {
            Genesis = genesis,
            ValidatorKey = validator,
            DataFolder = folder.File("other"),
        };
        return await NodeHost.StartAsync(options, TestContext.Current.CancellationToken);
    }
}
