using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;

namespace Busbar.Proofs;

/// <summary>
/// A quorum's signatures over one vote: valid by itself, from anybody, in any order. Wire: [vote, bitmap,
/// [signature…]]; bit i of the bitmap (least significant bit of the first byte first) stands for validator i, and the
/// signatures follow in that order. spec/consensus.md#C-5.
/// </summary>
/// <param name="Vote">What they all signed.</param>
/// <param name="Signers">Indexes of the signers, rising.</param>
/// <param name="Signatures">Their signatures, in that order.</param>
public sealed record Certificate(Vote Vote, IReadOnlyList<int> Signers, IReadOnlyList<Signature> Signatures)
{
    private const int MaxBitmapSizeBytes = (ValidatorSet.MaxCount + 7) / 8;

    /// <summary>
    /// True when different validators of the set signed, together they weigh a quorum, and every signature is right.
    /// </summary>
    public bool Verify(ValidatorSet validators, NetworkId network) =>
        Verify(validators, network, static (key, message, signature) => key.Verify(message, signature));

    /// <summary>As above, with another way to check one signature: a simulator remembers results.</summary>
    public bool Verify(ValidatorSet validators, NetworkId network, SignatureCheck check)
    {
        if (Signers.Count != Signatures.Count || !WeighQuorum(validators))
        {
            return false;
        }

        var signingHash = Vote.SigningHash(network);
        for (var i = 0; i < Signers.Count; i++)
        {
            if (!check(validators.Keys[Signers[i]], signingHash, Signatures[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes an array of three items.</summary>
    public void Write(CanonicalWriter writer)
    {
        var bitmap = new byte[(Signers[^1] / 8) + 1];
        foreach (var signer in Signers)
        {
            bitmap[signer / 8] |= (byte)(1 << (signer % 8));
        }

        writer.Array(3);
        Vote.Write(writer);
        writer.Bytes(bitmap).Array(Signatures.Count);
        foreach (var signature in Signatures)
        {
            writer.Bytes(signature.ToArray());
        }
    }

    /// <summary>Reads an array of three items; null after an error.</summary>
    public static Certificate? Read(ref CanonicalReader reader)
    {
        reader.Array(3);
        var vote = Vote.Read(ref reader);
        var bitmap = reader.BytesUpTo(MaxBitmapSizeBytes);
        if (bitmap.IsEmpty || bitmap[^1] == 0)
        {
            // A bitmap that ends in a zero byte has a shorter form.
            reader.Fail(DecodeError.NotCanonical);
            return null;
        }

        var signers = new List<int>();
        for (var i = 0; i < bitmap.Length * 8; i++)
        {
            if ((bitmap[i / 8] & (1 << (i % 8))) != 0)
            {
                signers.Add(i);
            }
        }

        reader.Array(signers.Count);
        var signatures = new List<Signature>(signers.Count);
        for (var i = 0; i < signers.Count && !reader.Failed; i++)
        {
            var bytes = reader.Bytes(Signature.SizeBytes);
            if (!reader.Failed)
            {
                signatures.Add(Signature.FromBytes(bytes));
            }
        }

        return reader.Failed ? null : new Certificate(vote, signers, signatures);
    }

    /// <summary>Decodes a certificate that stands alone.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Certificate? certificate)
    {
        var reader = new CanonicalReader(bytes);
        certificate = Read(ref reader);
        if (!reader.Finish())
        {
            certificate = null;
        }

        return certificate is not null;
    }

    // Before any signature is checked, which costs a thousand times more.
    private bool WeighQuorum(ValidatorSet validators)
    {
        ulong weight = 0;
        for (var i = 0; i < Signers.Count; i++)
        {
            if (Signers[i] < 0 || Signers[i] >= validators.Count || (i > 0 && Signers[i] <= Signers[i - 1]))
            {
                return false;
            }

            weight += validators.WeightOf(Signers[i]);
        }

        return weight >= validators.QuorumWeight;
    }
}

/// <summary>Tells whether a signature by a key over a digest is right.</summary>
public delegate bool SignatureCheck(PublicKey key, Hash256 message, Signature signature);
