using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;

namespace Busbar.Transactions;

/// <summary>
/// A transaction with its signatures: the signer's first, then the fee payer's if there is one. Wire:
/// [transaction, [[kind, key, signature]…]]. Two other envelopes derive the same content from what a wallet signed,
/// <see cref="BareAuthorization"/> and <see cref="EthereumTransaction"/>; whoever executes, queues or stores
/// transactions sees no difference but what the virtual members say.
/// </summary>
public record SignedTransaction(Transaction Transaction, IReadOnlyList<SignatureProof> Signatures)
{
    /// <summary>What is signed, or what follows from it.</summary>
    public Transaction Transaction { get; } = Transaction;

    /// <summary>True for what may stand in a block only where its operations succeed.</summary>
    public virtual bool MustSucceed => false;

    /// <summary>The account's Ethereum nonce that makes it execute once in place of the intent id, or null.</summary>
    public virtual ulong? EthereumNonce => null;

    /// <summary>Signatures of the envelope itself that are checked; those of operations are theirs.</summary>
    public virtual int SignatureCount => Signatures.Count;

    /// <summary>What stands for its content in records and receipts, whoever signed it with which bytes.</summary>
    public virtual Hash256 SigningHash() => Transaction.SigningHash();

    /// <summary>How far its expiry may lie ahead of a block, in a network where intents' may so far.</summary>
    public virtual ulong MaxAheadMs(ulong networkMaxAheadMs) => networkMaxAheadMs;

    /// <summary>The encoding, at most <see cref="Limits.TransactionSizeBytes"/> when it is to be accepted.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        Write(writer);
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
        var signed = reader.Array(2, EthereumTransaction.ItemCount) switch
        {
            BareAuthorization.ItemCount => BareAuthorization.ReadItems(ref reader),
            EthereumTransaction.ItemCount => EthereumTransaction.ReadItems(ref reader),
            2 => ReadItems(ref reader),
            _ => null,
        };
        if (signed is null)
        {
            reader.Fail(DecodeError.WrongLength);
        }

        if (reader.Finish())
        {
            transaction = new Unverified<SignedTransaction>(signed!);
        }

        return reader.Error;
    }

    /// <summary>Writes the envelope.</summary>
    protected virtual void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Array(2);
        Transaction.Write(writer);
        writer.Array(Signatures.Count);
        foreach (var proof in Signatures)
        {
            proof.Write(writer);
        }
    }

    private static SignedTransaction? ReadItems(ref CanonicalReader reader)
    {
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

        return unsigned is null ? null : new SignedTransaction(unsigned, signatures);
    }
}
