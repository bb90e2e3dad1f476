namespace Busbar.Ethereum;

/// <summary>
/// Reads RLP (Ethereum yellow paper, appendix B) and refuses every encoding but the one that a value has. It never
/// throws and allocates nothing: the first error sticks, later reads give nothing.
/// </summary>
public ref struct RlpReader
{
    private const byte ShortString = 0x80;
    private const byte ShortList = 0xC0;
    private const int LongestShort = 55;

    private ReadOnlySpan<byte> rest;

    /// <summary>Starts at the first byte.</summary>
    public RlpReader(ReadOnlySpan<byte> input) => rest = input;

    /// <summary>The first error, or Unset.</summary>
    public DecodeError Error { get; private set; }

    /// <summary>True once something was refused.</summary>
    public readonly bool Failed => Error != DecodeError.Unset;

    /// <summary>Records a refusal that the caller found; the first one sticks.</summary>
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
        if (!rest.IsEmpty)
        {
            Fail(DecodeError.TrailingBytes);
        }

        return !Failed;
    }

    /// <summary>A list's content; the caller reads it with a reader of its own.</summary>
    public ReadOnlySpan<byte> List()
    {
        if (!Failed && !rest.IsEmpty && rest[0] < ShortList)
        {
            Fail(DecodeError.WrongType);
        }

        return Counted(ShortList);
    }

    /// <summary>A string of bytes.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        if (!Failed && !rest.IsEmpty && rest[0] < ShortString)
        {
            var single = rest[..1];
            rest = rest[1..];
            return single;
        }

        if (!Failed && !rest.IsEmpty && rest[0] >= ShortList)
        {
            Fail(DecodeError.WrongType);
        }

        var bytes = Counted(ShortString);
        if (bytes.Length == 1 && bytes[0] < ShortString)
        {
            Fail(DecodeError.NotCanonical);
        }

        return Failed ? default : bytes;
    }

    /// <summary>A number of up to 256 bits: no leading zero byte, zero being the empty string.</summary>
    public Uint256 Number()
    {
        var bytes = Bytes();
        if (bytes.Length > Uint256.SizeBytes)
        {
            Fail(DecodeError.OutOfRange);
        }
        else if (!bytes.IsEmpty && bytes[0] == 0)
        {
            Fail(DecodeError.NotCanonical);
        }

        if (Failed)
        {
            return default;
        }

        Span<byte> word = stackalloc byte[Uint256.SizeBytes];
        word.Clear();
        bytes.CopyTo(word[(Uint256.SizeBytes - bytes.Length)..]);
        return Uint256.FromBytes(word);
    }

    /// <summary>A number of up to 64 bits, at most a maximum.</summary>
    public ulong Number(ulong max)
    {
        var value = Number();
        if (value > Uint256.FromUInt128(max))
        {
            Fail(DecodeError.OutOfRange);
        }

        return Failed ? 0 : (ulong)value.Low;
    }

    private ReadOnlySpan<byte> Counted(byte first)
    {
        if (!Failed && rest.IsEmpty)
        {
            Fail(DecodeError.Truncated);
        }

        if (Failed)
        {
            return default;
        }

        var count = rest[0] - first;
        var sizeBytes = Math.Max(0, count - LongestShort);
        ulong length = (ulong)count;
        if (sizeBytes > 0)
        {
            if (sizeBytes > sizeof(ulong) || rest.Length < 1 + sizeBytes)
            {
                Fail(DecodeError.Truncated);
                return default;
            }

            length = 0;
            foreach (var part in rest.Slice(1, sizeBytes))
            {
                length = (length << 8) | part;
            }

            if (rest[1] == 0 || length <= LongestShort)
            {
                Fail(DecodeError.NotCanonical);
                return default;
            }
        }

        if (length > (ulong)(rest.Length - 1 - sizeBytes))
        {
            Fail(DecodeError.Truncated);
            return default;
        }

        var content = rest.Slice(1 + sizeBytes, (int)length);
        rest = rest[(1 + sizeBytes + (int)length)..];
        return content;
    }
}
