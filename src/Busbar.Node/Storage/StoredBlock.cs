using System.Diagnostics.CodeAnalysis;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Storage;

/// <summary>
/// A block as disk and wire hold it. Wire: [1, header, certificate or null, [transaction…], [receipt…]]; the
/// certificate is null while the block is not final. spec/api.md#N-3.
/// </summary>
/// <param name="Header">The header; its digest is the block's.</param>
/// <param name="Finalization">The certificate that made it final, or null.</param>
/// <param name="Transactions">Encoded signed transactions, in order.</param>
/// <param name="Receipts">What each did, in order.</param>
public sealed record StoredBlock(
    BlockHeader Header,
    Certificate? Finalization,
    IReadOnlyList<byte[]> Transactions,
    IReadOnlyList<Receipt> Receipts)
{
    /// <summary>The version that this software writes and reads.</summary>
    public const ulong FormatVersion = 1;

    /// <summary>The encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(4_096);
        writer.Array(5).Number(FormatVersion);
        Header.Write(writer);
        if (Finalization is null)
        {
            writer.Null();
        }
        else
        {
            Finalization.Write(writer);
        }

        writer.Array(Transactions.Count);
        foreach (var transaction in Transactions)
        {
            writer.Bytes(transaction);
        }

        writer.Array(Receipts.Count);
        foreach (var receipt in Receipts)
        {
            receipt.Write(writer);
        }

        return writer.ToArray();
    }

    /// <summary>True when transactions and receipts are those that the header commits to.</summary>
    internal bool HoldsWhatItStates() =>
        RootOf(Transactions) == Header.TransactionsRoot && RootOf(Receipts.Select(Encode)) == Header.ReceiptsRoot;

    private static Hash256 RootOf(IEnumerable<byte[]> items) =>
        MerkleList.Root([.. items.Select(item => MerkleList.HashItem(item))]);

    private static byte[] Encode(Receipt receipt)
    {
        var writer = new CanonicalWriter();
        receipt.Write(writer);
        return writer.ToArray();
    }

    /// <summary>Decodes a block.</summary>
    public static DecodeError TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out StoredBlock? block)
    {
        block = null;
        var reader = new CanonicalReader(bytes);
        reader.Array(5);
        if (reader.Number() != FormatVersion)
        {
            reader.Fail(DecodeError.UnsupportedVersion);
        }

        var header = BlockHeader.Read(ref reader);
        var finalization = reader.TryNull() ? null : Certificate.Read(ref reader);
        var transactions = new List<byte[]>();
        var count = reader.Array(0, NodeLimits.BlockTransactions);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            transactions.Add(reader.BytesUpTo(Limits.TransactionSizeBytes).ToArray());
        }

        var receipts = new List<Receipt>();
        count = reader.Array(0, NodeLimits.BlockTransactions);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            if (Receipt.Read(ref reader) is { } receipt)
            {
                receipts.Add(receipt);
            }
        }

        if (reader.Finish() && header is not null)
        {
            block = new StoredBlock(header, finalization, transactions, receipts);
        }

        return reader.Error;
    }
}
