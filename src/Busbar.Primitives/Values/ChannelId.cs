namespace Busbar;

/// <summary>
/// The id of a payment channel, known before the opening is signed and never used twice: spec/ledger.md#L-14. That of
/// an x402 channel is the hash of its configuration, and stays in use: L-191.
/// </summary>
public readonly record struct ChannelId(Hash256 Value) : IComparable<ChannelId>
{
    /// <summary>Parses 64 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out ChannelId channel)
    {
        var parsed = Hash256.TryParse(text, out var hash);
        channel = new ChannelId(hash);
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(ChannelId other) => Value.CompareTo(other.Value);

    /// <summary>0x and 64 digits.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Bytewise order.</summary>
    public static bool operator <(ChannelId left, ChannelId right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >(ChannelId left, ChannelId right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator <=(ChannelId left, ChannelId right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >=(ChannelId left, ChannelId right) => left.CompareTo(right) >= 0;
}
