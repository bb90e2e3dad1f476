using NSec.Cryptography;

namespace Busbar.Keys;

/// <summary>
/// Ed25519 (RFC 8032 §5.1) by libsodium: S below the group order, R and the key canonical and of large order, and
/// the equation without cofactor. Signatures are checked one by one, never in a batch.
/// </summary>
internal static class Ed25519
{
    private static readonly SignatureAlgorithm Algorithm = SignatureAlgorithm.Ed25519;

    public static bool TryDerive(ReadOnlySpan<byte> secret, Span<byte> publicKey)
    {
        using var key = Key.Import(Algorithm, secret, KeyBlobFormat.RawPrivateKey);
        key.PublicKey.Export(KeyBlobFormat.RawPublicKey).CopyTo(publicKey);
        return true;
    }

    public static Signature Sign(ReadOnlySpan<byte> secret, Hash256 message)
    {
        using var key = Key.Import(Algorithm, secret, KeyBlobFormat.RawPrivateKey);
        Span<byte> bytes = stackalloc byte[Signature.SizeBytes];
        Algorithm.Sign(key, message.ToArray(), bytes);
        return Signature.FromBytes(bytes);
    }

    public static bool Verify(ReadOnlySpan<byte> publicKey, Hash256 message, Signature signature) =>
        NSec.Cryptography.PublicKey.TryImport(Algorithm, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && Algorithm.Verify(key!, message.ToArray(), signature.ToArray());
}
