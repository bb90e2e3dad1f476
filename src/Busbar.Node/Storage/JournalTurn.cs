using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Busbar.Node.Storage;

/// <summary>A group of entries in a file: where it is, how long its body is, and the highest view in it.</summary>
internal readonly record struct JournalGroup(long Offset, ulong Sequence, int BodySizeBytes, EpochView Highest)
{
    public const int FrameSizeBytes = 48;

    private const int Alignment = 16;

    /// <summary>Bytes that it takes in a file.</summary>
    public long SizeBytes => SizeOf(BodySizeBytes);

    /// <summary>Where the next one begins.</summary>
    public long End => Offset + SizeBytes;

    public static long SizeOf(int bodySizeBytes) =>
        (FrameSizeBytes + (long)bodySizeBytes + Alignment - 1) / Alignment * Alignment;
}

/// <summary>
/// The groups of one turn in its file. A group is a frame of 48 bytes, little-endian, its body, and zeros up to a
/// multiple of 16. Frame: magic (4), size of the body (4), sequence from 0 (8), epoch (8) and view (8) of the highest
/// record, CRC-64 of salt, these and the body (8), CRC-32 of salt and these (4), zeros (4). The CRC-32 is there so that
/// bytes that only look like frames, in a block that a stranger filled, cost nothing to tell apart.
/// </summary>
internal sealed class JournalTurn(IJournalFile file, ulong salt, JournalSizes sizes)
{
    private const uint Magic = 0xB0_5B_A2_02;
    private const int CheckedSizeBytes = 32;
    private const int BodyChecksumOffset = 32;
    private const int FrameChecksumOffset = 40;
    private const int ReservedOffset = 44;
    private const int ScanStep = 16;
    private const int ScanWindowSizeBytes = 1024 * 1024;

    private byte[] buffer = new byte[64 * 1024];

    public static ulong NewSalt() =>
        BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Writes a group; its body is the two parts together. It is durable after a flush.</summary>
    public JournalGroup Write(
        long offset, ulong sequence, EpochView highest, ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest)
    {
        var group = new JournalGroup(offset, sequence, start.Length + rest.Length, highest);
        var bytes = Reserve((int)group.SizeBytes);
        bytes.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], group.BodySizeBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], highest.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], highest.View);
        start.CopyTo(bytes[JournalGroup.FrameSizeBytes..]);
        rest.CopyTo(bytes[(JournalGroup.FrameSizeBytes + start.Length)..]);
        var body = bytes.Slice(JournalGroup.FrameSizeBytes, group.BodySizeBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[BodyChecksumOffset..], BodyChecksum(bytes, body));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[FrameChecksumOffset..], FrameChecksum(bytes));
        file.Write(bytes, offset);
        return group;
    }

    /// <summary>
    /// Reads the group at an offset. False when there is none that verifies. The body is valid until the next call.
    /// </summary>
    public bool TryRead(long offset, out JournalGroup group, out ReadOnlySpan<byte> body)
    {
        Span<byte> frame = stackalloc byte[JournalGroup.FrameSizeBytes];
        file.Read(frame, offset);
        body = default;
        if (!TryReadFrame(frame, offset, out group))
        {
            return false;
        }

        var bytes = Reserve((int)group.SizeBytes);
        file.Read(bytes, offset);
        body = bytes.Slice(JournalGroup.FrameSizeBytes, group.BodySizeBytes);
        return bytes[..JournalGroup.FrameSizeBytes].SequenceEqual(frame)
            && BinaryPrimitives.ReadUInt64LittleEndian(frame[BodyChecksumOffset..]) == BodyChecksum(frame, body)
            && !bytes[(JournalGroup.FrameSizeBytes + body.Length)..].ContainsAnyExcept((byte)0);
    }

    /// <summary>True when a group that verifies begins anywhere behind an offset.</summary>
    public bool HasGroupBehind(long offset)
    {
        var stepSizeBytes = (int)Math.Min(ScanWindowSizeBytes, file.SizeBytes);
        var window = new byte[stepSizeBytes + JournalGroup.FrameSizeBytes];
        for (var start = offset + ScanStep; start < file.SizeBytes; start += stepSizeBytes)
        {
            file.Read(window, start);
            for (var i = 0; i < stepSizeBytes; i += ScanStep)
            {
                if (TryReadFrame(window.AsSpan(i), start + i, out _) && TryRead(start + i, out _, out _))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool TryReadFrame(ReadOnlySpan<byte> frame, long offset, out JournalGroup group)
    {
        group = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(frame[FrameChecksumOffset..]) != FrameChecksum(frame)
            || BinaryPrimitives.ReadUInt32LittleEndian(frame[ReservedOffset..]) != 0)
        {
            return false;
        }

        var highest = new EpochView(
            BinaryPrimitives.ReadUInt64LittleEndian(frame[16..]), BinaryPrimitives.ReadUInt64LittleEndian(frame[24..]));
        group = new JournalGroup(
            offset,
            BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(frame[4..]),
            highest);
        return group.BodySizeBytes >= 0
            && group.BodySizeBytes <= sizes.GroupSizeBytes
            && group.End <= file.SizeBytes;
    }

    private ulong BodyChecksum(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> body)
    {
        Span<byte> salted = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(salted, salt);
        var crc = new Crc64();
        crc.Append(salted);
        crc.Append(frame[..CheckedSizeBytes]);
        crc.Append(body);
        return crc.GetCurrentHashAsUInt64();
    }

    private uint FrameChecksum(ReadOnlySpan<byte> frame)
    {
        Span<byte> salted = stackalloc byte[sizeof(ulong) + CheckedSizeBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(salted, salt);
        frame[..CheckedSizeBytes].CopyTo(salted[sizeof(ulong)..]);
        return Crc32.HashToUInt32(salted);
    }

    private Span<byte> Reserve(int sizeBytes)
    {
        if (buffer.Length < sizeBytes)
        {
            buffer = new byte[Math.Max(sizeBytes, Math.Min(buffer.Length * 2, sizes.GroupSizeBytes))];
        }

        return buffer.AsSpan(0, sizeBytes);
    }
}
