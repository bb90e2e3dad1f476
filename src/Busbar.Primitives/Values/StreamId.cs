namespace Busbar;

/// <summary>
/// The id of a stream, known before its start is signed and never used twice: spec/ledger.md#L-14.
/// </summary>
public readonly record struct StreamId(Hash256 Value) : IComparable<StreamId>
{
    /// <summary>Parses 64 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out StreamId stream)
    {
        var parsed = Hash256.TryParse(text, out var hash);
        stream = new StreamId(hash);
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(StreamId other) => Value.CompareTo(other.Value);

    /// <summary>0x and 64 digits.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Bytewise order.</summary>
    public static bool operator <(StreamId left, StreamId right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >(StreamId left, StreamId right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator <=(StreamId left, StreamId right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >=(StreamId left, StreamId right) => left.CompareTo(right) >= 0;
}
