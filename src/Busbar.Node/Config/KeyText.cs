using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;

namespace Busbar.Node.Config;

/// <summary>A validator's key as people and files write it: "ed25519:0x" and 64 hexadecimal digits.</summary>
public static class KeyText
{
    private const string Prefix = "ed25519:";

    /// <summary>Writes a key.</summary>
    public static string Format(PublicKey key) => Prefix + Hex.Format(key.Bytes);

    /// <summary>Reads a key; false for anything else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        return text is not null && text.StartsWith(Prefix, StringComparison.Ordinal)
            && Hex.TryParse(text[Prefix.Length..], PublicKey.SizeBytes(KeyKind.Ed25519), out var bytes)
            && PublicKey.TryCreate(KeyKind.Ed25519, bytes, out key);
    }
}
