using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Config;
using Busbar.Node.Hosting;
using Busbar.Node.Peers;
using Busbar.Proofs;

namespace Busbar.Tests.Node;

public sealed class NodeConfigTests : IDisposable
{
    private const string Whole =
        """
        {
          "version": 1,
          "genesis": "../genesis.json",
          "key": "key.json",
          "dataFolder": "data",
          "api": { "address": "127.0.0.1", "port": 8402 },
          "peer": { "address": "::", "port": 9402 },
          "peers": [ { "key": "KEY", "host": "b.example", "port": 9403 } ],
          "retentionBlocks": 0,
          "pace": { "leaderTimeoutMs": 600, "advanceTimeoutMs": 900, "retryMs": 600, "standstillMs": 3000 }
        }
        """;

    private static readonly string Key =
        "ed25519:" + Hex.Format(DevelopmentKeys.Validator(1).PublicKey.Bytes);

    private readonly TestFolder folder = new();
    private readonly string path;

    public NodeConfigTests()
    {
        Directory.CreateDirectory(folder["node-0"]);
        path = Path.Combine(folder["node-0"], "node.json");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void N8_a_file_is_read_with_paths_relative_to_it()
    {
        var config = Read(Whole);
        Assert.Equal(folder["genesis.json"], config.GenesisPath);
        Assert.Equal(Path.Combine(folder["node-0"], "key.json"), config.KeyPath);
        Assert.Equal(Path.Combine(folder["node-0"], "data"), config.DataFolder);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8402), config.Api);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 9402), config.Peer);
        Assert.Equal(
            new PeerEndpoint(DevelopmentKeys.Validator(1).PublicKey, "b.example", 9403), Assert.Single(config.Peers));
        Assert.Equal(0UL, config.RetentionBlocks);
        Assert.Equal(new Pace(), config.Pace);
    }

    [Fact]
    public void N8_what_is_written_is_read_again_and_absolute_paths_stay()
    {
        var config = Read(Whole.Replace("\"data\"", "\"/var/lib/busbar\"", StringComparison.Ordinal));
        Assert.Equal(Path.GetFullPath("/var/lib/busbar"), config.DataFolder);
        foreach (var written in new[] { config, config with { Pace = null, RetentionBlocks = ulong.MaxValue } })
        {
            NodeConfigFile.Write(path, written);
            var read = NodeConfigFile.Read(path);
            Assert.Equal(written.Peers, read.Peers);
            Assert.Equal(written with { Peers = read.Peers }, read);
        }

        Assert.Contains("\"genesis\": \"../genesis.json\"", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("genesis")]
    [InlineData("key")]
    [InlineData("dataFolder")]
    [InlineData("api")]
    [InlineData("api.address")]
    [InlineData("api.port")]
    [InlineData("peer")]
    [InlineData("peers")]
    [InlineData("peers[0].key")]
    [InlineData("peers[0].host")]
    [InlineData("peers[0].port")]
    [InlineData("retentionBlocks")]
    [InlineData("pace.leaderTimeoutMs")]
    [InlineData("pace.advanceTimeoutMs")]
    [InlineData("pace.retryMs")]
    [InlineData("pace.standstillMs")]
    public void N8_a_property_that_is_missing_null_or_of_another_kind_is_named(string property)
    {
        Refused(Changed(property, null), $"\"{property}\" is missing");
        Refused(Changed(property, "null"), $"\"{property}\" must be");
        Refused(Changed(property, "true"), $"\"{property}\" must be");
        var other = property is "api" or "peer" or "peers" || property.EndsWith("Ms", StringComparison.Ordinal)
            || property is "version" or "retentionBlocks" || property.EndsWith("port", StringComparison.Ordinal)
                ? "\"1\""
                : "1";
        Refused(Changed(property, other), $"\"{property}\" must be");
    }

    [Theory]
    [InlineData("mode")]
    [InlineData("Version")]
    [InlineData("api.tls")]
    [InlineData("peers[0].weight")]
    [InlineData("pace.growth")]
    public void N8_a_property_that_is_unknown_is_named(string property) =>
        Refused(Changed(property, "1"), $"\"{property}\" is unknown; known are ");

    [Theory]
    [InlineData("api.port", "0", "65535", "-1", "65536", "0 to 65535")]
    [InlineData("peer.port", "0", "65535", "-1", "65536", "0 to 65535")]
    [InlineData("peers[0].port", "1", "65535", "0", "65536", "1 to 65535")]
    [InlineData("retentionBlocks", "0", "18446744073709551615", "-1", "18446744073709551616", "0 to 1844674407")]
    [InlineData("pace.leaderTimeoutMs", "1", "899", "0", "3600001", "1 to 3600000")]
    [InlineData("pace.advanceTimeoutMs", "601", "3600000", "1.5", "3600001", "1 to 3600000")]
    [InlineData("pace.retryMs", "1", "3600000", "1e-1", "3600001", "1 to 3600000")]
    [InlineData("pace.standstillMs", "1", "3600000", "0", "3600001", "1 to 3600000")]
    public void N8_numbers_are_taken_at_their_bounds_and_not_past_them(
        string property, string least, string most, string below, string above, string says)
    {
        Read(Changed(property, least));
        Read(Changed(property, most));
        Refused(Changed(property, below), $"\"{property}\" must be a whole number from {says}");
        Refused(Changed(property, above), $"\"{property}\" must be a whole number from {says}");
    }

    [Theory]
    [InlineData("version", "0", "\"version\" must be")]
    [InlineData("version", "2", "version 2, and this release reads up to 1")]
    [InlineData("pace.advanceTimeoutMs", "600", "must be more than leaderTimeoutMs, 600")]
    [InlineData("api.address", "\"localhost\"", "must be an IP address")]
    [InlineData("api.address", "\"127.1\"", "must be an IP address")]
    [InlineData("peers[0].host", "\"a b\"", "must be a host name or an IP address")]
    [InlineData("peers[0].host", "\"http://b.example\"", "must be a host name or an IP address")]
    [InlineData("peers[0].host", "\"\"", "must be a text of 1 to 253 characters")]
    [InlineData("key", "\"a\\u0000b\"", "must be a text of 1 to 4096 characters")]
    [InlineData("peers[0].key", "\"ed25519:0x12\"", "64 hexadecimal digits")]
    [InlineData("peers[0]", "7", "\"peers[0]\" must be an object")]
    public void N8_a_value_that_cannot_be_is_refused_with_what_is_allowed(string property, string value, string says) =>
        Refused(Changed(property, value), says);

    [Fact]
    public void N8_a_validator_is_named_once_and_by_its_own_kind_of_key()
    {
        var peer = $$"""{ "key": "{{Key}}", "host": "c.example", "port": 1 }""";
        Refused(Changed("peers", $"[{peer}, {peer}]"), "\"peers[1].key\" is the key of an earlier peer too");
        Refused(
            Changed("peers[0].key", '"' + Key.Replace("ed25519", "p256", StringComparison.Ordinal) + '"'),
            "must be an Ed25519 key");
        Refused(Changed("peers[0].key", $"\"ed25519:{Key[10..]}\""), "must be an Ed25519 key");
    }

    [Fact]
    public void N8_there_are_as_many_peers_as_a_set_has_validators_and_no_more()
    {
        var peers = Enumerable.Range(0, ValidatorSet.MaxCount + 1).Select(index =>
        {
            var secret = new byte[32];
            secret[0] = (byte)index;
            secret[1] = 1;
            var key = PrivateKey.Create(KeyKind.Ed25519, secret).PublicKey;
            return $$"""{ "key": "ed25519:{{Hex.Format(key.Bytes)}}", "host": "127.0.0.1", "port": 1 }""";
        }).ToArray();
        Assert.Equal(200, Read(Changed("peers", $"[{string.Join(',', peers.Take(200))}]")).Peers.Count);
        Refused(Changed("peers", $"[{string.Join(',', peers)}]"), "must be an array of at most 200 objects");
        Assert.Empty(Read(Changed("peers", "[]")).Peers);
    }

    [Fact]
    public void N8_a_file_and_its_texts_may_be_as_long_as_their_bounds()
    {
        var whole = Whole.Replace("KEY", Key, StringComparison.Ordinal);
        Read(whole + new string(' ', NodeLimits.ConfigSizeBytes - Encoding.UTF8.GetByteCount(whole)));
        Refused(
            whole + new string(' ', NodeLimits.ConfigSizeBytes + 1 - Encoding.UTF8.GetByteCount(whole)),
            "is larger than");
        Read(Changed("key", '"' + new string('k', NodeLimits.ConfigPathLength) + '"'));
        Refused(Changed("key", '"' + new string('k', NodeLimits.ConfigPathLength + 1) + '"'), "1 to 4096 characters");
        var host = string.Join('.', Enumerable.Repeat(new string('h', 62), 4)) + ".h";
        Assert.Equal(NodeLimits.HostNameLength, host.Length);
        Read(Changed("peers[0].host", '"' + host + '"'));
        Refused(Changed("peers[0].host", '"' + host + "h\""), "1 to 253 characters");
    }

    [Fact]
    public void N8_garbage_of_any_kind_is_refused_with_the_name_of_the_file()
    {
        Assert.Contains(
            "There is no node configuration at",
            Assert.Throws<NodeStartException>(() => NodeConfigFile.Read(path)).Message,
            StringComparison.Ordinal);
        foreach (var text in (string[])
            ["", " ", "null", "[]", "7", "\"x\"", "{", "{}", "{\"version\":1}", "\0\0", "// c\n{}", "{\"version\":1,}"])
        {
            Refused(text, path);
        }

        var whole = Whole.Replace("KEY", Key, StringComparison.Ordinal);
        for (var cut = 0; cut < whole.Length; cut++)
        {
            Refused(whole[..cut], path);
        }

        Refused(whole + "{}", "is not JSON");
        Refused(whole.Replace("\"version\"", "\"version\": 1, \"version\"", StringComparison.Ordinal), "version");

        Refused(Changed("key", "\"KEY\"").Replace("KEY", "\\ud800", StringComparison.Ordinal), "is not JSON");
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(whole);
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(path, bytes);
            try
            {
                NodeConfigFile.Read(path);
            }
            catch (NodeStartException error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>The whole file with one property changed, added, or, for null, left out.</summary>
    private static string Changed(string property, string? value)
    {
        var root = JsonNode.Parse(Whole.Replace("KEY", Key, StringComparison.Ordinal))!.AsObject();
        var node = root;
        var parts = property.Split('.');
        foreach (var part in parts.SkipLast(1))
        {
            node = (part == "peers[0]" ? root["peers"]![0]! : node[part]!).AsObject();
        }

        if (parts[^1] == "peers[0]")
        {
            root["peers"]![0] = JsonNode.Parse(value!);
        }
        else if (value is null)
        {
            Assert.True(node.Remove(parts[^1]));
        }
        else
        {
            node[parts[^1]] = JsonNode.Parse(value);
        }

        return root.ToJsonString();
    }

    private NodeConfig Read(string text)
    {
        File.WriteAllText(path, text.Replace("KEY", Key, StringComparison.Ordinal));
        return NodeConfigFile.Read(path);
    }

    private void Refused(string text, string says)
    {
        File.WriteAllText(path, text);
        var error = Assert.Throws<NodeStartException>(() => NodeConfigFile.Read(path));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }
}
