using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;

namespace Busbar.Transactions;

/// <summary>
/// A transaction with its signatures: the signer's first, then the fee payer's if there is one. Wire:
/// [transaction, [[kind, key, signature]…]].
/// </summary>
public sealed record SignedTransaction(Transaction Transaction, IReadOnlyList<SignatureProof> Signatures)
{
    /// <summary>The encoding, at most <see cref="Limits.TransactionSizeBytes"/> when it is to be accepted.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        writer.Array(2);
        Transaction.Write(writer);
        writer.Array(Signatures.Count);
        foreach (var proof in Signatures)
        {
            proof.Write(writer);
        }

        return writer.ToArray();
    }

    /// <summary>
    /// Decodes bytes from anywhere; never throws, never allocates more than a small multiple of the input.
    /// </summary>
    public static DecodeError TryDecode(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Unverified<SignedTransaction>? transaction)
    {
        transaction = null;
        if (bytes.Length > Limits.TransactionSizeBytes)
        {
            return DecodeError.WrongLength;
        }

        var reader = new CanonicalReader(bytes);
        reader.Array(2);
        var unsigned = Transaction.Read(ref reader);
        var signatures = new List<SignatureProof>();
        var count = reader.Array(1, Limits.SignaturesPerTransaction);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (SignatureProof.Read(ref reader) is { } proof)
            {
                signatures.Add(proof);
            }
        }

        if (reader.Finish() && unsigned is not null)
        {
            transaction = new Unverified<SignedTransaction>(new SignedTransaction(unsigned, signatures));
        }

        return reader.Error;
    }
}
