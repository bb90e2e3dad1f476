using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;
using Busbar.Consensus;
using Microsoft.Win32.SafeHandles;

namespace Busbar.Node.Storage;

/// <summary>
/// The file of this validator's own votes and of the blocks they name (spec/consensus.md#C-43, N-rules of
/// spec/api.md). Records are appended and synced before the vote is used; once a block is final and stored, writing
/// starts over at the front, so that the file keeps its preallocated size. Not thread-safe: the loop owns it.
/// </summary>
/// <remarks>
/// File: two header slots of 64 bytes (magic with version, boot counter, salt, CRC-32), then records of [magic, length,
/// view, floor, CRC-64 of salt, length, view, floor and body] and body, each at a multiple of 16 bytes. The salt is
/// random and never leaves the file: without it a sender could put a record of its own making into a transaction, and
/// what is left of an old block would read as a vote. The floor is the highest view that was final and stored then.
/// </remarks>
public sealed class VoteJournal : IDisposable
{
    private const int HeaderSlotSizeBytes = 64;
    private const int FirstRecordOffset = 2 * HeaderSlotSizeBytes;
    private const int FrameSizeBytes = 32;
    private const int ChecksumOffset = 24;
    private const int Alignment = 16;
    private const long PreallocatedSizeBytes = 16L * 1024 * 1024;
    private const int MaxVotesPerRecord = 16;
    private const int MaxVoteSizeBytes = 256;
    private const uint RecordMagic = 0xB0_5B_A2_01;

    private readonly SafeFileHandle file;
    private readonly ulong salt;
    private byte[] frame = new byte[64 * 1024];
    private long tail = FirstRecordOffset;
    private ulong floor;
    private ulong highestView;

    private VoteJournal(SafeFileHandle file, HeaderSlot header, ulong finalView)
    {
        this.file = file;
        salt = header.Salt;
        Boot = header.Boot;
        floor = finalView;
        highestView = finalView;
    }

    /// <summary>How often this journal was opened to vote, this time included.</summary>
    public ulong Boot { get; }

    /// <summary>Own votes above the final floor, in the order they were made.</summary>
    public IReadOnlyList<JournalRecord> Votes { get; private set; } = [];

    /// <summary>Encoded blocks above the final floor, in the order they were built.</summary>
    public IReadOnlyList<byte[]> Blocks { get; private set; } = [];

    /// <summary>
    /// Opens the journal, counts the boot, and reads what stands above the final floor. A torn last record, which
    /// nothing was told about, is dropped.
    /// </summary>
    /// <param name="path">The file; made when absent and <paramref name="knownBoots"/> is 0.</param>
    /// <param name="knownBoots">How often storage says that this journal was opened; 0 for a new folder.</param>
    /// <param name="finalView">View of the highest final block in storage.</param>
    /// <exception cref="NodeStartException">
    /// It is missing, older or newer than storage, or corrupt before its tail: the key must not vote again.
    /// </exception>
    public static VoteJournal Open(string path, ulong knownBoots, ulong finalView)
    {
        if (!File.Exists(path) && knownBoots > 0)
        {
            throw MustNotVote("The vote journal is missing");
        }

        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var journal = new VoteJournal(file, CountBoot(file, knownBoots), finalView);
            journal.Replay(finalView);
            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Appends own votes with the block they name, if it is not in the journal yet, as one record, and returns when it
    /// is on stable storage. One record is one checksum: after a power cut either all of it counts or none.
    /// </summary>
    public void Write(ulong view, IReadOnlyList<JournalRecord> votes, ReadOnlySpan<byte> block)
    {
        var body = new CanonicalWriter(block.Length + 512);
        body.Array(2).Array(votes.Count);
        foreach (var vote in votes)
        {
            body.Bytes(vote.Encode());
        }

        body.Bytes(block);
        Append(view, body.WrittenSpan);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Starts over at the front: every record belongs to a view that is final and durably stored.</summary>
    public void Reset()
    {
        tail = FirstRecordOffset;
        floor = highestView;
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static NodeStartException MustNotVote(string finding) => new(
        finding + ". A validator that may have forgotten a vote must not vote under its key again: "
        + "start with a new validator key, or restore the folder as it was.");

    private static HeaderSlot CountBoot(SafeFileHandle file, ulong knownBoots)
    {
        var length = RandomAccess.GetLength(file);
        if (length < PreallocatedSizeBytes)
        {
            // A journal is made whole before its first boot is counted, so a short one was cut.
            if (knownBoots > 0)
            {
                throw MustNotVote("The vote journal was cut short");
            }

            RandomAccess.SetLength(file, PreallocatedSizeBytes);
        }

        var (first, second) = (ReadSlot(file, 0), ReadSlot(file, 1));
        var newest = first.Boot >= second.Boot ? first : second;
        if (newest.Boot < knownBoots)
        {
            throw MustNotVote("The vote journal is older than the stored ledger");
        }

        var next = newest.Boot == 0
            ? new HeaderSlot(1, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))))
            : newest with { Boot = newest.Boot + 1 };
        WriteSlot(file, next);
        RandomAccess.FlushToDisk(file);
        return next;
    }

    private static HeaderSlot ReadSlot(SafeFileHandle file, int slot)
    {
        Span<byte> bytes = stackalloc byte[HeaderSlotSizeBytes];
        var read = RandomAccess.Read(file, bytes, slot * HeaderSlotSizeBytes);
        var valid = read == HeaderSlotSizeBytes
            && bytes[..8].SequenceEqual("BUSVOTE1"u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) == Crc32.HashToUInt32(bytes[..24]);
        return valid
            ? new HeaderSlot(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]))
            : default;
    }

    private static void WriteSlot(SafeFileHandle file, HeaderSlot slot)
    {
        Span<byte> bytes = stackalloc byte[HeaderSlotSizeBytes];
        bytes.Clear();
        "BUSVOTE1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], slot.Boot);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], slot.Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], Crc32.HashToUInt32(bytes[..24]));
        RandomAccess.Write(file, bytes, (long)(slot.Boot % 2) * HeaderSlotSizeBytes);
    }

    private void Append(ulong view, ReadOnlySpan<byte> body)
    {
        Invariant.Check(body.Length <= NodeLimits.JournalRecordSizeBytes);
        var size = FrameSizeBytes + body.Length;
        if (frame.Length < size)
        {
            frame = new byte[size];
        }

        var bytes = frame.AsSpan(0, size);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, RecordMagic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], view);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], floor);
        body.CopyTo(bytes[FrameSizeBytes..]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ChecksumOffset..], Checksum(bytes));
        RandomAccess.Write(file, bytes, tail);
        tail = Aligned(tail + size);
        highestView = Math.Max(highestView, view);
    }

    private void Replay(ulong finalView)
    {
        var content = ReadAll();
        var votes = new List<JournalRecord>();
        var blocks = new List<byte[]>();
        var offset = FirstRecordOffset;

        // :: A record of a final view is left from an earlier turn of the file: this turn's tail is before it.
        while (TryRead(content, offset, finalView, out var view, out var body) && view > finalView)
        {
            Decode(body, votes, blocks);
            highestView = Math.Max(highestView, view);
            offset = (int)Aligned(offset + FrameSizeBytes + body.Length);
        }

        Span<byte> magic = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, RecordMagic);
        for (var later = offset + 1; content.AsSpan(later).IndexOf(magic) is var skipped and >= 0; later++)
        {
            later += skipped;
            if (later % Alignment == 0 && TryRead(content, later, finalView, out var view, out _) && view > finalView)
            {
                throw MustNotVote("The vote journal is corrupt before its tail");
            }
        }

        tail = offset;
        Votes = votes;
        Blocks = blocks;
    }

    private byte[] ReadAll()
    {
        var content = new byte[RandomAccess.GetLength(file)];
        for (var done = 0; done < content.Length;)
        {
            var read = RandomAccess.Read(file, content.AsSpan(done), done);
            done += read > 0
                ? read
                : throw new EndOfStreamException("The vote journal became shorter while it was read.");
        }

        return content;
    }

    private static void Decode(ReadOnlySpan<byte> body, List<JournalRecord> votes, List<byte[]> blocks)
    {
        var reader = new CanonicalReader(body);
        reader.Array(2);
        var count = reader.Array(0, MaxVotesPerRecord);
        for (var i = 0; i < count; i++)
        {
            if (JournalRecord.TryDecode(reader.BytesUpTo(MaxVoteSizeBytes), out var vote) != DecodeError.Unset)
            {
                throw MustNotVote("The vote journal holds a record that is whole but does not decode");
            }

            votes.Add(vote!);
        }

        var block = reader.BytesUpTo(NodeLimits.JournalRecordSizeBytes);
        if (!reader.Finish())
        {
            throw MustNotVote("The vote journal holds a record that is whole but does not decode");
        }

        if (!block.IsEmpty)
        {
            blocks.Add(block.ToArray());
        }
    }

    private bool TryRead(
        ReadOnlySpan<byte> content, int offset, ulong finalView, out ulong view, out ReadOnlySpan<byte> body)
    {
        view = 0;
        body = default;
        if (offset > content.Length - FrameSizeBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(content[offset..]) != RecordMagic)
        {
            return false;
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(content[(offset + 4)..]);
        if (size < 0 || size > NodeLimits.JournalRecordSizeBytes || size > content.Length - offset - FrameSizeBytes)
        {
            return false;
        }

        var framed = content.Slice(offset, FrameSizeBytes + size);
        view = BinaryPrimitives.ReadUInt64LittleEndian(framed[8..]);
        body = framed[FrameSizeBytes..];
        if (BinaryPrimitives.ReadUInt64LittleEndian(framed[ChecksumOffset..]) != Checksum(framed))
        {
            return false;
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(framed[16..]) <= finalView
            ? true
            : throw MustNotVote("The stored ledger is older than the vote journal");
    }

    private ulong Checksum(ReadOnlySpan<byte> framed)
    {
        Span<byte> salted = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(salted, salt);
        var crc = new Crc64();
        crc.Append(salted);
        crc.Append(framed[4..ChecksumOffset]);
        crc.Append(framed[FrameSizeBytes..]);
        return crc.GetCurrentHashAsUInt64();
    }

    private static long Aligned(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    private readonly record struct HeaderSlot(ulong Boot, ulong Salt);
}
