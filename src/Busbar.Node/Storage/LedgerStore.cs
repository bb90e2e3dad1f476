using System.Buffers.Binary;
using Busbar.Ledger;
using Busbar.Node.Hosting;
using Busbar.Proofs;
using Busbar.Transactions;
using RocksDbSharp;

namespace Busbar.Node.Storage;

/// <summary>
/// Final blocks, the state after the last of them, and the indexes that the API reads, in RocksDB. Each block is one
/// synced batch, so what is on disk is always exactly one height. Reads are thread-safe; one thread commits.
/// </summary>
public sealed partial class LedgerStore : IDisposable
{
    private const string BlocksName = "blocks";
    private const string StateName = "state";
    private const string IntentsName = "intents";
    private const string EventsName = "events";
    private const string PartiesName = "parties";

    private const string HandoversName = "handovers";

    private static readonly byte[] GenesisKey = "genesis"u8.ToArray();
    private static readonly byte[] HeightKey = "height"u8.ToArray();
    private static readonly byte[] JournalTurnKey = "journal-turn"u8.ToArray();
    private static readonly byte[] OldestKey = "oldest"u8.ToArray();

    private readonly RocksDb database;
    private readonly WriteOptions synced = new WriteOptions().SetSync(true);
    private readonly ColumnFamilyHandle blocks;
    private readonly ColumnFamilyHandle state;
    private readonly ColumnFamilyHandle intents;
    private readonly ColumnFamilyHandle handovers;
    private ulong oldestHeight;

    private LedgerStore(RocksDb database)
    {
        this.database = database;
        blocks = database.GetColumnFamily(BlocksName);
        state = database.GetColumnFamily(StateName);
        intents = database.GetColumnFamily(IntentsName);
        handovers = database.GetColumnFamily(HandoversName);
        oldestHeight = database.Get(OldestKey) is { } oldest ? BinaryPrimitives.ReadUInt64BigEndian(oldest) : 1;
        Events = new EventIndex(database, database.GetColumnFamily(EventsName), database.GetColumnFamily(PartiesName));
    }

    /// <summary>Events and channels of accounts.</summary>
    public EventIndex Events { get; }

    /// <summary>Height of the last final block; 0 for a new store.</summary>
    public ulong Height => database.Get(HeightKey) is { } bytes ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>Height of the oldest block that is kept; 1 when all are.</summary>
    public ulong OldestHeight => Volatile.Read(ref oldestHeight);

    /// <summary>The highest turn of the vote journal beside this store that was begun; 0 for none.</summary>
    public ulong JournalTurn =>
        database.Get(JournalTurnKey) is { } bytes ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>Opens a store for a network, made when absent.</summary>
    /// <exception cref="NodeStartException">The folder belongs to another genesis, or cannot be opened.</exception>
    public static LedgerStore Open(string path, Hash256 genesis)
    {
        // Every commit is synced, so only the last record of the log can be torn. RocksDB's default would take damage
        // before it for the end, and drop final blocks without a word.
        var store = OpenFolder(
            path,
            Recovery.TolerateCorruptedTailRecords,
            options => RocksDb.Open(options.Database, path, options.Families));
        var known = store.database.Get(GenesisKey);
        if (known is null)
        {
            store.database.Put(GenesisKey, genesis.ToArray(), null, store.synced);
        }
        else if (new Hash256(known) != genesis)
        {
            store.Dispose();
            throw new NodeStartException(
                $"The data folder holds the network with genesis {new Hash256(known)}, not {genesis}. "
                + "Name the folder of this network, or an empty one.");
        }

        return store;
    }

    /// <summary>Opens an existing store to read, without changing a byte of it; a torn tail is damage here.</summary>
    /// <exception cref="NodeStartException">There is no store, or it cannot be opened.</exception>
    public static LedgerStore OpenReadOnly(string path) => Directory.Exists(path)
        ? OpenFolder(
            path,
            Recovery.AbsoluteConsistency,
            options => RocksDb.OpenReadOnly(options.Database, path, options.Families, false))
        : throw new NodeStartException($"There is no ledger at {path}. Name the data folder of a node.");

    /// <summary>Remembers a turn of the journal, before its first vote.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public void SetJournalTurn(ulong turn)
    {
        using var batch = new WriteBatch();
        batch.Put(JournalTurnKey, BigEndian(turn));
        Write(batch);
    }

    /// <summary>The genesis digest that the store was made for.</summary>
    public Hash256 Genesis => new(database.Get(GenesisKey));

    /// <summary>Every object of the state after the last final block.</summary>
    public IEnumerable<StateEntry> StateEntries()
    {
        using var iterator = database.NewIterator(state);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            yield return new StateEntry(iterator.Key(), iterator.Value());
        }
    }

    /// <summary>A final block, or null above the last height (and for 0: genesis is no block).</summary>
    /// <exception cref="NodeStartException">The stored bytes do not decode: the disk lost something.</exception>
    public StoredBlock? FindBlock(ulong height)
    {
        byte[]? bytes;
        try
        {
            bytes = database.Get(BigEndian(height), blocks);
        }
        catch (RocksDbException error)
        {
            throw new NodeStartException($"The stored block {height} cannot be read: {error.Message}", error);
        }

        if (bytes is null)
        {
            return null;
        }

        var fault = StoredBlock.TryDecode(bytes, out var block);
        return fault == DecodeError.Unset
            ? block
            : throw new NodeStartException($"The stored block {height} is damaged ({fault}).");
    }

    /// <summary>How validator sets followed each other, from an epoch on, oldest first.</summary>
    public IEnumerable<Handover> Handovers(ulong fromEpoch)
    {
        using var iterator = database.NewIterator(handovers);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            var handover = FrozenLedger.Decode(iterator.Value());
            if (handover.Header.Epoch >= fromEpoch)
            {
                yield return handover;
            }
        }
    }

    /// <summary>
    /// Where the transactions with an intent id stand, of one account or of all; more than one when several used the
    /// same id, at most <see cref="NodeLimits.IntentsPerLookup"/>.
    /// </summary>
    public IReadOnlyList<IntentPlace> FindIntents(IntentId intentId, Address? account)
    {
        var prefix = new byte[IntentId.SizeBytes + (account is null ? 0 : Address.SizeBytes)];
        intentId.CopyTo(prefix);
        account?.CopyTo(prefix.AsSpan(IntentId.SizeBytes));
        var places = new List<IntentPlace>();
        using var iterator = database.NewIterator(intents);
        for (iterator.Seek(prefix); iterator.Valid() && places.Count < NodeLimits.IntentsPerLookup; iterator.Next())
        {
            var key = iterator.Key();
            if (!key.AsSpan().StartsWith(prefix))
            {
                break;
            }

            places.Add(IntentPlace.Decode(key, iterator.Value()));
        }

        return places;
    }

    /// <summary>Where one account's transaction stands, or null.</summary>
    public IntentPlace? FindIntent(Address account, Address signer, IntentId intentId)
    {
        var key = IntentPlace.Key(account, signer, intentId);
        return database.Get(key, intents) is { } value ? IntentPlace.Decode(key, value) : null;
    }

    /// <summary>
    /// Stores final blocks, oldest first, their states and indexes in one synced batch; the last one has a
    /// certificate.
    /// </summary>
    /// <param name="final">The blocks.</param>
    /// <param name="retentionBlocks">Older blocks than so many are dropped; 0 keeps all.</param>
    internal void Commit(IReadOnlyList<FinalBlock> final, ulong retentionBlocks = 0)
    {
        using var batch = new WriteBatch();
        foreach (var (block, executed) in final)
        {
            Add(batch, block, executed);
        }

        var height = final[^1].Block.Header.Height;
        batch.Put(HeightKey, BigEndian(height));
        var oldest = OldestHeight;
        if (retentionBlocks > 0 && height >= oldest + retentionBlocks)
        {
            var keptFrom = height - retentionBlocks + 1;
            for (var old = oldest; old < keptFrom; old++)
            {
                batch.Delete(BigEndian(old), blocks);
            }

            batch.Put(OldestKey, BigEndian(keptFrom));
            oldest = keptFrom;
        }

        Write(batch);
        Volatile.Write(ref oldestHeight, oldest);
    }

    private void Add(WriteBatch batch, StoredBlock block, ExecutedBlock executed)
    {
        var height = block.Header.Height;
        batch.Put(BigEndian(height), block.Encode(), blocks);
        if (block.Header.NextValidators != block.Header.Validators)
        {
            // An epoch ends with a certificate of its own: spec/consensus.md#C-51.
            PutHandover(batch, new Handover(block.Header, block.Finalization!, executed.State.Validators.Keys));
        }

        foreach (var entry in executed.Delta.Entries)
        {
            if (entry.Value is null)
            {
                batch.Delete(entry.Key, state);
            }
            else
            {
                batch.Put(entry.Key, entry.Value, state);
            }
        }

        for (var index = 0; index < block.Receipts.Count; index++)
        {
            var receipt = block.Receipts[index];
            batch.Put(
                IntentPlace.Key(receipt.Account, receipt.Signer, receipt.IntentId),
                IntentPlace.Value(height, index),
                intents);
        }

        Events.Add(batch, block, executed.Effects);
    }

    /// <summary>
    /// Replaces everything by a checked snapshot, in one synced batch; blocks before it are not known.
    /// </summary>
    internal void Restore(SnapshotContent snapshot)
    {
        using var batch = new WriteBatch();
        foreach (var entry in StateEntries())
        {
            batch.Delete(entry.Key, state);
        }

        foreach (var entry in snapshot.Entries)
        {
            batch.Put(entry.Key, entry.Value, state);
        }

        foreach (var handover in snapshot.Handovers)
        {
            PutHandover(batch, handover);
        }

        var height = snapshot.Last.Header.Height;
        for (var old = OldestHeight; old <= Height; old++)
        {
            batch.Delete(BigEndian(old), blocks);
        }

        batch.Put(BigEndian(height), snapshot.Last.Encode(), blocks);
        batch.Put(HeightKey, BigEndian(height));
        batch.Put(OldestKey, BigEndian(height));
        foreach (var (key, record) in snapshot.State.Intents())
        {
            batch.Put(
                IntentPlace.Key(key.Account, key.Signer, key.Id),
                IntentPlace.Value(record.Height, record.Index),
                intents);
        }

        Events.AddChannels(batch, snapshot.State.Channels());
        Write(batch);
        Volatile.Write(ref oldestHeight, height);
    }

    /// <summary>What the store holds now, to be read at leisure while blocks go on.</summary>
    internal FrozenLedger Freeze() => new(database, state, blocks, handovers, HeightKey);

    private void PutHandover(WriteBatch batch, Handover handover)
    {
        var writer = new CanonicalWriter();
        handover.Write(writer);
        batch.Put(BigEndian(handover.Header.Height), writer.ToArray(), handovers);
    }

    /// <summary>Stores the state of genesis, before the first block.</summary>
    public void CommitGenesis(LedgerState genesis)
    {
        using var batch = new WriteBatch();
        foreach (var entry in genesis.Entries())
        {
            batch.Put(entry.Key, entry.Value, state);
        }

        batch.Put(HeightKey, BigEndian(0));
        Write(batch);
    }

    /// <summary>True once <see cref="CommitGenesis"/> was done.</summary>
    public bool HasState => database.Get(HeightKey) is not null;

    /// <inheritdoc/>
    public void Dispose() => database.Dispose();

    private void Write(WriteBatch batch)
    {
        try
        {
            database.Write(batch, synced);
        }
        catch (RocksDbException error)
        {
            throw CannotWrite(error);
        }
    }

    private static IOException CannotWrite(RocksDbException error) => new(
        $"The ledger cannot be written: {error.Message}. Make room on its disk, or mend it, and start the node again.",
        error);

    private static byte[] BigEndian(ulong number)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, number);
        return bytes;
    }

    private static LedgerStore OpenFolder(
        string path, Recovery recovery, Func<(DbOptions Database, ColumnFamilies Families), RocksDb> open)
    {
        var families = new ColumnFamilies();
        foreach (var name in (string[])[BlocksName, StateName, IntentsName, EventsName, PartiesName, HandoversName])
        {
            families.Add(name, new ColumnFamilyOptions());
        }

        var options = new DbOptions().SetCreateIfMissing().SetCreateMissingColumnFamilies()
            .SetWalRecoveryMode(recovery).SetMaxTotalWalSize(NodeLimits.LedgerLogSizeBytes);
        try
        {
            return new LedgerStore(open((options, families)));
        }
        catch (RocksDbException error)
        {
            throw new NodeStartException($"The ledger at {path} cannot be opened: {error.Message}", error);
        }
    }
}

/// <summary>Where an executed transaction stands: height and index of its block.</summary>
public readonly record struct IntentPlace(
    Address Account, Address Signer, IntentId IntentId, ulong Height, int Index)
{
    internal static byte[] Key(Address account, Address signer, IntentId intentId)
    {
        var key = new byte[IntentId.SizeBytes + (2 * Address.SizeBytes)];
        intentId.CopyTo(key);
        account.CopyTo(key.AsSpan(IntentId.SizeBytes));
        signer.CopyTo(key.AsSpan(IntentId.SizeBytes + Address.SizeBytes));
        return key;
    }

    internal static byte[] Value(ulong height, int index)
    {
        var value = new byte[12];
        BinaryPrimitives.WriteUInt64BigEndian(value, height);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(8), index);
        return value;
    }

    internal static IntentPlace Decode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => new(
        new Address(key.Slice(IntentId.SizeBytes, Address.SizeBytes)),
        new Address(key[(IntentId.SizeBytes + Address.SizeBytes)..]),
        new IntentId(key[..IntentId.SizeBytes]),
        BinaryPrimitives.ReadUInt64BigEndian(value),
        BinaryPrimitives.ReadInt32BigEndian(value[8..]));
}
