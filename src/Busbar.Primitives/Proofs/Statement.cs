using System.Buffers.Binary;
using Busbar.Transactions;

namespace Busbar.Proofs;

/// <summary>
/// Something about a block that its header commits to, with the hashes that show it. A closed set. Wire: [kind,
/// field…]. spec/ledger.md#L-47.
/// </summary>
public abstract record Statement
{
    private const ulong ObjectKind = 1;
    private const ulong IntentKind = 2;
    private const ulong ReceiptKind = 3;
    private const ulong TransactionKind = 4;

    // Prefix and minute of an intent's key, which name the minute's own tree.
    private const int MinuteKeySizeBytes = 9;
    private const byte IntentPrefix = 0x10;
    private const int RecordKeySizeBytes = MinuteKeySizeBytes + 2 * Address.SizeBytes + IntentId.SizeBytes;
    private const ulong MsPerMinute = 60_000;
    private const int MaxKeySizeBytes = 256;
    private const int MaxValueSizeBytes = 64 * 1024;

    private Statement()
    {
    }

    /// <summary>How many times SHA-256 is computed to check it.</summary>
    public abstract int HashCount { get; }

    /// <summary>True when the header commits to exactly this.</summary>
    public abstract bool IsTrueIn(BlockHeader header);

    /// <summary>Writes [kind, field…].</summary>
    public abstract void Write(CanonicalWriter writer);

    /// <summary>Reads a statement; null after an error.</summary>
    public static Statement? Read(ref CanonicalReader reader)
    {
        var count = reader.Array(1, 8);
        var kind = reader.Number(byte.MaxValue);
        if (reader.Failed)
        {
            return null;
        }

        (int Fields, Statement? Statement) read = kind switch
        {
            ObjectKind => (4, ReadObject(ref reader)),
            IntentKind => (5, ReadIntent(ref reader)),
            ReceiptKind => (2, ReadReceipt(ref reader)),
            TransactionKind => (2, ReadTransaction(ref reader)),
            _ => (-1, null),
        };
        if (read.Fields < 0)
        {
            reader.Fail(DecodeError.UnknownKind);
        }
        else if (count != read.Fields + 1)
        {
            reader.Fail(DecodeError.WrongLength);
        }

        return reader.Failed ? null : read.Statement;
    }

    private static Object? ReadObject(ref CanonicalReader reader)
    {
        var key = reader.BytesUpTo(MaxKeySizeBytes).ToArray();
        var value = ReadValue(ref reader);
        var proof = reader.Failed ? null : MapProof.Read(ref reader);
        var rest = reader.Hash();
        return proof is null ? null : new Object(key, value, proof, rest);
    }

    private static Intent? ReadIntent(ref CanonicalReader reader)
    {
        var key = reader.BytesUpTo(MaxKeySizeBytes).ToArray();
        var value = ReadValue(ref reader);
        var inMinute = reader.TryNull() || reader.Failed ? null : MapProof.Read(ref reader);
        var inIntents = reader.Failed ? null : MapProof.Read(ref reader);
        var rest = reader.Hash();
        return inIntents is null ? null : new Intent(key, value, inMinute, inIntents, rest);
    }

    private static Executed? ReadReceipt(ref CanonicalReader reader)
    {
        var receipt = Receipt.Read(ref reader);
        var proof = receipt is null ? null : ListProof.Read(ref reader);
        return proof is null ? null : new Executed(receipt!, proof);
    }

    private static Included? ReadTransaction(ref CanonicalReader reader)
    {
        var encoded = reader.BytesUpTo(Limits.TransactionSizeBytes).ToArray();
        var proof = reader.Failed ? null : ListProof.Read(ref reader);
        return proof is null ? null : new Included(encoded, proof);
    }

    private static byte[]? ReadValue(ref CanonicalReader reader) =>
        reader.TryNull() ? null : reader.BytesUpTo(MaxValueSizeBytes).ToArray();

    private static void WriteValue(CanonicalWriter writer, byte[]? value) =>
        _ = value is null ? writer.Null() : writer.Bytes(value);

    /// <summary>What an object's value was after the block, or that there was no such object.</summary>
    /// <param name="Key">The object's key.</param>
    /// <param name="Value">Its value, or null.</param>
    /// <param name="InObjects">The way in the tree of objects.</param>
    /// <param name="IntentsRoot">Root of the tree beside it.</param>
    public sealed record Object(byte[] Key, byte[]? Value, MapProof InObjects, Hash256 IntentsRoot) : Statement
    {
        /// <inheritdoc/>
        public override int HashCount => InObjects.Siblings.Count + 4;

        /// <inheritdoc/>
        public override bool IsTrueIn(BlockHeader header)
        {
            ArgumentNullException.ThrowIfNull(header);
            var path = MerkleMap.PathOf(Key);
            var root = Value is null ? InObjects.RootWithout(path) : InObjects.RootWith(path, Value);

            // No record of an intent is an object, so that the absence of one there would say nothing.
            return Key is not [IntentPrefix, ..] && root is { } objects
                && MerkleMap.CombineState(objects, IntentsRoot) == header.StateRoot;
        }

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(5).Number(ObjectKind).Bytes(Key);
            WriteValue(writer, Value);
            InObjects.Write(writer);
            writer.Hash(IntentsRoot);
        }
    }

    /// <summary>What was remembered of an intent after the block, or that nothing was.</summary>
    /// <param name="Key">The record's key: prefix, minute, account, signer, intent id.</param>
    /// <param name="Record">The record, or null.</param>
    /// <param name="InMinute">The way in the minute's tree; null when the minute has none.</param>
    /// <param name="InIntents">The way to the minute in the tree of minutes.</param>
    /// <param name="ObjectsRoot">Root of the tree beside that.</param>
    public sealed record Intent(
        byte[] Key, byte[]? Record, MapProof? InMinute, MapProof InIntents, Hash256 ObjectsRoot) : Statement
    {
        /// <inheritdoc/>
        public override int HashCount => (InMinute?.Siblings.Count ?? 0) + InIntents.Siblings.Count + 7;

        /// <inheritdoc/>
        public override bool IsTrueIn(BlockHeader header)
        {
            ArgumentNullException.ThrowIfNull(header);
            return IsRecordKey() && IntentsRoot() is { } intents
                && MerkleMap.CombineState(ObjectsRoot, intents) == header.StateRoot;
        }

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(6).Number(IntentKind).Bytes(Key);
            WriteValue(writer, Record);
            if (InMinute is null)
            {
                writer.Null();
            }
            else
            {
                InMinute.Write(writer);
            }

            InIntents.Write(writer);
            writer.Hash(ObjectsRoot);
        }

        // In another minute than its own an intent has no record, whatever became of it.
        private bool IsRecordKey() => Key.Length == RecordKeySizeBytes && Key[0] == IntentPrefix
            && BinaryPrimitives.ReadUInt64BigEndian(Key.AsSpan(1))
                == new IntentId(Key.AsSpan(RecordKeySizeBytes - IntentId.SizeBytes)).ValidUntil.Ms / MsPerMinute;

        private Hash256? IntentsRoot()
        {
            var minute = MerkleMap.PathOf(Key.AsSpan(0, MinuteKeySizeBytes));
            if (InMinute is null)
            {
                return Record is null ? InIntents.RootWithout(minute) : null;
            }

            var path = MerkleMap.PathOf(Key);
            var root = Record is null ? InMinute.RootWithout(path) : InMinute.RootWith(path, Record);
            return root is { } hash ? InIntents.RootWith(minute, hash.ToArray()) : null;
        }
    }

    /// <summary>What a transaction of the block did.</summary>
    public sealed record Executed(Receipt Receipt, ListProof InReceipts) : Statement
    {
        /// <inheritdoc/>
        public override int HashCount => InReceipts.Path.Count + 2;

        /// <inheritdoc/>
        public override bool IsTrueIn(BlockHeader header)
        {
            ArgumentNullException.ThrowIfNull(header);
            var writer = new CanonicalWriter();
            Receipt.Write(writer);
            return InReceipts.RootWith(writer.WrittenSpan) == header.ReceiptsRoot;
        }

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(3).Number(ReceiptKind);
            Receipt.Write(writer);
            InReceipts.Write(writer);
        }
    }

    /// <summary>That a signed transaction, encoded, stands in the block.</summary>
    public sealed record Included(byte[] Encoded, ListProof InTransactions) : Statement
    {
        /// <inheritdoc/>
        public override int HashCount => InTransactions.Path.Count + 2;

        /// <inheritdoc/>
        public override bool IsTrueIn(BlockHeader header)
        {
            ArgumentNullException.ThrowIfNull(header);
            return InTransactions.RootWith(Encoded) == header.TransactionsRoot;
        }

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(3).Number(TransactionKind).Bytes(Encoded);
            InTransactions.Write(writer);
        }
    }
}
