using Busbar.Keys;

namespace Busbar.Cli.KeyFiles;

/// <summary>The names of the key kinds on the command line, in key files and in the API.</summary>
internal static class KeyKindName
{
    /// <summary>All names.</summary>
    public static readonly string[] All = [Of(KeyKind.Secp256k1), Of(KeyKind.P256), Of(KeyKind.Ed25519)];

    /// <summary>The name of a kind.</summary>
    public static string Of(KeyKind kind) => kind switch
    {
        KeyKind.Unset => "unset",
        KeyKind.Secp256k1 => "secp256k1",
        KeyKind.P256 => "p256",
        KeyKind.Ed25519 => "ed25519",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The kind of a name that was checked already.</summary>
    public static KeyKind Parse(string name) =>
        TryParse(name, out var kind) ? kind : throw new ArgumentException("no kind of key", nameof(name));

    /// <summary>The kind of a name; false for any other text.</summary>
    public static bool TryParse(string text, out KeyKind kind)
    {
        kind = text switch
        {
            "secp256k1" => KeyKind.Secp256k1,
            "p256" => KeyKind.P256,
            "ed25519" => KeyKind.Ed25519,
            _ => KeyKind.Unset,
        };
        return kind != KeyKind.Unset;
    }
}
