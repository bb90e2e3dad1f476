using Busbar.Keys;
using Busbar.Node;

namespace Busbar.Tests.Node;

public sealed class GenesisFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("busbar-genesis-");

    private string FilePath => Path.Combine(folder.FullName, "genesis.json");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void N1_a_written_genesis_reads_back_the_same()
    {
        var genesis = DevelopmentNetwork.CreateGenesis(5, 1, new UnixTime(1_700_000_000_000));
        GenesisFile.Write(FilePath, genesis);
        Assert.Equal(genesis.Digest(), GenesisFile.Read(FilePath).Digest());
    }

    [Theory]
    [InlineData("\"formatVersion\": 1", "\"formatVersion\": 2", "has format 2")]
    [InlineData("\"digest\": \"0x", "\"digest\": \"0y", "another digest")]
    [InlineData("\"genesis\": \"", "\"genesis\": \"!", "base64")]
    [InlineData("\"genesis\": \"", "\"genesis\": \"AAAA", "not valid")]
    [InlineData("{", "", "not the JSON")]
    public void N1_a_damaged_or_newer_file_is_refused_with_its_reason(string old, string changed, string reason)
    {
        GenesisFile.Write(FilePath, DevelopmentNetwork.CreateGenesis(1, 1, new UnixTime(1_700_000_000_000)));
        var text = File.ReadAllText(FilePath);
        Assert.Contains(old, text, StringComparison.Ordinal);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        File.WriteAllText(FilePath, string.Concat(text.AsSpan(0, at), changed, text.AsSpan(at + old.Length)));
        var error = Assert.Throws<NodeStartException>(() => GenesisFile.Read(FilePath));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task N6_a_development_validator_on_another_network_is_refused()
    {
        var genesis = DevelopmentNetwork.CreateGenesis(1, 1, new UnixTime(1_700_000_000_000)) with
        {
            Network = new NetworkId(7),
        };
        var options = new NodeOptions
        {
            Genesis = genesis,
            ValidatorKey = DevelopmentKeys.Validator(0),
            DataFolder = Path.Combine(folder.FullName, "node"),
        };
        var error = await Assert.ThrowsAsync<NodeStartException>(
            () => NodeHost.StartAsync(options, TestContext.Current.CancellationToken));
        Assert.Contains("development key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C48_a_node_whose_key_is_outside_the_validator_set_follows()
    {
        using var stranger = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("stranger"u8).ToArray());
        var options = new NodeOptions
        {
            Genesis = DevelopmentNetwork.CreateGenesis(1, 1, new UnixTime(1_700_000_000_000)),
            ValidatorKey = stranger,
            DataFolder = Path.Combine(folder.FullName, "node"),
        };
        await using var node = await NodeHost.StartAsync(options, TestContext.Current.CancellationToken);
        Assert.False(node.State.Votes);
        Assert.False(node.IsReady);
        using var other = PrivateKey.Create(KeyKind.P256, Hash256.Sha256("stranger"u8).ToArray());
        await Assert.ThrowsAsync<NodeStartException>(
            () => NodeHost.StartAsync(options with { ValidatorKey = other }, TestContext.Current.CancellationToken));
    }
}
