using Org.BouncyCastle.Crypto.Digests;

namespace Busbar;

/// <summary>Keccak-256 as Ethereum uses it (the Keccak submission's padding, not FIPS 202's).</summary>
public static class Keccak256
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>Writes the 32-byte digest of the input.</summary>
    public static void HashData(ReadOnlySpan<byte> input, Span<byte> destination)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(input);
        digest.DoFinal(destination);
    }

    /// <summary>The 32-byte digest of the input.</summary>
    public static Hash256 Hash(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[SizeBytes];
        HashData(input, digest);
        return new Hash256(digest);
    }
}
