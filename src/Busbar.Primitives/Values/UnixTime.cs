namespace Busbar;

/// <summary>A moment: milliseconds since 1970-01-01T00:00:00Z without leap seconds, 0 to 2^48 - 1.</summary>
public readonly record struct UnixTime(ulong Ms) : IComparable<UnixTime>
{
    /// <summary>The last moment that fits the six bytes an intent id has for it.</summary>
    public static UnixTime MaxValue => new((1UL << 48) - 1);

    /// <summary>Whole seconds, rounded down: what Ethereum's rules call the block's timestamp.</summary>
    public ulong Seconds => Ms / 1_000;

    /// <inheritdoc/>
    public int CompareTo(UnixTime other) => Ms.CompareTo(other.Ms);

    /// <summary>Milliseconds as decimal digits.</summary>
    public override string ToString() => Ms.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Earlier.</summary>
    public static bool operator <(UnixTime left, UnixTime right) => left.Ms < right.Ms;

    /// <summary>Later.</summary>
    public static bool operator >(UnixTime left, UnixTime right) => left.Ms > right.Ms;

    /// <summary>Earlier or equal.</summary>
    public static bool operator <=(UnixTime left, UnixTime right) => left.Ms <= right.Ms;

    /// <summary>Later or equal.</summary>
    public static bool operator >=(UnixTime left, UnixTime right) => left.Ms >= right.Ms;
}
