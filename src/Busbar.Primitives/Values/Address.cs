using System.Buffers.Binary;

namespace Busbar;

/// <summary>
/// An account, an asset or a reserved place: 20 bytes, written in EIP-55 mixed case.
/// How keys make addresses: spec/encoding.md#E-20.
/// </summary>
public readonly record struct Address : IComparable<Address>
{
    /// <summary>Length in bytes.</summary>
    public const int SizeBytes = 20;

    private readonly ulong a;
    private readonly ulong b;
    private readonly uint c;

    /// <summary>Reads exactly 20 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 20 bytes long.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException("An address is 20 bytes.", nameof(bytes));
        }

        a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>Twenty zero bytes; no key owns it and no operation may name it.</summary>
    public static Address Zero => default;

    /// <summary>
    /// Parses 40 hexadecimal digits with or without 0x. Text in mixed case must carry the right EIP-55 checksum.
    /// </summary>
    public static bool TryParse(string? text, out Address address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[SizeBytes];
        if (!Hex.TryParse(text, bytes))
        {
            return false;
        }

        var parsed = new Address(bytes);
        var digits = text!.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text.AsSpan();
        if (digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F')
            && !digits.SequenceEqual(parsed.ToString().AsSpan(2)))
        {
            return false;
        }

        address = parsed;
        return true;
    }

    /// <summary>Parses as <see cref="TryParse"/> does.</summary>
    /// <exception cref="FormatException">The text is no address, or its checksum is wrong.</exception>
    public static Address Parse(string text) =>
        TryParse(text, out var address)
            ? address
            : throw new FormatException("Not an address (40 hexadecimal digits; mixed case must match EIP-55).");

    /// <summary>Writes the 20 bytes.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], b);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], c);
    }

    /// <summary>The 20 bytes in a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(Address other)
    {
        var order = a.CompareTo(other.a);
        order = order != 0 ? order : b.CompareTo(other.b);
        return order != 0 ? order : c.CompareTo(other.c);
    }

    /// <summary>Addresses are parts of digests: mixing three words is enough, and equal in every process.</summary>
    public override int GetHashCode() => unchecked((int)(a ^ (a >> 32) ^ b ^ (b >> 32) ^ c));

    /// <summary>0x and 40 digits in the mixed case of EIP-55.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        Span<char> digits = stackalloc char[2 + SizeBytes * 2];
        digits[0] = '0';
        digits[1] = 'x';
        Convert.TryToHexStringLower(bytes, digits[2..], out _);

        Span<byte> ascii = stackalloc byte[SizeBytes * 2];
        System.Text.Encoding.ASCII.GetBytes(digits[2..], ascii);
        Span<byte> checksum = stackalloc byte[Keccak256.SizeBytes];
        Keccak256.HashData(ascii, checksum);
        for (var i = 0; i < ascii.Length; i++)
        {
            var nibble = (checksum[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xF;
            if (nibble >= 8)
            {
                digits[2 + i] = char.ToUpperInvariant(digits[2 + i]);
            }
        }

        return new string(digits);
    }

    /// <summary>Bytewise order.</summary>
    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;
}
