using System.Buffers.Binary;
using System.IO.Hashing;

namespace Busbar.Node.Storage;

/// <summary>
/// The first 64 bytes of a journal file, little-endian: "BUSVOTE2", turn, first 16 bytes of the identity, salt, epoch
/// and view of the floor, CRC-32 of all that, "TURN". Neither end of a header is ever zero, so that one that was cut
/// short while it was written, or while it was wiped, is told from one that was damaged.
/// </summary>
/// <param name="Turn">Which turn the file holds, from 1; turn n is in slot n modulo 2.</param>
/// <param name="Salt">Random; goes into every checksum of the turn.</param>
/// <param name="Floor">What was final and stored when the turn began: the file need not hold it.</param>
internal sealed record JournalHeader(ulong Turn, ulong Salt, EpochView Floor)
{
    public const int SizeBytes = 64;

    private const int TurnOffset = 8;
    private const int IdentityOffset = 16;
    private const int SaltOffset = 32;
    private const int EpochOffset = 40;
    private const int ViewOffset = 48;
    private const int ChecksumOffset = 56;
    private const int EndOffset = 60;
    private const int IdentitySizeBytes = SaltOffset - IdentityOffset;

    public void Write(JournalIdentity identity, Span<byte> bytes)
    {
        WriteFixed(identity, Turn, bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[SaltOffset..], Salt);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[EpochOffset..], Floor.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ViewOffset..], Floor.View);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[ChecksumOffset..], Crc32.HashToUInt32(bytes[..ChecksumOffset]));
    }

    /// <summary>The header, or null when the bytes are not a whole one.</summary>
    public static JournalHeader? Read(ReadOnlySpan<byte> bytes)
    {
        var whole = bytes.StartsWith("BUSVOTE2"u8)
            && bytes[EndOffset..SizeBytes].SequenceEqual("TURN"u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..])
                == Crc32.HashToUInt32(bytes[..ChecksumOffset]);
        return whole
            ? new JournalHeader(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[TurnOffset..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[SaltOffset..]),
                new EpochView(
                    BinaryPrimitives.ReadUInt64LittleEndian(bytes[EpochOffset..]),
                    BinaryPrimitives.ReadUInt64LittleEndian(bytes[ViewOffset..])))
            : null;
    }

    /// <summary>True when a whole header is of this identity.</summary>
    public static bool IsOf(ReadOnlySpan<byte> bytes, JournalIdentity identity) =>
        bytes[IdentityOffset..SaltOffset].SequenceEqual(identity.Digest.ToArray().AsSpan(0, IdentitySizeBytes));

    /// <summary>
    /// True when the bytes can be what a crash leaves beside a turn: nothing but zeros; the end of the turn before,
    /// which was being wiped; or a part of the next turn's header without its end, which was being written, or wiped
    /// after an earlier crash.
    /// </summary>
    public static bool IsLeftover(ReadOnlySpan<byte> bytes, JournalIdentity identity, ulong turn)
    {
        var first = bytes.IndexOfAnyExcept((byte)0);
        if (first < 0)
        {
            return true;
        }

        var last = bytes.LastIndexOfAnyExcept((byte)0);
        var hasEnd = last == SizeBytes - 1;
        if (hasEnd && (first == 0 || turn < 2))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[SizeBytes];
        WriteFixed(identity, hasEnd ? turn - 1 : turn + 1, expected);
        for (var i = first; i <= last; i++)
        {
            var isFree = i is >= SaltOffset and < EndOffset;
            if (!isFree && bytes[i] != expected[i])
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteFixed(JournalIdentity identity, ulong turn, Span<byte> bytes)
    {
        bytes.Clear();
        "BUSVOTE2"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[TurnOffset..], turn);
        identity.Digest.ToArray().AsSpan(0, IdentitySizeBytes).CopyTo(bytes[IdentityOffset..]);
        "TURN"u8.CopyTo(bytes[EndOffset..]);
    }
}
