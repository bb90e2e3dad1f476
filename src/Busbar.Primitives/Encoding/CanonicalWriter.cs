using System.Buffers.Binary;

namespace Busbar;

/// <summary>
/// Writes the deterministic CBOR of spec/encoding.md: definite lengths, shortest heads, no maps, floats or tags but
/// the bignum of <see cref="UInt128"/>. Not thread-safe.
/// </summary>
public sealed class CanonicalWriter
{
    private const byte UnsignedMajor = 0 << 5;
    private const byte BytesMajor = 2 << 5;
    private const byte TextMajor = 3 << 5;
    private const byte ArrayMajor = 4 << 5;
    private const byte PositiveBignumTag = 0xC2;
    private const byte NullByte = 0xF6;

    private byte[] buffer;
    private int length;

    /// <summary>Starts empty; the buffer grows as needed.</summary>
    public CanonicalWriter(int capacityBytes = 256) => buffer = new byte[Math.Max(capacityBytes, 16)];

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> WrittenSpan => buffer.AsSpan(0, length);

    /// <summary>A copy of what was written so far.</summary>
    public byte[] ToArray() => WrittenSpan.ToArray();

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => length = 0;

    /// <summary>Starts an array of exactly this many items.</summary>
    public CanonicalWriter Array(int count) => Head(ArrayMajor, (ulong)count);

    /// <summary>An unsigned integer.</summary>
    public CanonicalWriter Number(ulong value) => Head(UnsignedMajor, value);

    /// <summary>An unsigned integer of up to 128 bits; above 64 bits a bignum (RFC 8949 §3.4.3).</summary>
    public CanonicalWriter Number(UInt128 value)
    {
        if (value <= ulong.MaxValue)
        {
            return Number((ulong)value);
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        Raw([PositiveBignumTag]);
        return Bytes(bytes.TrimStart((byte)0));
    }

    /// <summary>An amount, as a number.</summary>
    public CanonicalWriter Amount(Amount amount) => Number(amount.Atomic);

    /// <summary>A time, as a number of milliseconds.</summary>
    public CanonicalWriter Time(UnixTime time) => Number(time.Ms);

    /// <summary>A byte string.</summary>
    public CanonicalWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        Head(BytesMajor, (ulong)bytes.Length);
        return Raw(bytes);
    }

    /// <summary>A text string in UTF-8.</summary>
    public CanonicalWriter Text(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Head(TextMajor, (ulong)bytes.Length);
        return Raw(bytes);
    }

    /// <summary>A 32-byte string.</summary>
    public CanonicalWriter Hash(Hash256 hash)
    {
        Head(BytesMajor, Hash256.SizeBytes);
        hash.CopyTo(Reserve(Hash256.SizeBytes));
        return this;
    }

    /// <summary>A 20-byte string.</summary>
    public CanonicalWriter Address(Address address)
    {
        Head(BytesMajor, Busbar.Address.SizeBytes);
        address.CopyTo(Reserve(Busbar.Address.SizeBytes));
        return this;
    }

    /// <summary>A 20-byte string, or null.</summary>
    public CanonicalWriter OptionalAddress(Address? address) => address is { } value ? Address(value) : Null();

    /// <summary>A 16-byte string.</summary>
    public CanonicalWriter Intent(IntentId intentId)
    {
        Head(BytesMajor, IntentId.SizeBytes);
        intentId.CopyTo(Reserve(IntentId.SizeBytes));
        return this;
    }

    /// <summary>The null item.</summary>
    public CanonicalWriter Null() => Raw([NullByte]);

    /// <summary>An item that is encoded already.</summary>
    public CanonicalWriter Encoded(ReadOnlySpan<byte> item) => Raw(item);

    private CanonicalWriter Head(byte major, ulong value)
    {
        switch (value)
        {
            case < 24:
                Reserve(1)[0] = (byte)(major | (byte)value);
                break;
            case <= byte.MaxValue:
                var one = Reserve(2);
                one[0] = (byte)(major | 24);
                one[1] = (byte)value;
                break;
            case <= ushort.MaxValue:
                var two = Reserve(3);
                two[0] = (byte)(major | 25);
                BinaryPrimitives.WriteUInt16BigEndian(two[1..], (ushort)value);
                break;
            case <= uint.MaxValue:
                var four = Reserve(5);
                four[0] = (byte)(major | 26);
                BinaryPrimitives.WriteUInt32BigEndian(four[1..], (uint)value);
                break;
            default:
                var eight = Reserve(9);
                eight[0] = (byte)(major | 27);
                BinaryPrimitives.WriteUInt64BigEndian(eight[1..], value);
                break;
        }

        return this;
    }

    private CanonicalWriter Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        return this;
    }

    private Span<byte> Reserve(int sizeBytes)
    {
        if (buffer.Length - length < sizeBytes)
        {
            System.Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + sizeBytes));
        }

        var place = buffer.AsSpan(length, sizeBytes);
        length += sizeBytes;
        return place;
    }
}
