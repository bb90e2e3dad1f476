using System.Diagnostics.CodeAnalysis;

namespace Busbar.Keys;

/// <summary>
/// A signing key, made from 32 secret bytes that the caller brings (this project has no randomness): the scalar of
/// an ECDSA key, the seed of an Ed25519 key. Thread-safe; the secret is zeroed on Dispose.
/// </summary>
public sealed class PrivateKey : IDisposable
{
    /// <summary>Bytes of every secret.</summary>
    public const int SecretSizeBytes = 32;

    private readonly byte[] secret;
    private readonly NSec.Cryptography.Key? ed25519;

    private PrivateKey(PublicKey publicKey, byte[] secret)
    {
        PublicKey = publicKey;
        this.secret = secret;

        // Importing costs as much as signing: a validator signs with one key all day.
        ed25519 = publicKey.Kind == KeyKind.Ed25519 ? Ed25519.Import(secret) : null;
    }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The address of the public half.</summary>
    public Address Address => PublicKey.Address;

    /// <summary>
    /// Makes a key; false for an unknown kind, a wrong length, or an ECDSA scalar of zero or not below the group order.
    /// </summary>
    public static bool TryCreate(KeyKind kind, ReadOnlySpan<byte> secret, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = null;
        Span<byte> publicBytes = stackalloc byte[PublicKey.MaxSizeBytes];
        publicBytes = publicBytes[..PublicKey.SizeBytes(kind)];
        if (secret.Length != SecretSizeBytes)
        {
            return false;
        }

        var derived = kind switch
        {
            KeyKind.Unset => false,
            KeyKind.Secp256k1 => Secp256k1.TryDerive(secret, publicBytes),
            KeyKind.P256 => P256.TryDerive(secret, publicBytes),
            KeyKind.Ed25519 => Ed25519.TryDerive(secret, publicBytes),
            _ => false,
        };
        if (derived && PublicKey.TryCreate(kind, publicBytes, out var publicKey))
        {
            key = new PrivateKey(publicKey, secret.ToArray());
        }

        return key is not null;
    }

    /// <summary>Makes a key as <see cref="TryCreate"/> does.</summary>
    /// <exception cref="ArgumentException">The secret is no key of that kind.</exception>
    public static PrivateKey Create(KeyKind kind, ReadOnlySpan<byte> secret) => TryCreate(kind, secret, out var key)
        ? key
        : throw new ArgumentException("The 32 bytes are no private key of that kind.", nameof(secret));

    /// <summary>
    /// Signs 32 bytes. secp256k1 (RFC 6979) and Ed25519 sign deterministically; P-256 uses the platform's random k.
    /// </summary>
    public Signature Sign(Hash256 signingHash) => PublicKey.Kind switch
    {
        KeyKind.Secp256k1 => Secp256k1.Sign(secret, signingHash),
        KeyKind.P256 => P256.Sign(secret, signingHash),
        KeyKind.Ed25519 => Ed25519.Sign(ed25519!, signingHash),
        KeyKind.Unset or _ => throw new InvariantBrokenException("a private key has a kind"),
    };

    /// <summary>Signs a digest as an Ethereum wallet does, so that the key follows from the signature.</summary>
    /// <exception cref="InvalidOperationException">The key is no secp256k1 key.</exception>
    public RecoverableSignature SignRecoverable(Hash256 digest)
    {
        if (PublicKey.Kind != KeyKind.Secp256k1)
        {
            throw new InvalidOperationException("Only a secp256k1 key makes recoverable signatures.");
        }

        var even = new RecoverableSignature(Sign(digest), RecoverableSignature.EvenV);
        return PublicKey.Equals(even.Recover(digest)) ? even : even with { V = RecoverableSignature.EvenV + 1 };
    }

    /// <summary>Writes the 32 secret bytes, for a key file.</summary>
    public void ExportSecret(Span<byte> destination) => secret.CopyTo(destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.Clear(secret);
        ed25519?.Dispose();
    }
}
