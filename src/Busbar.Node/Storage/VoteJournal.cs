using Busbar.Consensus;

namespace Busbar.Node.Storage;

/// <summary>
/// This validator's own votes, the certificates it holds, and the blocks they name, above the last final view
/// (spec/consensus.md#C-43, spec/api.md#N-4). Entries are appended and synced before anybody is told of them. After an
/// error of the disk, what is durable is not known: every further write is refused. Not thread-safe: the loop owns it.
/// </summary>
/// <remarks>
/// <para>
/// <b>Files.</b> Two, of which one is active. Each holds a header (<see cref="JournalHeader"/>) and groups
/// (<see cref="JournalTurn"/>). What is appended between two syncs is one group with one checksum: after a power cut
/// all of it counts or none. Every checksum covers a salt that is fresh for each turn and never leaves the file, so
/// neither what an earlier turn left in the file nor bytes that a stranger put into a transaction ever verify.
/// </para>
/// <para>
/// <b>Turns.</b> Opening the journal begins a turn, and so does <see cref="Forget"/> when the active file is past its
/// size and more than half of it is final. The live groups go into the other file, are synced, then its header with the
/// next turn is synced, and then the turn is told to be kept elsewhere, before anything can be appended to it. The
/// other file's old header is wiped first, so that at every moment one file has a whole header, and the other one has
/// a whole header of the turn before, zeros, or a part of a header from which end it was cut is plain to see.
/// </para>
/// <para>
/// <b>Why the newest whole header can be trusted.</b> Let n be its turn, and let every turn that was told be at most n.
/// A vote of turn n + 1 needs that turn told, so none was used, and turn n holds everything: the other file does not
/// matter, whatever a crash made of it. If a later turn was told than any header has, votes may be missing, and the key
/// must not vote. A header that is neither whole nor something a crash leaves was damaged; the same argument would
/// allow to go on, but it rests on what was told, and whoever restores a backup may have restored that as well. So
/// damage is refused. A turn also says what was final when it began: a ledger that knows less is older than the
/// journal, and views between the two might be voted for again.
/// </para>
/// <para>
/// <b>Within a turn.</b> Groups are read up to the first that does not verify. At most one group is written between two
/// syncs, so a crash tears the last one at the most; a whole group behind a broken one means damage, and refuses.
/// Damage to the last group looks like a tear. A copy of the files taken while a node ran and put back before it was
/// ever started again is the one thing that is not seen: it has the right turn.
/// </para>
/// </remarks>
public sealed partial class VoteJournal : IDisposable
{
    private const int EntrySizeBytes = 512;
    private const int ArrayHeadSizeBytes = 5;

    private readonly IJournalFolder folder;
    private readonly JournalIdentity identity;
    private readonly JournalSizes sizes;
    private readonly Action<ulong> turnBegan;
    private readonly IJournalFile?[] files = new IJournalFile?[2];
    private readonly List<JournalGroup> live = [];
    private readonly CanonicalWriter pending = new();
    private readonly CanonicalWriter count = new(16);
    private JournalTurn? active;
    private long tail = JournalHeader.SizeBytes;
    private ulong nextSequence;
    private int pendingEntries;
    private EpochView pendingHighest;
    private EpochView floor;
    private Exception? failure;

    private VoteJournal(
        IJournalFolder folder,
        JournalIdentity identity,
        EpochView floor,
        JournalSizes sizes,
        Action<ulong> turnBegan)
    {
        this.folder = folder;
        this.identity = identity;
        this.floor = floor;
        this.sizes = sizes;
        this.turnBegan = turnBegan;
    }

    /// <summary>The turn, from 1. It rises with every opening, and when the file is turned over.</summary>
    public ulong Turn { get; private set; }

    /// <summary>Records above the floor as they were at opening, in the order they were appended.</summary>
    public IReadOnlyList<JournalRecord> Records { get; private set; } = [];

    /// <summary>Encoded blocks of records above the floor as they were at opening, in order.</summary>
    public IReadOnlyList<byte[]> Blocks { get; private set; } = [];

    /// <summary>True after an error of the disk: nothing can be written any more.</summary>
    public bool IsBroken => failure is not null;

    /// <summary>Bytes of the active file that are written.</summary>
    public long UsedSizeBytes => tail;

    /// <summary>
    /// Takes entries for the next sync, all of them in one group. Nothing may be told of them before
    /// <see cref="Sync"/> returned. What was taken before is synced first when a group cannot hold both.
    /// </summary>
    /// <exception cref="ArgumentException">The entries are more than one group may hold.</exception>
    /// <exception cref="IOException">The disk failed, now or before, or the journal is full.</exception>
    public void Append(ReadOnlySpan<JournalEntry> entries)
    {
        ThrowIfBroken();
        var group = Encode(entries, out var highest);
        if (pendingEntries + entries.Length > sizes.GroupEntries
            || pending.WrittenSpan.Length + group.WrittenSpan.Length > BodyLimit)
        {
            Sync();
        }

        pending.Encoded(group.WrittenSpan);
        pendingEntries += entries.Length;
        pendingHighest = highest > pendingHighest ? highest : pendingHighest;
    }

    /// <summary>Returns when all that was appended is on stable storage; at once when it is already.</summary>
    /// <exception cref="IOException">The disk failed, now or before, or the journal is full.</exception>
    public void Sync()
    {
        ThrowIfBroken();
        if (pendingEntries > 0)
        {
            Guard(WritePending);
        }
    }

    /// <summary>Appends entries as one group and returns when they are on stable storage.</summary>
    /// <exception cref="ArgumentException">The entries are more than one group may hold.</exception>
    /// <exception cref="IOException">The disk failed, now or before, or the journal is full.</exception>
    public void Write(ReadOnlySpan<JournalEntry> entries)
    {
        Append(entries);
        Sync();
    }

    /// <summary>
    /// Records of an earlier epoch, or of this one up to this view, are no longer needed: a block of this view is final
    /// and durably stored. Begins the next turn when most of a full file is no longer needed.
    /// </summary>
    /// <exception cref="IOException">The disk failed while the next turn began.</exception>
    public void Forget(ulong epoch, ulong view)
    {
        var final = new EpochView(epoch, view);
        if (final <= floor)
        {
            return;
        }

        floor = final;
        live.RemoveAll(group => group.Highest <= final);
        var written = tail - JournalHeader.SizeBytes;
        if (failure is null && tail > sizes.TurnSizeBytes && LiveSizeBytes() < written - LiveSizeBytes())
        {
            Guard(() => BeginTurn(Turn + 1));
        }
    }

    /// <summary>Closes the files. What was appended and not synced is lost, as in a crash.</summary>
    public void Dispose()
    {
        foreach (var file in files)
        {
            file?.Dispose();
        }
    }

    private int BodyLimit => sizes.GroupSizeBytes - ArrayHeadSizeBytes;

    private IJournalFile ActiveFile => files[SlotOf(Turn)]!;

    private static int SlotOf(ulong turn) => (int)(turn % 2);

    private CanonicalWriter Encode(ReadOnlySpan<JournalEntry> entries, out EpochView highest)
    {
        var blocksSizeBytes = 0L;
        foreach (var entry in entries)
        {
            blocksSizeBytes += entry.Block?.Length ?? 0;
        }

        CheckGroup(entries.Length, blocksSizeBytes);
        var group = new CanonicalWriter((int)blocksSizeBytes + (entries.Length * EntrySizeBytes));
        highest = default;
        foreach (var entry in entries)
        {
            group.Array(2).Bytes(entry.Record.Encode());
            _ = entry.Block is null ? group.Null() : group.Bytes(entry.Block);
            highest = EpochView.Of(entry.Record.Vote) is var place && place > highest ? place : highest;
        }

        CheckGroup(entries.Length, group.WrittenSpan.Length);
        return group;
    }

    private void CheckGroup(int entries, long sizeBytes)
    {
        if (entries > sizes.GroupEntries || sizeBytes > BodyLimit)
        {
            throw new ArgumentException(
                $"A group of the vote journal holds {sizes.GroupEntries} entries and {BodyLimit} bytes at the most.");
        }
    }

    private long LiveSizeBytes() => live.Sum(group => group.SizeBytes);

    private void WritePending()
    {
        count.Clear();
        count.Array(pendingEntries);
        var end = tail + JournalGroup.SizeOf(count.WrittenSpan.Length + pending.WrittenSpan.Length);
        if (end > sizes.MaxSizeBytes)
        {
            throw new IOException(
                $"The vote journal would be larger than {sizes.MaxSizeBytes} bytes: nothing was final for too long.");
        }

        if (end > ActiveFile.SizeBytes)
        {
            // Synced by itself: a crash must not leave a file whose length is neither of the two.
            ActiveFile.Resize(sizes.FileSize(end));
            ActiveFile.Flush();
        }

        var group = active!.Write(tail, nextSequence, pendingHighest, count.WrittenSpan, pending.WrittenSpan);
        ActiveFile.Flush();

        nextSequence++;
        tail = group.End;
        if (group.Highest > floor)
        {
            live.Add(group);
        }

        pending.Clear();
        pendingEntries = 0;
        pendingHighest = default;
    }

    /// <summary>Moves the live groups to the other file; the remarks of the class say in which order and why.</summary>
    private void BeginTurn(ulong turn)
    {
        var neededSizeBytes = JournalHeader.SizeBytes + LiveSizeBytes();
        var target = files[SlotOf(turn)] ??= folder.Make(SlotOf(turn), sizes.FileSize(neededSizeBytes));

        // :: Step 1: wipe the header of the turn that the file held. The sync of step 2 makes that durable too.
        Span<byte> header = stackalloc byte[JournalHeader.SizeBytes];
        target.Read(header, 0);
        if (header.ContainsAnyExcept((byte)0))
        {
            header.Clear();
            target.Write(header, 0);
        }

        if (target.SizeBytes != sizes.FileSize(neededSizeBytes))
        {
            target.Resize(sizes.FileSize(neededSizeBytes));
        }

        // :: Step 2: copy what is live.
        var salt = JournalTurn.NewSalt();
        var next = new JournalTurn(target, salt, sizes);
        var moved = new List<JournalGroup>(live.Count);
        long end = JournalHeader.SizeBytes;
        foreach (var group in live)
        {
            if (!active!.TryRead(group.Offset, out var read, out var body) || read != group)
            {
                throw new IOException("The vote journal does not read back what was written to it.");
            }

            moved.Add(next.Write(end, (ulong)moved.Count, group.Highest, body, []));
            end = moved[^1].End;
        }

        target.Flush();

        // :: Step 3: the header makes it the newest turn.
        new JournalHeader(turn, salt, floor).Write(identity, header);
        target.Write(header, 0);
        target.Flush();

        live.Clear();
        live.AddRange(moved);
        active = next;
        tail = end;
        nextSequence = (ulong)moved.Count;
        Turn = turn;

        // :: Step 4: told before anything is appended to it.
        turnBegan(turn);
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
    }

    private void ThrowIfBroken()
    {
        if (failure is not null)
        {
            throw new IOException(
                "The vote journal failed before, so what it holds is not known. Restart the node.", failure);
        }
    }
}
