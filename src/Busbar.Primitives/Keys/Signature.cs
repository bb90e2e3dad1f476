namespace Busbar.Keys;

/// <summary>64 bytes: R and S, each 32 bytes (ECDSA big-endian; Ed25519 as in RFC 8032 §5.1.6).</summary>
public readonly record struct Signature(Hash256 R, Hash256 S)
{
    /// <summary>Length in bytes.</summary>
    public const int SizeBytes = 64;

    /// <summary>Reads exactly 64 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 64 bytes long.</exception>
    public static Signature FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException("A signature is 64 bytes.", nameof(bytes));
        }

        return new Signature(new Hash256(bytes[..32]), new Hash256(bytes[32..]));
    }

    /// <summary>Writes the 64 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        R.CopyTo(destination);
        S.CopyTo(destination[32..]);
    }

    /// <summary>The 64 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeBytes];
        CopyTo(bytes);
        return bytes;
    }
}
