using System.Diagnostics.CodeAnalysis;

namespace Busbar.Node.Exchange;

/// <summary>
/// What nodes send each other, as bytes that nobody has checked. A closed set. Wire: [1, message, block or null]
/// consensus, [2, [transaction…]], [3, epoch, height, view, oldestHeight] status, [4, digest] block request,
/// [5, block] block, [6, fromHeight] history request, [7, [block…]] history. spec/consensus.md#C-60.
/// </summary>
internal abstract record PeerMessage
{
    private const int ConsensusKind = 1;
    private const int TransactionsKind = 2;
    private const int StatusKind = 3;
    private const int BlockRequestKind = 4;
    private const int BlockKind = 5;
    private const int HistoryRequestKind = 6;
    private const int HistoryKind = 7;

    private protected PeerMessage()
    {
    }

    /// <summary>True for what must not wait behind blocks and transactions.</summary>
    public bool IsUrgent => this is Consensus or Status or BlockRequest;

    /// <summary>A message of the replicas; with a proposal goes its block.</summary>
    public sealed record Consensus(byte[] Message, byte[]? Block) : PeerMessage;

    /// <summary>Transactions on their way to the leaders.</summary>
    public sealed record Transactions(IReadOnlyList<byte[]> Encoded) : PeerMessage;

    /// <summary>
    /// Where the sender stands: epoch and height of its last final block, its view, the oldest block it has.
    /// </summary>
    public sealed record Status(ulong Epoch, ulong Height, ulong View, ulong OldestHeight) : PeerMessage;

    /// <summary>"Send me that block, final or not."</summary>
    public sealed record BlockRequest(Hash256 Digest) : PeerMessage;

    /// <summary>The answer: a block as it is stored, without receipts.</summary>
    public sealed record BlockAnswer(byte[] Encoded) : PeerMessage;

    /// <summary>"Send me final blocks from this height on."</summary>
    public sealed record HistoryRequest(ulong FromHeight) : PeerMessage;

    /// <summary>The answer: consecutive final blocks with the certificates that came with them.</summary>
    public sealed record HistoryAnswer(IReadOnlyList<byte[]> Encoded) : PeerMessage;

    /// <summary>The encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(512);
        switch (this)
        {
            case Consensus consensus:
                writer.Array(3).Number(ConsensusKind).Bytes(consensus.Message);
                WriteOptional(writer, consensus.Block);
                break;
            case Transactions transactions:
                writer.Array(2).Number(TransactionsKind);
                WriteAll(writer, transactions.Encoded);
                break;
            case Status status:
                writer.Array(5).Number(StatusKind).Number(status.Epoch).Number(status.Height).Number(status.View);
                writer.Number(status.OldestHeight);
                break;
            case BlockRequest request:
                writer.Array(2).Number(BlockRequestKind).Hash(request.Digest);
                break;
            case BlockAnswer block:
                writer.Array(2).Number(BlockKind).Bytes(block.Encoded);
                break;
            case HistoryRequest request:
                writer.Array(2).Number(HistoryRequestKind).Number(request.FromHeight);
                break;
            case HistoryAnswer history:
                writer.Array(2).Number(HistoryKind);
                WriteAll(writer, history.Encoded);
                break;
            default:
                throw new InvariantBrokenException("peer messages are a closed set");
        }

        return writer.ToArray();
    }

    /// <summary>Decodes a message; nothing in it is checked but its form.</summary>
    public static DecodeError TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerMessage? message)
    {
        var reader = new CanonicalReader(bytes);
        var items = reader.Array(2, 5);
        PeerMessage? decoded = reader.Number(HistoryKind) switch
        {
            ConsensusKind when items == 3 => new Consensus(
                reader.BytesUpTo(NodeLimits.ConsensusMessageSizeBytes).ToArray(), ReadOptional(ref reader)),
            TransactionsKind when items == 2 => new Transactions(
                ReadAll(ref reader, NodeLimits.TransactionsPerMessage, Limits.TransactionSizeBytes)),
            StatusKind when items == 5 =>
                new Status(reader.Number(), reader.Number(), reader.Number(), reader.Number()),
            BlockRequestKind when items == 2 => new BlockRequest(reader.Hash()),
            BlockKind when items == 2 => new BlockAnswer(reader.BytesUpTo(NodeLimits.StoredBlockSizeBytes).ToArray()),
            HistoryRequestKind when items == 2 => new HistoryRequest(reader.Number()),
            HistoryKind when items == 2 => new HistoryAnswer(
                ReadAll(ref reader, NodeLimits.BlocksPerMessage, NodeLimits.StoredBlockSizeBytes)),
            _ => null,
        };
        if (decoded is null)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        message = reader.Finish() ? decoded : null;
        return reader.Error;
    }

    private static void WriteOptional(CanonicalWriter writer, byte[]? bytes)
    {
        if (bytes is null)
        {
            writer.Null();
        }
        else
        {
            writer.Bytes(bytes);
        }
    }

    private static byte[]? ReadOptional(ref CanonicalReader reader) =>
        reader.TryNull() ? null : reader.BytesUpTo(NodeLimits.StoredBlockSizeBytes).ToArray();

    private static void WriteAll(CanonicalWriter writer, IReadOnlyList<byte[]> items)
    {
        writer.Array(items.Count);
        foreach (var item in items)
        {
            writer.Bytes(item);
        }
    }

    private static List<byte[]> ReadAll(ref CanonicalReader reader, int maxCount, int maxSizeBytes)
    {
        var count = reader.Array(0, maxCount);
        var items = new List<byte[]>(Math.Min(count, maxCount));
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            items.Add(reader.BytesUpTo(maxSizeBytes).ToArray());
        }

        return items;
    }
}
