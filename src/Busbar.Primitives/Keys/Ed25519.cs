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

    /// <summary>The key as libsodium holds it, in guarded memory; whoever asked for it disposes it.</summary>
    public static Key Import(ReadOnlySpan<byte> secret) =>
        Key.Import(Algorithm, secret, KeyBlobFormat.RawPrivateKey);

    /// <summary>The public key as libsodium holds it, or null for bytes under which no signature is valid.</summary>
    public static NSec.Cryptography.PublicKey? ImportPublic(ReadOnlySpan<byte> publicKey) =>
        NSec.Cryptography.PublicKey.TryImport(Algorithm, publicKey, KeyBlobFormat.RawPublicKey, out var key)
            ? key
            : null;

    public static Signature Sign(Key key, Hash256 message)
    {
        Span<byte> digest = stackalloc byte[Hash256.SizeBytes];
        message.CopyTo(digest);
        Span<byte> bytes = stackalloc byte[Signature.SizeBytes];
        Algorithm.Sign(key, digest, bytes);
        return Signature.FromBytes(bytes);
    }

    public static bool Verify(NSec.Cryptography.PublicKey? key, Hash256 message, Signature signature)
    {
        Span<byte> digest = stackalloc byte[Hash256.SizeBytes];
        message.CopyTo(digest);
        return key is not null && Algorithm.Verify(key, digest, signature.ToArray());
    }
}
