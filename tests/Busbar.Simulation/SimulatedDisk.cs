using Busbar.Consensus;
using Busbar.Ledger;
using Busbar.Node.Hosting;
using Busbar.Node.Storage;

namespace Busbar.Simulation;

/// <summary>
/// What one validator's disk holds after a power cut at any moment: the journal's groups, each whole or not there, and
/// the ledger, always at one height. What was handed over and not synced survives as any prefix.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly List<Group> synced = [];
    private readonly Queue<Group> unsynced = [];
    private readonly HashSet<SignedVote> durableVotes = [];
    private readonly SortedDictionary<byte[], byte[]> state = new(new BytesComparer());
    private readonly SortedDictionary<ulong, StoredBlock> blocks = [];
    private readonly Genesis genesis;

    public SimulatedDisk(Genesis genesis)
    {
        this.genesis = genesis;
        var first = LedgerState.FromGenesis(genesis);
        foreach (var entry in first.Entries())
        {
            state[entry.Key] = entry.Value!;
        }
    }

    /// <summary>False once the journal is lost or damaged: the key never votes again.</summary>
    public bool MayVote { get; private set; } = true;

    public ulong Height => blocks.Count == 0 ? 0 : blocks.Keys.Last();

    public StoredBlock? FindBlock(ulong height) => blocks.GetValueOrDefault(height);

    public void Append(IReadOnlyList<(JournalRecord Record, byte[]? Block)> records) =>
        unsynced.Enqueue(
            new Group([.. records.Select(record => (record.Record, record.Record.Encode(), record.Block))]));

    /// <summary>Everything that was appended so far is on stable storage.</summary>
    public int Unsynced => unsynced.Count;

    public void Sync(int groups)
    {
        for (; groups > 0; groups--)
        {
            Keep(unsynced.Dequeue());
        }
    }

    /// <summary>
    /// True when a vote was on stable storage at some time: it may be forgotten since its view is final.
    /// </summary>
    public bool WasDurable(SignedVote vote) => durableVotes.Contains(vote);

    public void Commit(IReadOnlyList<FinalBlock> final)
    {
        foreach (var (block, executed) in final)
        {
            blocks[block.Header.Height] = block;
            foreach (var entry in executed.Delta.Entries)
            {
                if (entry.Value is null)
                {
                    state.Remove(entry.Key);
                }
                else
                {
                    state[entry.Key] = entry.Value;
                }
            }
        }
    }

    public void Forget(ulong epoch, ulong view) =>
        synced.RemoveAll(group => group.Records.All(record => record.Record.Vote is var vote
            && (vote.Epoch < epoch || (vote.Epoch == epoch && vote.View <= view))));

    /// <summary>Power fails: what was not synced survives up to a random place; a group that is cut is gone.</summary>
    public void Crash(SimulatedRandom random)
    {
        for (var kept = random.Below((ulong)unsynced.Count + 1); kept > 0; kept--)
        {
            Keep(unsynced.Dequeue());
        }

        unsynced.Clear();
    }

    /// <summary>
    /// A bit flips in what was synced: the journal's checksum finds it at the next start, and the key is done.
    /// </summary>
    public void DamageJournal() => MayVote = false;

    /// <summary>Everything is gone. The mark beside the key says that it has voted.</summary>
    public void Wipe()
    {
        synced.Clear();
        unsynced.Clear();
        blocks.Clear();
        state.Clear();
        foreach (var entry in LedgerState.FromGenesis(genesis).Entries())
        {
            state[entry.Key] = entry.Value!;
        }

        MayVote = false;
    }

    /// <summary>A new key with a new journal beside what is stored.</summary>
    public void TakeNewKey()
    {
        synced.Clear();
        unsynced.Clear();
        MayVote = true;
    }

    /// <summary>What a start reads: the ledger by the code that reads a real store, and the journal.</summary>
    public (LedgerState State, FinalFloor Floor, List<JournalRecord> Journal, List<byte[]> Blocks) Load()
    {
        var journal = synced.SelectMany(group => group.Records).Select(record => Decode(record.Encoded)).ToList();
        var bodies = synced.SelectMany(group => group.Records).Where(record => record.Block is not null)
            .Select(record => record.Block!).ToList();
        if (blocks.Count == 0)
        {
            return (LedgerState.FromGenesis(genesis), new FinalFloor(0, genesis.Digest()), journal, bodies);
        }

        var last = blocks[Height];
        var header = last.Header;
        var loaded = LedgerState.Load(
            genesis,
            header.Height,
            header.Time,
            header.UptimeMs,
            state.Select(entry => new StateEntry(entry.Key, entry.Value)));
        Invariant.Check(loaded.StateRoot == header.StateRoot);
        Invariant.Check(last.Finalization is not null);
        var vote = last.Finalization.Vote;
        return (loaded, new FinalFloor(vote.View, vote.Block) { Finalization = last.Finalization }, journal, bodies);
    }

    private void Keep(Group group)
    {
        synced.Add(group);
        durableVotes.UnionWith(group.Records.Select(record => record.Record).OfType<JournalRecord.OwnVote>()
            .Select(own => own.Signed));
    }

    private static JournalRecord Decode(byte[] bytes)
    {
        Invariant.Check(JournalRecord.TryDecode(bytes, out var record) == DecodeError.Unset);
        return record!;
    }

    private sealed record Group(IReadOnlyList<(JournalRecord Record, byte[] Encoded, byte[]? Block)> Records);

    private sealed class BytesComparer : IComparer<byte[]>
    {
        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
