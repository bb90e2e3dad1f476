using Busbar.Consensus;

namespace Busbar.Node.Storage;

/// <content>How a journal is made, opened, or refused.</content>
public sealed partial class VoteJournal
{
    /// <summary>
    /// Opens the journal of a validator, or makes it on the key's first use: when neither the mark nor the store knows
    /// of a turn, and the folder holds none. Turns are told to the mark first.
    /// </summary>
    /// <param name="folder">Where the journal's files are.</param>
    /// <param name="markPath">
    /// Where the mark is, outside the folder (<see cref="JournalMark.PathBeside"/>); null for a key that is in no file.
    /// </param>
    /// <param name="identity">The key and the network.</param>
    /// <param name="storedTurn">The highest turn that the ledger store was told; 0 for none.</param>
    /// <param name="floor">The view of the last block that is final and stored.</param>
    /// <param name="turnBegan">Stores a turn, durably, before it returns.</param>
    /// <param name="reason">Why the key must not vote, or null.</param>
    /// <returns>The journal, or null when the key must not vote from here.</returns>
    /// <exception cref="NodeStartException">The mark is of another key or network.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static VoteJournal? TryOpenOrCreate(
        string folder,
        string? markPath,
        JournalIdentity identity,
        ulong storedTurn,
        EpochView floor,
        Action<ulong> turnBegan,
        out string? reason)
    {
        var markedTurn = 0UL;
        reason = null;
        if (markPath is not null && !JournalMark.TryRead(markPath, identity, out markedTurn, out reason))
        {
            return null;
        }

        void TellTurn(ulong turn)
        {
            if (markPath is not null)
            {
                JournalMark.Write(markPath, identity, turn);
            }

            turnBegan(turn);
        }

        var knownTurn = Math.Max(storedTurn, markedTurn);
        return knownTurn == 0 && IsUnused(new JournalFolder(folder), identity)
            ? Create(folder, identity, floor, TellTurn)
            : TryOpen(folder, identity, knownTurn, floor, TellTurn, out reason);
    }

    /// <summary>Makes the journal of a key that never voted.</summary>
    /// <param name="folder">Where its files go.</param>
    /// <param name="identity">The key and the network.</param>
    /// <param name="floor">The view of the last block that is final and stored.</param>
    /// <param name="turnBegan">Stores a turn, durably, before it returns.</param>
    /// <exception cref="NodeStartException">The folder holds a journal.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static VoteJournal Create(
        string folder, JournalIdentity identity, EpochView floor, Action<ulong> turnBegan) =>
        Create(new JournalFolder(folder), identity, floor, JournalSizes.Default, turnBegan);

    /// <summary>Opens a journal, reads what stands above the floor, and begins its next turn.</summary>
    /// <param name="folder">Where its files are.</param>
    /// <param name="identity">The key and the network.</param>
    /// <param name="knownTurn">The highest turn that was ever told.</param>
    /// <param name="floor">The view of the last block that is final and stored.</param>
    /// <param name="turnBegan">Stores a turn, durably, before it returns.</param>
    /// <param name="reason">
    /// Why the key must not vote from here, or null: the journal is missing, older than what was told, newer than the
    /// ledger, of another key, cut, or damaged.
    /// </param>
    /// <returns>The journal, or null when the key must not vote from here.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public static VoteJournal? TryOpen(
        string folder,
        JournalIdentity identity,
        ulong knownTurn,
        EpochView floor,
        Action<ulong> turnBegan,
        out string? reason) =>
        TryOpen(
            new JournalFolder(folder), identity, knownTurn, floor, JournalSizes.Default, turnBegan, out reason);

    internal static VoteJournal Create(
        IJournalFolder folder,
        JournalIdentity identity,
        EpochView floor,
        JournalSizes sizes,
        Action<ulong> turnBegan)
    {
        if (!IsUnused(folder, identity))
        {
            throw new NodeStartException("The data folder holds a vote journal already: open that one.");
        }

        return Opened(new VoteJournal(folder, identity, floor, sizes, turnBegan), journal =>
        {
            journal.FindFiles();
            journal.BeginTurn(1);
            return null;
        }, out _)!;
    }

    internal static VoteJournal? TryOpen(
        IJournalFolder folder,
        JournalIdentity identity,
        ulong knownTurn,
        EpochView floor,
        JournalSizes sizes,
        Action<ulong> turnBegan,
        out string? reason)
    {
        var opened = Opened(
            new VoteJournal(folder, identity, floor, sizes, turnBegan),
            journal =>
            {
                journal.FindFiles();
                if (journal.FindNewest(knownTurn) is { } refusal)
                {
                    return refusal;
                }

                if (journal.ReadGroups() is { } damage)
                {
                    return damage;
                }

                journal.BeginTurn(journal.Turn + 1);
                return null;
            },
            out reason);
        reason = reason is null ? null : MustNotVote(reason);
        return opened;
    }

    /// <summary>True when no turn was ever begun there: no files, or what a crash of the first one leaves.</summary>
    internal static bool IsUnused(IJournalFolder folder, JournalIdentity identity)
    {
        Span<byte> header = stackalloc byte[JournalHeader.SizeBytes];
        for (var slot = 0; slot < 2; slot++)
        {
            using var file = folder.Find(slot);
            file?.Read(header, 0);
            if (file is not null
                && !(slot == SlotOf(1)
                    ? JournalHeader.IsLeftover(header, identity, 0)
                    : !header.ContainsAnyExcept((byte)0)))
            {
                return false;
            }
        }

        return true;
    }

    private static string MustNotVote(string finding) =>
        finding + ". A validator that may have forgotten a vote must not vote under its key again: "
        + "start with a new validator key, or restore the folder as it was.";

    private static VoteJournal? Opened(
        VoteJournal journal, Func<VoteJournal, string?> open, out string? refusal)
    {
        try
        {
            refusal = open(journal);
        }
        catch
        {
            journal.Dispose();
            throw;
        }

        if (refusal is null)
        {
            return journal;
        }

        journal.Dispose();
        return null;
    }

    private void FindFiles()
    {
        files[0] = folder.Find(0);
        files[1] = folder.Find(1);
    }

    /// <summary>Takes the newest turn; or says why it must not be used.</summary>
    private string? FindNewest(ulong knownTurn)
    {
        var bytes = new byte[2][];
        JournalHeader? newest = null;
        for (var slot = 0; slot < 2; slot++)
        {
            bytes[slot] = new byte[JournalHeader.SizeBytes];
            files[slot]?.Read(bytes[slot], 0);
            var header = JournalHeader.Read(bytes[slot]);
            if (header is null)
            {
                continue;
            }

            if (!JournalHeader.IsOf(bytes[slot], identity))
            {
                return "The vote journal is of another key or network";
            }

            if (header.Turn == 0 || SlotOf(header.Turn) != slot)
            {
                return "The vote journal has the header of one file in the other";
            }

            newest = newest?.Turn > header.Turn ? newest : header;
        }

        if (newest is null)
        {
            return bytes[0].Concat(bytes[1]).Any(value => value != 0)
                ? "The vote journal is damaged: it has no whole header"
                : "The vote journal is missing";
        }

        var other = bytes[1 - SlotOf(newest.Turn)];
        if (JournalHeader.Read(other) is null && !JournalHeader.IsLeftover(other, identity, newest.Turn))
        {
            return "The vote journal is damaged: one header is neither whole nor what a crash leaves";
        }

        if (newest.Turn < knownTurn)
        {
            return $"The vote journal is older than it was: it holds turn {newest.Turn}, and {knownTurn} was begun";
        }

        if (floor < newest.Floor)
        {
            return "The stored ledger is older than the vote journal";
        }

        Turn = newest.Turn;
        active = new JournalTurn(ActiveFile, newest.Salt, sizes);
        return ActiveFile.SizeBytes < sizes.TurnSizeBytes || ActiveFile.SizeBytes % sizes.TurnSizeBytes != 0
            ? "The vote journal was cut short"
            : null;
    }

    /// <summary>Reads the groups of the turn and keeps what is above the floor; or says what is wrong.</summary>
    private string? ReadGroups()
    {
        var records = new List<JournalRecord>();
        var blocks = new List<byte[]>();
        for (ulong sequence = 0;
            active!.TryRead(tail, out var group, out var body) && group.Sequence == sequence;
            sequence++)
        {
            if (!TryDecode(body, records, blocks))
            {
                return "The vote journal holds a group that is whole but does not decode";
            }

            if (group.Highest > floor)
            {
                live.Add(group);
            }

            tail = group.End;
        }

        if (active.HasGroupBehind(tail))
        {
            return "The vote journal is damaged before its end";
        }

        Records = records;
        Blocks = blocks;
        return null;
    }

    private bool TryDecode(ReadOnlySpan<byte> body, List<JournalRecord> records, List<byte[]> blocks)
    {
        var reader = new CanonicalReader(body);
        var entries = reader.Array(1, sizes.GroupEntries);
        for (var i = 0; i < entries; i++)
        {
            reader.Array(2);
            var encoded = reader.BytesUpTo(body.Length);
            var hasBlock = !reader.TryNull();
            var block = hasBlock ? reader.BytesUpTo(body.Length) : default;
            if (reader.Failed || JournalRecord.TryDecode(encoded, out var record) != DecodeError.Unset)
            {
                return false;
            }

            if (EpochView.Of(record!.Vote) <= floor)
            {
                continue;
            }

            records.Add(record);
            if (hasBlock)
            {
                blocks.Add(block.ToArray());
            }
        }

        return reader.Finish();
    }
}
