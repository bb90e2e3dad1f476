using Busbar.Processes;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Config;

namespace Busbar.EndToEnd;

public sealed class GenesisTests : IDisposable
{
    private const string Account = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF";
    private const string Other = "0x6813Eb9362372EEF6200f3b1dbC3f819671cBA69";

    private readonly TemporaryFolder folder = new();

    private string Out => folder.File("network");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_development_network_of_four_has_a_key_and_a_configuration_for_each_node()
    {
        var made = (await RunAsync("--validators", "4", "--accounts", "3", "--out", Out, "--json")).ExitsWith(0).Json;
        var genesis = GenesisFile.Read(Path.Combine(Out, "genesis.json"));
        var dollar = Assert.Single(genesis.Assets);

        Assert.Equal("genesis", made.GetProperty("kind").GetString());
        Assert.Equal(genesis.Digest().ToString(), made.GetProperty("digest").GetString());
        Assert.Equal(NetworkId.Development, genesis.Network);
        Assert.Equal(DevelopmentNetwork.Dollar, dollar.Address);
        Assert.Equal(4, genesis.Validators.Count);
        Assert.Equal(7, genesis.Balances.Count);
        Assert.Equal(DevelopmentNetwork.StartBalance, BalanceOf(genesis, DevelopmentKeys.Account(2).Address));
        for (var index = 0; index < 4; index++)
        {
            var node = made.GetProperty("nodes")[index];
            var config = NodeConfigFile.Read(Path.Combine(Out, $"node-{index}", "node.json"));
            var validator = genesis.Validators[index];
            Assert.Equal(Path.Combine(Out, "genesis.json"), config.GenesisPath);
            Assert.Equal(Path.Combine(Out, $"node-{index}", "data"), config.DataFolder);
            Assert.Equal($"127.0.0.1:{8402 + index}", config.Api.ToString());
            Assert.Equal($"127.0.0.1:{9402 + index}", config.Peer.ToString());
            Assert.Equal(
                genesis.Validators.Where(key => !key.Equals(validator)), config.Peers.Select(peer => peer.Key));
            Assert.Equal(
                Enumerable.Range(9_402, 4).Where(port => port != 9_402 + index),
                config.Peers.Select(peer => peer.Port));
            Assert.Equal(new Amount(1_000_000_000_000), BalanceOf(genesis, validator.Address));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(config.KeyPath));
            Assert.Equal(config.KeyPath, node.GetProperty("key").GetString());
            Assert.Equal($"http://127.0.0.1:{8402 + index}", node.GetProperty("api").GetString());

            var shown = (await BusbarProcess.RunAsync("key", "show", config.KeyPath, "--json")).ExitsWith(0).Json;
            Assert.Equal(Hex.Format(validator.Bytes), shown.GetProperty("publicKey").GetString());
            Assert.Equal("ed25519", shown.GetProperty("keyKind").GetString());
            Assert.False(shown.GetProperty("encrypted").GetBoolean());
        }
    }

    [Fact]
    public async Task Another_network_funds_the_accounts_that_it_is_told_and_says_that_keys_are_in_the_clear()
    {
        var made = await RunAsync(
            "--validators",
            "1",
            "--network",
            "eip155:31337",
            "--fund",
            Account + "=5000",
            "--fund",
            Other + "=0.000000001",
            "--api-port",
            "7000",
            "--peer-port",
            "7001",
            "--out",
            Out);

        Assert.Contains("not encrypted", made.ExitsWith(0).Errors, StringComparison.Ordinal);
        var genesis = GenesisFile.Read(Path.Combine(Out, "genesis.json"));
        Assert.Contains(genesis.Digest().ToString(), made.Output, StringComparison.Ordinal);
        Assert.Equal(new NetworkId(31_337), genesis.Network);
        Assert.NotEqual(DevelopmentNetwork.Dollar, genesis.Assets[0].Address);
        Assert.Equal(genesis.Assets[0].Address, genesis.Tariff.FeeAssets[0].Asset);
        Assert.Equal(new NetworkParameters(), genesis.Parameters);
        Assert.Equal(3, genesis.Balances.Count);
        Assert.Equal(new Amount(5_000_000_000_000), BalanceOf(genesis, Address.Parse(Account)));
        Assert.Equal(new Amount(1), BalanceOf(genesis, Address.Parse(Other)));
        Assert.Empty(NodeConfigFile.Read(Path.Combine(Out, "node-0", "node.json")).Peers);
    }

    [Fact]
    public async Task A_genesis_and_its_keys_are_never_replaced()
    {
        (await RunAsync("--validators", "2", "--out", Out)).ExitsWith(0);
        var before = Contents();

        var second = await RunAsync("--validators", "2", "--out", Out, "--json");
        Assert.Equal("GenesisExists", second.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Equal(before, Contents());

        File.Delete(Path.Combine(Out, "genesis.json"));
        var third = await RunAsync("--validators", "2", "--out", Out, "--json");
        Assert.Equal("KeyFileExists", third.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.False(File.Exists(Path.Combine(Out, "genesis.json")));
    }

    [Theory]
    [InlineData("account has money", "--network", "eip155:31337")]
    [InlineData("public", "--network", "eip155:31337", "--accounts", "1", "--fund", Account + "=1")]
    [InlineData("twice", "--fund", Account + "=1", "--fund", Account + "=2")]
    [InlineData("not 4 ports", "--api-port", "65533")]
    [InlineData("not all different", "--api-port", "9000", "--peer-port", "9003")]
    public async Task A_plan_that_cannot_be_is_refused_before_anything_is_written(string says, params string[] options)
    {
        var refused = await RunAsync(["--validators", "4", "--out", Out, "--json", .. options]);

        Assert.Equal("WrongUsage", refused.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Contains(says, refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task Money_for_a_key_that_everybody_has_or_for_no_account_is_refused()
    {
        var known = await RunAsync(
            "--validators",
            "1",
            "--out",
            Out,
            "--json",
            "--network",
            "eip155:31337",
            "--fund",
            DevelopmentKeys.Account(5).Address + "=1");
        Assert.Contains("is public", known.ExitsWith(1).Errors, StringComparison.Ordinal);

        var reserved = await RunAsync("--validators", "1", "--out", Out, "--json", "--fund", Address.Zero + "=1");
        Assert.Equal("GenesisInvalid", reserved.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.False(Directory.Exists(Out));
    }

    [Theory]
    [InlineData("--validators", "0")]
    [InlineData("--validators", "201")]
    [InlineData("--validators", "1", "--accounts", "10001")]
    [InlineData("--validators", "1", "--network", "31337")]
    [InlineData("--validators", "1", "--fund", Account)]
    [InlineData("--validators", "1", "--fund", Account + "=0")]
    [InlineData("--validators", "1", "--fund", "0x12=1")]
    [InlineData("--validators", "1", "--api-port", "0")]
    [InlineData("--accounts", "1")]
    public async Task Wrong_usage_is_exit_code_2(params string[] options)
    {
        (await RunAsync(["--out", Out, .. options])).ExitsWith(2);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public async Task The_largest_network_is_made()
    {
        (await RunAsync("--validators", "200", "--out", Out)).ExitsWith(0);
        Assert.Equal(199, NodeConfigFile.Read(Path.Combine(Out, "node-199", "node.json")).Peers.Count);
    }

    private static Task<Finished> RunAsync(params string[] options) => BusbarProcess.RunAsync(["genesis", .. options]);

    private static Amount BalanceOf(Genesis genesis, Address account) =>
        genesis.Balances.Single(balance => balance.Account == account).Amount;

    private SortedDictionary<string, string> Contents() => new(
        Directory.GetFiles(Out, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllText));
}
