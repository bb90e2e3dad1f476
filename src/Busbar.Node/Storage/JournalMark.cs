using System.Text.Json;
using System.Text.Json.Serialization;

namespace Busbar.Node.Storage;

/// <summary>
/// A small file beside a validator's key that remembers that the key has voted, and the highest turn that its journal
/// began: a data folder that was wiped, or restored from an earlier copy, is found out by it. It is replaced as a whole
/// and durable when <see cref="Write"/> returns.
/// </summary>
public static class JournalMark
{
    /// <summary>The version that this software writes and reads.</summary>
    public const int FormatVersion = 1;

    private const int MaxSizeBytes = 4 * 1024;
    private const int ChecksumBytes = 8;

    /// <summary>Where the mark of a key file is: beside it, with ".voted" behind its name.</summary>
    public static string PathBeside(string keyPath) => keyPath + ".voted";

    /// <summary>Reads the mark. No file means that the key never voted: turn 0.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">The key and the network that the mark must be of.</param>
    /// <param name="turn">The highest turn that was begun; 0 for none.</param>
    /// <param name="reason">Why the key must not vote, or null.</param>
    /// <returns>False when there is a mark that cannot be read: the key must not vote.</returns>
    /// <exception cref="NodeStartException">It is of another key or network.</exception>
    public static bool TryRead(string path, JournalIdentity identity, out ulong turn, out string? reason)
    {
        turn = 0;
        reason = null;
        if (!File.Exists(path))
        {
            return true;
        }

        if (ReadContent(path) is not { } mark)
        {
            reason = $"The file {path} remembers how far this key has voted, and it cannot be read. "
                + "Restore it, or start with a new validator key.";
            return false;
        }

        if (mark.Identity != identity.Digest.ToString())
        {
            throw new NodeStartException(
                $"The file {path} is of another key or network. A validator key votes in one network: "
                + "name this network's key file, or make a new one.");
        }

        turn = mark.Turn;
        return true;
    }

    /// <summary>Replaces the mark.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Write(string path, JournalIdentity identity, ulong turn)
    {
        var name = identity.Digest.ToString();
        var content = new MarkContent(FormatVersion, name, turn, ChecksumOf(name, turn));
        DurableFile.Write(path, file => JsonSerializer.Serialize(file, content, MarkJson.Default.MarkContent));
    }

    private static MarkContent? ReadContent(string path)
    {
        if (new FileInfo(path).Length > MaxSizeBytes)
        {
            return null;
        }

        try
        {
            var mark = JsonSerializer.Deserialize(File.ReadAllBytes(path), MarkJson.Default.MarkContent);
            var isRight = mark?.Version == FormatVersion && mark.Checksum == ChecksumOf(mark.Identity, mark.Turn);
            return isRight ? mark : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string ChecksumOf(string identity, ulong turn)
    {
        var writer = new CanonicalWriter();
        writer.Array(3).Number(FormatVersion).Text(identity).Number(turn);
        return Hex.Format(Hash256.Sha256(writer.WrittenSpan).ToArray().AsSpan(0, ChecksumBytes));
    }
}

/// <summary>The JSON of a mark. The checksum is the first 8 bytes of SHA-256 of [version, identity, turn].</summary>
internal sealed record MarkContent(
    [property: JsonRequired] int Version,
    [property: JsonRequired] string Identity,
    [property: JsonRequired] ulong Turn,
    [property: JsonRequired] string Checksum);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(MarkContent))]
internal sealed partial class MarkJson : JsonSerializerContext;
