using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>A vote with its signature.</summary>
/// <param name="Vote">What is said.</param>
/// <param name="Signature">Ed25519 over <see cref="Vote.SigningHash"/>.</param>
public sealed record SignedVote(Vote Vote, Signature Signature)
{
    /// <summary>The encoding by itself: [vote, signature].</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        writer.Array(2);
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>Decodes what <see cref="Encode"/> gave; null for anything else. Checks no signature.</summary>
    public static SignedVote? TryDecode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        reader.Array(2);
        var vote = Read(ref reader);
        return reader.Finish() ? vote : null;
    }

    /// <summary>Writes two items.</summary>
    internal void Write(CanonicalWriter writer)
    {
        Vote.Write(writer);
        writer.Bytes(Signature.ToArray());
    }

    /// <summary>Reads two items; null after an error.</summary>
    internal static SignedVote? Read(ref CanonicalReader reader)
    {
        var vote = Vote.Read(ref reader);
        var signature = reader.Bytes(Signature.SizeBytes);
        return reader.Failed ? null : new SignedVote(vote, Signature.FromBytes(signature));
    }
}
