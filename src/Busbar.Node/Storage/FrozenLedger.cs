using Busbar.Ledger;
using Busbar.Proofs;
using RocksDbSharp;

namespace Busbar.Node.Storage;

/// <summary>A store as it was at one moment. Not thread-safe; dispose it soon, since it keeps old data alive.</summary>
internal sealed class FrozenLedger : IDisposable
{
    private readonly RocksDb database;
    private readonly ColumnFamilyHandle state;
    private readonly ColumnFamilyHandle handovers;
    private readonly RocksDbSharp.Snapshot snapshot;
    private readonly ReadOptions reading;

    public FrozenLedger(
        RocksDb database,
        ColumnFamilyHandle state,
        ColumnFamilyHandle blocks,
        ColumnFamilyHandle handovers,
        byte[] heightKey)
    {
        this.database = database;
        this.state = state;
        this.handovers = handovers;
        snapshot = database.CreateSnapshot();
        reading = new ReadOptions().SetSnapshot(snapshot);
        var height = database.Get(heightKey, null, reading);
        var bytes = height is null ? null : database.Get(height, blocks, reading);
        Last = bytes is not null && StoredBlock.TryDecode(bytes, out var block) == DecodeError.Unset ? block : null;
    }

    /// <summary>The last block; null for a store that holds genesis only.</summary>
    public StoredBlock? Last { get; }

    /// <summary>How validator sets followed each other, oldest first.</summary>
    public IEnumerable<Handover> Handovers()
    {
        using var iterator = database.NewIterator(handovers, reading);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            yield return Decode(iterator.Value());
        }
    }

    /// <summary>Every object of the state, in order of keys.</summary>
    public IEnumerable<StateEntry> StateEntries()
    {
        using var iterator = database.NewIterator(state, reading);
        for (iterator.SeekToFirst(); iterator.Valid(); iterator.Next())
        {
            yield return new StateEntry(iterator.Key(), iterator.Value());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => snapshot.Dispose();

    /// <summary>A stored handover.</summary>
    /// <exception cref="NodeStartException">It does not decode: the disk lost something.</exception>
    internal static Handover Decode(byte[] bytes)
    {
        var reader = new CanonicalReader(bytes);
        var handover = Handover.Read(ref reader);
        return reader.Finish() && handover is not null
            ? handover
            : throw new NodeStartException("A stored handover between epochs is damaged.");
    }
}
