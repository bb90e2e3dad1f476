using System.Text.Json.Serialization;

namespace Busbar.Cli.KeyFiles;

/// <summary>What a key file holds.</summary>
/// <param name="FormatVersion">1; 0 when the file is an account object of `busbar up --json`.</param>
/// <param name="Kind">secp256k1, p256 or ed25519.</param>
/// <param name="Address">The address of the key.</param>
/// <param name="PrivateKey">The 32 secret bytes in hexadecimal, or null when they are sealed.</param>
/// <param name="Sealed">The secret under a passphrase, or null.</param>
internal sealed record KeyFileContent(
    int FormatVersion,
    string Kind,
    string Address,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? PrivateKey,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SealedSecret? Sealed);

/// <summary>JSON of key files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KeyFileContent))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
