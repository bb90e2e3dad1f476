using System.Buffers.Binary;
using System.Globalization;

namespace Busbar;

/// <summary>A SHA-256 digest: 32 bytes, compared bytewise from the first byte.</summary>
public readonly record struct Hash256 : IComparable<Hash256>
{
    /// <summary>Length in bytes.</summary>
    public const int SizeBytes = 32;

    private readonly ulong a;
    private readonly ulong b;
    private readonly ulong c;
    private readonly ulong d;

    /// <summary>Reads exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public Hash256(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException("A hash is 32 bytes.", nameof(bytes));
        }

        a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Thirty-two zero bytes.</summary>
    public static Hash256 Zero => default;

    /// <summary>SHA-256 of the input (FIPS 180-4).</summary>
    public static Hash256 Sha256(ReadOnlySpan<byte> input)
    {
        Span<byte> digest = stackalloc byte[SizeBytes];
        System.Security.Cryptography.SHA256.HashData(input, digest);
        return new Hash256(digest);
    }

    /// <summary>Parses 64 hexadecimal digits, with or without the prefix 0x.</summary>
    public static bool TryParse(string? text, out Hash256 hash)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        var parsed = Hex.TryParse(text, bytes);
        hash = parsed ? new Hash256(bytes) : default;
        return parsed;
    }

    /// <summary>Parses 64 hexadecimal digits, with or without the prefix 0x.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static Hash256 Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException("Not a 32-byte hexadecimal hash.");

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], d);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The bit at a position, 0 being the most significant bit of the first byte.</summary>
    public bool Bit(int position)
    {
        var word = (position >> 6) switch
        {
            0 => a,
            1 => b,
            2 => c,
            3 => d,
            _ => throw new ArgumentOutOfRangeException(nameof(position)),
        };
        return ((word >> (63 - (position & 63))) & 1) != 0;
    }

    /// <inheritdoc/>
    public int CompareTo(Hash256 other)
    {
        var order = a.CompareTo(other.a);
        order = order != 0 ? order : b.CompareTo(other.b);
        order = order != 0 ? order : c.CompareTo(other.c);
        return order != 0 ? order : d.CompareTo(other.d);
    }

    /// <summary>Two words mixed: digests are uniform already, and the value is the same in every process.</summary>
    public override int GetHashCode() => unchecked((int)(a ^ (a >> 32) ^ d));

    /// <summary>0x and 64 lower-case hexadecimal digits.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"0x{a:x16}{b:x16}{c:x16}{d:x16}");

    /// <summary>Bytewise order.</summary>
    public static bool operator <(Hash256 left, Hash256 right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >(Hash256 left, Hash256 right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator <=(Hash256 left, Hash256 right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >=(Hash256 left, Hash256 right) => left.CompareTo(right) >= 0;
}
