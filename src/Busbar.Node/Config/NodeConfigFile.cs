using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Busbar.Keys;
using Busbar.Node.Hosting;
using Busbar.Node.Peers;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Node.Config;

/// <summary>
/// The file that `busbar node` is started with: JSON, read strictly. Paths in it are relative to the file, so that its
/// folder can be moved. spec/api.md#N-8.
/// </summary>
public static class NodeConfigFile
{
    /// <summary>The version that this software writes and reads.</summary>
    public const int FormatVersion = 1;

    private const string KeyPrefix = "ed25519:0x";

    /// <summary>Reads a file and checks all of it, but not whether the files that it names exist.</summary>
    /// <exception cref="NodeStartException">
    /// It is missing, too large, no JSON, or wrong in a property that the message names.
    /// </exception>
    public static NodeConfig Read(string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new NodeStartException($"There is no node configuration at {full}.");
        }

        if (new FileInfo(full).Length > NodeLimits.ConfigSizeBytes)
        {
            throw new NodeStartException(
                $"The node configuration {full} is larger than {NodeLimits.ConfigSizeBytes} bytes.");
        }

        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(full), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(full, document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter is what a text that is no Unicode gives, and only when it is looked at.
            throw new NodeStartException($"The node configuration {full} is not JSON: {error.Message}", error);
        }
    }

    /// <summary>Writes a file, durably; paths go in relative to it.</summary>
    public static void Write(string path, NodeConfig config)
    {
        var full = Path.GetFullPath(path);
        DurableFile.Write(full, file =>
        {
            using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
            Write(json, Path.GetDirectoryName(full)!, config);
        });
    }

    private static NodeConfig Read(string path, JsonElement json)
    {
        // :: The version decides which properties there are, so it is looked at first.
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("version", out var stated)
            && stated.ValueKind == JsonValueKind.Number && stated.TryGetUInt64(out var version)
            && version > FormatVersion)
        {
            throw new NodeStartException(
                $"The node configuration {path} has version {version}, and this release reads up to {FormatVersion}. "
                + "Use a later release.");
        }

        var root = new ConfigObject(
            path,
            "",
            json,
            "version",
            "genesis",
            "key",
            "dataFolder",
            "api",
            "peer",
            "peers",
            "retentionBlocks",
            "pace?");
        _ = root.Number("version", FormatVersion, FormatVersion);
        var folder = Path.GetDirectoryName(path)!;
        return new NodeConfig
        {
            GenesisPath = ReadPath(root, "genesis", folder),
            KeyPath = ReadPath(root, "key", folder),
            DataFolder = ReadPath(root, "dataFolder", folder),
            Api = ReadEndPoint(root, "api"),
            Peer = ReadEndPoint(root, "peer"),
            Peers = ReadPeers(root),
            RetentionBlocks = root.Number("retentionBlocks", 0, ulong.MaxValue),
            Pace = root.Has("pace") ? ReadPace(root) : null,
        };
    }

    private static string ReadPath(ConfigObject root, string name, string folder) =>
        Path.GetFullPath(root.Text(name, NodeLimits.ConfigPathLength), folder);

    private static IPEndPoint ReadEndPoint(ConfigObject root, string name)
    {
        var place = root.Object(name, "address", "port");
        var text = place.Text("address", NodeLimits.HostNameLength);

        // "1" and "0x7f.1" are addresses too, for the parser; here they are mistakes.
        return IPAddress.TryParse(text, out var address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text)
            ? new IPEndPoint(address, (int)place.Number("port", 0, IPEndPoint.MaxPort))
            : throw place.Wrong("address", "must be an IP address, like 127.0.0.1, or 0.0.0.0 for every interface");
    }

    private static List<PeerEndpoint> ReadPeers(ConfigObject root)
    {
        var peers = new List<PeerEndpoint>();
        var keys = new HashSet<PublicKey>();
        foreach (var item in root.Objects("peers", ValidatorSet.MaxCount, "key", "host", "port"))
        {
            var peer = new PeerEndpoint(ReadKey(item), ReadHost(item), (int)item.Number("port", 1, IPEndPoint.MaxPort));
            if (!keys.Add(peer.Key))
            {
                throw item.Wrong("key", "is the key of an earlier peer too: name each validator once");
            }

            peers.Add(peer);
        }

        return peers;
    }

    private static PublicKey ReadKey(ConfigObject peer)
    {
        var bytes = new byte[PublicKey.SizeBytes(KeyKind.Ed25519)];
        var text = peer.Text("key", KeyPrefix.Length + (2 * bytes.Length));
        return text.StartsWith(KeyPrefix, StringComparison.Ordinal)
            && Hex.TryParse(text[KeyPrefix.Length..], bytes.AsSpan())
            && PublicKey.TryCreate(KeyKind.Ed25519, bytes, out var key)
                ? key
                : throw peer.Wrong("key", $"must be an Ed25519 key: \"{KeyPrefix}\" and 64 hexadecimal digits");
    }

    private static string ReadHost(ConfigObject peer)
    {
        var host = peer.Text("host", NodeLimits.HostNameLength);
        return Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? host
            : throw peer.Wrong("host", "must be a host name or an IP address");
    }

    private static Pace ReadPace(ConfigObject root)
    {
        var pace = root.Object("pace", "leaderTimeoutMs", "advanceTimeoutMs", "retryMs", "standstillMs");
        var read = new Pace
        {
            LeaderTimeoutMs = pace.Number("leaderTimeoutMs", 1, NodeLimits.MaxPaceMs),
            AdvanceTimeoutMs = pace.Number("advanceTimeoutMs", 1, NodeLimits.MaxPaceMs),
            RetryMs = pace.Number("retryMs", 1, NodeLimits.MaxPaceMs),
            StandstillMs = pace.Number("standstillMs", 1, NodeLimits.MaxPaceMs),
        };
        return read.AdvanceTimeoutMs <= read.LeaderTimeoutMs
            ? throw pace.Wrong("advanceTimeoutMs", $"must be more than leaderTimeoutMs, {read.LeaderTimeoutMs}")
            : read;
    }

    private static void Write(Utf8JsonWriter json, string folder, NodeConfig config)
    {
        json.WriteStartObject();
        json.WriteNumber("version", FormatVersion);
        json.WriteString("genesis", RelativePath(folder, config.GenesisPath));
        json.WriteString("key", RelativePath(folder, config.KeyPath));
        json.WriteString("dataFolder", RelativePath(folder, config.DataFolder));
        WriteEndPoint(json, "api", config.Api);
        WriteEndPoint(json, "peer", config.Peer);
        json.WriteStartArray("peers");
        foreach (var peer in config.Peers)
        {
            json.WriteStartObject();
            json.WriteString("key", KeyPrefix + Hex.Format(peer.Key.Bytes)[2..]);
            json.WriteString("host", peer.Host);
            json.WriteNumber("port", peer.Port);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("retentionBlocks", config.RetentionBlocks);
        if (config.Pace is { } pace)
        {
            json.WriteStartObject("pace");
            json.WriteNumber("leaderTimeoutMs", pace.LeaderTimeoutMs);
            json.WriteNumber("advanceTimeoutMs", pace.AdvanceTimeoutMs);
            json.WriteNumber("retryMs", pace.RetryMs);
            json.WriteNumber("standstillMs", pace.StandstillMs);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteEndPoint(Utf8JsonWriter json, string name, IPEndPoint place)
    {
        json.WriteStartObject(name);
        json.WriteString("address", place.Address.ToString());
        json.WriteNumber("port", place.Port);
        json.WriteEndObject();
    }

    private static string RelativePath(string folder, string path) =>
        Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
}
