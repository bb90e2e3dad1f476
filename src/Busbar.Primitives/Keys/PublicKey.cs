using System.Diagnostics.CodeAnalysis;

namespace Busbar.Keys;

/// <summary>
/// A public key of one of the three kinds. ECDSA keys are the 64 bytes X || Y (no square root to take on a small
/// device), Ed25519 keys the 32 bytes of RFC 8032. The length is checked when it is made; a key that is no point
/// of its curve is a key under which no signature is valid. Thread-safe.
/// </summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>Bytes of the longest key.</summary>
    public const int MaxSizeBytes = 64;

    private readonly byte[] bytes;
    private readonly NSec.Cryptography.PublicKey? ed25519;

    private PublicKey(KeyKind kind, byte[] bytes)
    {
        Kind = kind;
        this.bytes = bytes;
        ed25519 = kind == KeyKind.Ed25519 ? Ed25519.ImportPublic(bytes) : null;
        Address = DeriveAddress(kind, bytes);
    }

    /// <summary>The scheme.</summary>
    public KeyKind Kind { get; }

    /// <summary>
    /// keccak256(X || Y)[12..] for secp256k1, keccak256(kind || key)[12..] for the others: spec/encoding.md#E-20.
    /// </summary>
    public Address Address { get; }

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Bytes of a key of a kind; 0 for no kind.</summary>
    public static int SizeBytes(KeyKind kind) => kind switch
    {
        KeyKind.Unset => 0,
        KeyKind.Secp256k1 => 64,
        KeyKind.P256 => 64,
        KeyKind.Ed25519 => 32,
        _ => 0,
    };

    /// <summary>Makes a key; false for an unknown kind or a wrong length.</summary>
    public static bool TryCreate(KeyKind kind, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PublicKey? key)
    {
        var size = SizeBytes(kind);
        key = size != 0 && bytes.Length == size ? new PublicKey(kind, bytes.ToArray()) : null;
        return key is not null;
    }

    /// <summary>
    /// The network's one acceptance rule (spec/encoding.md#E-21): true only for a canonical signature by this key
    /// over the 32 bytes. ECDSA takes them as the digest, Ed25519 as the message.
    /// </summary>
    public bool Verify(Hash256 signingHash, Signature signature) => Kind switch
    {
        KeyKind.Unset => false,
        KeyKind.Secp256k1 => Secp256k1.Verify(bytes, signingHash, signature),
        KeyKind.P256 => P256.Verify(bytes, signingHash, signature),
        KeyKind.Ed25519 => Ed25519.Verify(ed25519, signingHash, signature),
        _ => false,
    };

    /// <summary>Writes kind and bytes as two items.</summary>
    public void Write(CanonicalWriter writer) => writer.Number((ulong)Kind).Bytes(bytes);

    /// <summary>Reads kind and bytes; null after an error.</summary>
    public static PublicKey? Read(ref CanonicalReader reader)
    {
        var kind = (KeyKind)reader.Number(byte.MaxValue);
        var bytes = reader.BytesUpTo(MaxSizeBytes);
        if (reader.Failed)
        {
            return null;
        }

        if (SizeBytes(kind) == 0)
        {
            reader.Fail(DecodeError.UnknownKind);
            return null;
        }

        if (!TryCreate(kind, bytes, out var key))
        {
            reader.Fail(DecodeError.WrongLength);
        }

        return key;
    }

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) =>
        other is not null && Kind == other.Kind && bytes.AsSpan().SequenceEqual(other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode();

    /// <summary>Kind and bytes in hexadecimal.</summary>
    public override string ToString() => Kind + ":" + Hex.Format(bytes);

    private static Address DeriveAddress(KeyKind kind, ReadOnlySpan<byte> key)
    {
        Span<byte> input = stackalloc byte[1 + MaxSizeBytes];
        input[0] = (byte)kind;
        key.CopyTo(input[1..]);
        input = kind == KeyKind.Secp256k1 ? input.Slice(1, key.Length) : input[..(1 + key.Length)];
        Span<byte> digest = stackalloc byte[Keccak256.SizeBytes];
        Keccak256.HashData(input, digest);
        return new Address(digest[12..]);
    }
}
