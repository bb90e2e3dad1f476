namespace Busbar.Ethereum;

/// <summary>Writes RLP (Ethereum yellow paper, appendix B). Not thread-safe.</summary>
public sealed class RlpWriter
{
    private const byte ShortString = 0x80;
    private const byte ShortList = 0xC0;
    private const int LongestShort = 55;

    private readonly List<byte> bytes = [];

    /// <summary>A string of bytes.</summary>
    public RlpWriter Bytes(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 || value[0] >= ShortString)
        {
            Head(ShortString, value.Length);
        }

        bytes.AddRange(value);
        return this;
    }

    /// <summary>A number, without leading zero bytes.</summary>
    public RlpWriter Number(Uint256 value)
    {
        Span<byte> word = stackalloc byte[Uint256.SizeBytes];
        value.CopyTo(word);
        return Bytes(word.TrimStart((byte)0));
    }

    /// <summary>A number, without leading zero bytes.</summary>
    public RlpWriter Number(ulong value) => Number(Uint256.FromUInt128(value));

    /// <summary>A list of what another writer wrote.</summary>
    public RlpWriter List(RlpWriter items)
    {
        ArgumentNullException.ThrowIfNull(items);
        Head(ShortList, items.bytes.Count);
        bytes.AddRange(items.bytes);
        return this;
    }

    /// <summary>What was written so far.</summary>
    public byte[] ToArray() => [.. bytes];

    private void Head(byte first, int length)
    {
        if (length <= LongestShort)
        {
            bytes.Add((byte)(first + length));
            return;
        }

        var sizeBytes = length switch { <= 0xFF => 1, <= 0xFFFF => 2, <= 0xFF_FFFF => 3, _ => 4 };
        bytes.Add((byte)(first + LongestShort + sizeBytes));
        for (var shift = (sizeBytes - 1) * 8; shift >= 0; shift -= 8)
        {
            bytes.Add((byte)((length >> shift) & 0xFF));
        }
    }
}
