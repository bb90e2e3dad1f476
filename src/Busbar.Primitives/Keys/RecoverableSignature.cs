namespace Busbar.Keys;

/// <summary>
/// A secp256k1 signature as Ethereum wallets make them, from which the signer's key follows: 65 bytes, r || s || v.
/// Only v = 27 and 28 count, and only s at most half the group order: one signature has one form.
/// spec/encoding.md#E-25.
/// </summary>
public readonly record struct RecoverableSignature(Signature Signature, byte V)
{
    /// <summary>Length in bytes.</summary>
    public const int SizeBytes = 65;

    /// <summary>v of a point R with an even Y; an odd one has the next number.</summary>
    public const byte EvenV = 27;

    /// <summary>Reads exactly 65 bytes, whatever they say.</summary>
    /// <exception cref="ArgumentException">The span is not 65 bytes long.</exception>
    public static RecoverableSignature FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == SizeBytes
        ? new RecoverableSignature(Signature.FromBytes(bytes[..64]), bytes[64])
        : throw new ArgumentException("A recoverable signature is 65 bytes.", nameof(bytes));

    /// <summary>The one key that made this signature over the digest, or null when it is not canonical.</summary>
    public PublicKey? Recover(Hash256 digest)
    {
        Span<byte> key = stackalloc byte[PublicKey.MaxSizeBytes];
        return V is EvenV or EvenV + 1 && Secp256k1.TryRecover(digest, Signature, V != EvenV, key)
            && PublicKey.TryCreate(KeyKind.Secp256k1, key, out var recovered)
                ? recovered
                : null;
    }

    /// <summary>The 65 bytes in a new array.</summary>
    public byte[] ToArray() => [.. Signature.ToArray(), V];

    /// <summary>Writes a string of 65 bytes.</summary>
    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Bytes(ToArray());
    }

    /// <summary>Reads a string of 65 bytes; zeros after an error.</summary>
    public static RecoverableSignature Read(ref CanonicalReader reader)
    {
        var bytes = reader.Bytes(SizeBytes);
        return reader.Failed ? default : FromBytes(bytes);
    }
}
