using System.Text.Json;
using System.Text.Json.Serialization;
using Busbar.Ledger;
using Busbar.Node.Storage;

namespace Busbar.Node;

/// <summary>
/// The file that a network starts from: readable JSON around the canonical encoding that its digest is over.
/// spec/api.md#N-1.
/// </summary>
public static class GenesisFile
{
    /// <summary>The version that this software writes and reads.</summary>
    public const int FormatVersion = 1;

    private const long MaxSizeBytes = 256L * 1024 * 1024;

    /// <summary>Writes the file.</summary>
    public static void Write(string path, Genesis genesis)
    {
        var content = new GenesisContent(
            FormatVersion,
            genesis.Network.ToString(),
            genesis.Digest().ToString(),
            genesis.Time.Ms,
            genesis.Validators.Count,
            genesis.Balances.Count,
            Convert.ToBase64String(genesis.Encode()));
        DurableFile.Write(path, file => JsonSerializer.Serialize(file, content, GenesisJson.Default.GenesisContent));
    }

    /// <summary>Reads the file and checks everything in it.</summary>
    /// <exception cref="NodeStartException">It is missing, damaged, invalid, or of a newer format.</exception>
    public static Genesis Read(string path)
    {
        var content = ReadContent(path);
        if (content.FormatVersion > FormatVersion)
        {
            throw new NodeStartException(
                $"The genesis file {path} has format {content.FormatVersion}, and this release reads up to "
                + $"{FormatVersion}. Use a later release.");
        }

        var bytes = new byte[content.Genesis.Length];
        if (!Convert.TryFromBase64String(content.Genesis, bytes, out var size))
        {
            throw new NodeStartException($"The genesis file {path} does not hold base64 in \"genesis\".");
        }

        var error = Genesis.TryDecode(bytes.AsSpan(0, size), out var genesis);
        if (genesis is null)
        {
            throw new NodeStartException(error == DecodeError.UnsupportedVersion
                ? $"The genesis in {path} has a newer format than this release reads. Use a later release."
                : $"The genesis in {path} is not valid ({error}).");
        }

        return genesis.Digest().ToString() == content.Digest
            ? genesis
            : throw new NodeStartException($"The genesis file {path} says another digest than its content has.");
    }

    private static GenesisContent ReadContent(string path)
    {
        if (!File.Exists(path))
        {
            throw new NodeStartException($"There is no genesis file at {path}.");
        }

        using var file = File.OpenRead(path);
        if (file.Length > MaxSizeBytes)
        {
            throw new NodeStartException($"The genesis file {path} is larger than {MaxSizeBytes} bytes.");
        }

        try
        {
            return JsonSerializer.Deserialize(file, GenesisJson.Default.GenesisContent)
                ?? throw new NodeStartException($"The genesis file {path} is empty.");
        }
        catch (JsonException error)
        {
            throw new NodeStartException($"The genesis file {path} is not the JSON it should be.", error);
        }
    }
}

/// <summary>The JSON of a genesis file; all but the encoding is for people.</summary>
internal sealed record GenesisContent(
    [property: JsonRequired] int FormatVersion,
    string Network,
    [property: JsonRequired] string Digest,
    ulong TimeMs,
    int Validators,
    int Balances,
    [property: JsonRequired] string Genesis);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(GenesisContent))]
internal sealed partial class GenesisJson : JsonSerializerContext;
