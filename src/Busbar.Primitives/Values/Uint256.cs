using System.Buffers.Binary;

namespace Busbar;

/// <summary>
/// A number of 256 bits, as Ethereum signs and sends them; no arithmetic. Wallets sign 2^256 - 1 for "no limit" and
/// "no deadline", so it must survive as it is.
/// </summary>
public readonly record struct Uint256(UInt128 High, UInt128 Low) : IComparable<Uint256>
{
    /// <summary>Length in bytes.</summary>
    public const int SizeBytes = 32;

    /// <summary>2^256 - 1.</summary>
    public static Uint256 MaxValue => new(UInt128.MaxValue, UInt128.MaxValue);

    /// <summary>Reads exactly 32 bytes, big-endian.</summary>
    /// <exception cref="ArgumentException">The span is not 32 bytes long.</exception>
    public static Uint256 FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == SizeBytes
        ? new Uint256(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]))
        : throw new ArgumentException("A 256-bit number is 32 bytes.", nameof(bytes));

    /// <summary>The number as an amount; 2^128 - 1 for everything above that.</summary>
    public Amount ToAmountAtMost() => new(High == 0 ? Low : UInt128.MaxValue);

    /// <summary>Writes the 32 bytes, big-endian.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, High);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], Low);
    }

    /// <summary>Writes a string of 32 bytes.</summary>
    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        writer.Bytes(bytes);
    }

    /// <summary>Reads a string of 32 bytes; zero after an error.</summary>
    public static Uint256 Read(ref CanonicalReader reader)
    {
        var bytes = reader.Bytes(SizeBytes);
        return reader.Failed ? default : FromBytes(bytes);
    }

    /// <inheritdoc/>
    public int CompareTo(Uint256 other)
    {
        var order = High.CompareTo(other.High);
        return order != 0 ? order : Low.CompareTo(other.Low);
    }

    /// <summary>Every number of 64 or 128 bits is one of 256.</summary>
    public static Uint256 FromUInt128(UInt128 value) => new(0, value);

    /// <summary>Smaller.</summary>
    public static bool operator <(Uint256 left, Uint256 right) => left.CompareTo(right) < 0;

    /// <summary>Larger.</summary>
    public static bool operator >(Uint256 left, Uint256 right) => left.CompareTo(right) > 0;

    /// <summary>Smaller or equal.</summary>
    public static bool operator <=(Uint256 left, Uint256 right) => left.CompareTo(right) <= 0;

    /// <summary>Larger or equal.</summary>
    public static bool operator >=(Uint256 left, Uint256 right) => left.CompareTo(right) >= 0;
}
