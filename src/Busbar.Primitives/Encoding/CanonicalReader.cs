using System.Buffers.Binary;

namespace Busbar;

/// <summary>
/// Reads the deterministic CBOR of spec/encoding.md and refuses every other encoding of the same value. It never
/// throws and never allocates more than the item's stated limit: the first error sticks, later reads give zeros,
/// and <see cref="Finish"/> tells. Code that reads must therefore bound its loops by what it read, which is zero
/// after an error.
/// </summary>
public ref struct CanonicalReader
{
    private const byte BignumTag = 0xC2;
    private const byte NullByte = 0xF6;

    private readonly ReadOnlySpan<byte> input;
    private int position;

    /// <summary>Starts at the first byte.</summary>
    public CanonicalReader(ReadOnlySpan<byte> input) => this.input = input;

    /// <summary>The first error, or Unset.</summary>
    public DecodeError Error { get; private set; }

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => position;

    /// <summary>True once something was refused.</summary>
    public readonly bool Failed => Error != DecodeError.Unset;

    /// <summary>
    /// Records a refusal that the caller found (a range, a version, an unknown kind); the first one sticks.
    /// </summary>
    public void Fail(DecodeError error)
    {
        if (Error == DecodeError.Unset)
        {
            Error = error;
        }
    }

    /// <summary>True when everything was read without an error and no byte is left.</summary>
    public bool Finish()
    {
        if (position != input.Length)
        {
            Fail(DecodeError.TrailingBytes);
        }

        return !Failed;
    }

    /// <summary>An array of exactly this many items.</summary>
    public void Array(int count)
    {
        if (Head(4) != (ulong)count)
        {
            Fail(DecodeError.WrongLength);
        }
    }

    /// <summary>An array of min to max items; zero after an error.</summary>
    public int Array(int minCount, int maxCount)
    {
        var count = Head(4);
        if (!Failed && (count < (ulong)minCount || count > (ulong)maxCount))
        {
            Fail(DecodeError.WrongLength);
        }

        return Failed ? 0 : (int)count;
    }

    /// <summary>An unsigned integer up to a maximum.</summary>
    public ulong Number(ulong max = ulong.MaxValue)
    {
        var value = Head(0);
        if (value > max)
        {
            Fail(DecodeError.OutOfRange);
        }

        return Failed ? 0 : value;
    }

    /// <summary>An unsigned integer of up to 128 bits.</summary>
    public UInt128 WideNumber()
    {
        if (position >= input.Length || input[position] != BignumTag)
        {
            return Number();
        }

        position++;
        var bytes = BytesUpTo(16);
        if (Failed)
        {
            return 0;
        }

        if (bytes.Length <= 8 || bytes[0] == 0)
        {
            Fail(DecodeError.NotCanonical);
            return 0;
        }

        Span<byte> wide = stackalloc byte[16];
        wide.Clear();
        bytes.CopyTo(wide[(16 - bytes.Length)..]);
        return BinaryPrimitives.ReadUInt128BigEndian(wide);
    }

    /// <summary>An amount.</summary>
    public Amount Amount() => new(WideNumber());

    /// <summary>A time of at most 48 bits.</summary>
    public UnixTime Time() => new(Number(UnixTime.MaxValue.Ms));

    /// <summary>A byte string of up to a limit; a view into the input.</summary>
    public ReadOnlySpan<byte> BytesUpTo(int maxSizeBytes) => Counted(2, maxSizeBytes);

    /// <summary>A byte string of exactly this length; a view into the input. Empty after an error.</summary>
    public ReadOnlySpan<byte> Bytes(int sizeBytes)
    {
        var bytes = BytesUpTo(sizeBytes);
        if (!Failed && bytes.Length != sizeBytes)
        {
            Fail(DecodeError.WrongLength);
        }

        return Failed ? default : bytes;
    }

    /// <summary>A text string in valid UTF-8 of up to a limit in bytes.</summary>
    public string Text(int maxSizeBytes)
    {
        var bytes = Counted(3, maxSizeBytes);
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            Fail(DecodeError.OutOfRange);
        }

        return Failed ? string.Empty : System.Text.Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A 32-byte string.</summary>
    public Hash256 Hash()
    {
        var bytes = Bytes(Hash256.SizeBytes);
        return Failed ? default : new Hash256(bytes);
    }

    /// <summary>A 20-byte string.</summary>
    public Address Address()
    {
        var bytes = Bytes(Busbar.Address.SizeBytes);
        return Failed ? default : new Address(bytes);
    }

    /// <summary>A 20-byte string, or null.</summary>
    public Address? OptionalAddress() => TryNull() ? null : Address();

    /// <summary>A 16-byte string.</summary>
    public IntentId Intent()
    {
        var bytes = Bytes(IntentId.SizeBytes);
        return Failed ? default : new IntentId(bytes);
    }

    /// <summary>Reads the null item if it is next.</summary>
    public bool TryNull()
    {
        if (Failed || position >= input.Length || input[position] != NullByte)
        {
            return false;
        }

        position++;
        return true;
    }

    private ReadOnlySpan<byte> Counted(byte major, int maxSizeBytes)
    {
        var size = Head(major);
        if (!Failed && size > (ulong)maxSizeBytes)
        {
            Fail(DecodeError.WrongLength);
        }

        if (!Failed && size > (ulong)(input.Length - position))
        {
            Fail(DecodeError.Truncated);
        }

        if (Failed)
        {
            return default;
        }

        var bytes = input.Slice(position, (int)size);
        position += (int)size;
        return bytes;
    }

    private ulong Head(byte major)
    {
        if (Failed)
        {
            return 0;
        }

        if (position >= input.Length)
        {
            Fail(DecodeError.Truncated);
            return 0;
        }

        var first = input[position];
        if (first >> 5 != major)
        {
            Fail(DecodeError.WrongType);
            return 0;
        }

        var info = first & 31;
        if (info < 24)
        {
            position++;
            return (ulong)info;
        }

        if (info > 27)
        {
            // 28-30 are reserved and 31 starts an indefinite length: neither is deterministic.
            Fail(DecodeError.NotCanonical);
            return 0;
        }

        var sizeBytes = 1 << (info - 24);
        if (input.Length - position < 1 + sizeBytes)
        {
            Fail(DecodeError.Truncated);
            return 0;
        }

        var rest = input.Slice(position + 1, sizeBytes);
        var (value, smallest) = sizeBytes switch
        {
            1 => ((ulong)rest[0], 24UL),
            2 => (BinaryPrimitives.ReadUInt16BigEndian(rest), byte.MaxValue + 1UL),
            4 => (BinaryPrimitives.ReadUInt32BigEndian(rest), ushort.MaxValue + 1UL),
            _ => (BinaryPrimitives.ReadUInt64BigEndian(rest), uint.MaxValue + 1UL),
        };
        if (value < smallest)
        {
            Fail(DecodeError.NotCanonical);
            return 0;
        }

        position += 1 + sizeBytes;
        return value;
    }
}
