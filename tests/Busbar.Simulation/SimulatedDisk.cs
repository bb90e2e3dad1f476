using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Hosting;
using Busbar.Node.Storage;

namespace Busbar.Simulation;

/// <summary>
/// What one validator's disk holds after a power cut at any moment: the files of the real <see cref="VoteJournal"/>, of
/// which what was not flushed is left in part, and the ledger, always at one height.
/// </summary>
internal sealed class SimulatedDisk
{
    // Small, so that the journal takes turns many times in a life.
    private static readonly JournalSizes Sizes = new(
        TurnSizeBytes: 8 * 1024,
        MaxSizeBytes: 64L * 1024 * 1024,
        Node.NodeLimits.JournalGroupSizeBytes,
        Node.NodeLimits.JournalGroupEntries);

    private readonly HashSet<SignedVote> durableVotes = [];
    private readonly List<JournalEntry> unsynced = [];
    private readonly SortedDictionary<byte[], byte[]> state = new(new BytesComparer());
    private readonly SortedDictionary<ulong, StoredBlock> blocks = [];
    private readonly Genesis genesis;
    private JournalIdentity identity;
    private SimulatedJournalFolder folder = new();
    private VoteJournal? journal;
    private ulong knownTurn;
    private bool isDamaged;

    public SimulatedDisk(Genesis genesis, PublicKey key)
    {
        this.genesis = genesis;
        identity = JournalIdentity.Of(key, genesis.Digest());
        var first = LedgerState.FromGenesis(genesis);
        foreach (var entry in first.Entries())
        {
            state[entry.Key] = entry.Value!;
        }
    }

    /// <summary>False once the journal was found lost or damaged: the key never votes again.</summary>
    public bool MayVote { get; private set; } = true;

    public ulong Height => blocks.Count == 0 ? 0 : blocks.Keys.Last();

    public StoredBlock? FindBlock(ulong height) => blocks.GetValueOrDefault(height);

    /// <summary>Hands records over; without a journal there is nothing that could be a vote.</summary>
    public void Append(IReadOnlyList<(JournalRecord Record, byte[]? Block)> records)
    {
        var entries = records.Select(record => new JournalEntry(record.Record, record.Block)).ToArray();
        journal?.Append(entries);
        unsynced.AddRange(entries);
    }

    /// <summary>Everything that was appended so far is on stable storage when this returns.</summary>
    public void Sync()
    {
        Invariant.Check(journal is not null);
        journal.Sync();
        durableVotes.UnionWith(unsynced.Select(entry => entry.Record).OfType<JournalRecord.OwnVote>()
            .Select(own => own.Signed));
        unsynced.Clear();
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

    public void Forget(ulong epoch, ulong view) => journal?.Forget(epoch, view);

    /// <summary>Power fails, maybe in the middle of a sync: of what was not flushed any part is left.</summary>
    public void Crash(SimulatedRandom random)
    {
        if (unsynced.Count > 0 && journal is not null && random.Chance(500))
        {
            folder.CutAt = folder.Operations + 1 + (int)random.Below(3);
            try
            {
                journal.Sync();
            }
            catch (PowerCutException)
            {
                // What is left of it is found at the next start.
            }
        }

        PowerOff();
        folder = folder.AfterPowerCut(new Random((int)random.Below(int.MaxValue)));
    }

    /// <summary>
    /// Power fails between two syncs, and a bit flips in the journal before its last group: the next start must see it.
    /// </summary>
    public void CrashWithDamage(SimulatedRandom random)
    {
        PowerOff();
        if (knownTurn == 0)
        {
            return;
        }

        var slot = (int)(knownTurn % 2);
        var file = folder[slot];
        var groups = GroupsIn(folder.Find(slot)!, JournalHeader.Read(file.AsSpan(0, JournalHeader.SizeBytes)));
        var end = groups.Count < 2 ? JournalHeader.SizeBytes : groups[^1];
        file[random.Below((ulong)end)] ^= (byte)(1 << (int)random.Below(8));
        folder = folder.Copy();
        isDamaged = true;
    }

    /// <summary>Everything is gone but the mark beside the key, which says that it has voted.</summary>
    public void Wipe()
    {
        PowerOff();
        folder = new SimulatedJournalFolder();
        blocks.Clear();
        state.Clear();
        foreach (var entry in LedgerState.FromGenesis(genesis).Entries())
        {
            state[entry.Key] = entry.Value!;
        }
    }

    /// <summary>A new key with a new journal beside what is stored.</summary>
    public void TakeNewKey(PublicKey key)
    {
        PowerOff();
        folder = new SimulatedJournalFolder();
        identity = JournalIdentity.Of(key, genesis.Digest());
        knownTurn = 0;
        isDamaged = false;
        MayVote = true;
    }

    /// <summary>What a start reads: ledger and journal, each by the code that reads a real one.</summary>
    public (LedgerState State, FinalFloor Floor, IReadOnlyList<JournalRecord> Journal, IReadOnlyList<byte[]> Blocks)
        Load()
    {
        var (head, floor) = LoadLedger();
        OpenJournal(new EpochView(head.Epoch, head.EndsEpoch ? 0 : floor.View));
        var records = journal?.Records ?? [];

        // What a sync that never ended left whole counts from here on.
        durableVotes.UnionWith(records.OfType<JournalRecord.OwnVote>().Select(own => own.Signed));
        return (head, floor, records, journal?.Blocks ?? []);
    }

    private (LedgerState State, FinalFloor Floor) LoadLedger()
    {
        if (blocks.Count == 0)
        {
            return (LedgerState.FromGenesis(genesis), new FinalFloor(0, genesis.Digest()));
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
        return (loaded, new FinalFloor(vote.View, vote.Block) { Finalization = last.Finalization });
    }

    private void OpenJournal(EpochView floor)
    {
        Invariant.Check(journal is null);
        if (!MayVote)
        {
            return;
        }

        journal = knownTurn == 0 && VoteJournal.IsUnused(folder, identity)
            ? VoteJournal.Create(folder, identity, floor, Sizes, turn => knownTurn = turn)
            : VoteJournal.TryOpen(folder, identity, knownTurn, floor, Sizes, turn => knownTurn = turn, out _);
        MayVote = journal is not null;
        Invariant.Check(!(isDamaged && MayVote));
    }

    private void PowerOff()
    {
        journal = null;
        unsynced.Clear();
    }

    // Where the groups of the turn begin. Behind them may stand what an earlier turn left, which is none.
    private static List<long> GroupsIn(IJournalFile file, JournalHeader? header)
    {
        Invariant.Check(header is not null);
        var groups = new List<long>();
        var turn = new JournalTurn(file, header.Salt, Sizes);
        for (long offset = JournalHeader.SizeBytes;
            turn.TryRead(offset, out var group, out _) && group.Sequence == (ulong)groups.Count;
            offset = group.End)
        {
            groups.Add(offset);
        }

        return groups;
    }

    private sealed class BytesComparer : IComparer<byte[]>
    {
        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
