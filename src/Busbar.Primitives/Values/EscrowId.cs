namespace Busbar;

/// <summary>
/// The id of an escrow, known before the lock is signed and never used twice: spec/ledger.md#L-14.
/// </summary>
public readonly record struct EscrowId(Hash256 Value) : IComparable<EscrowId>
{
    /// <summary>Parses 64 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out EscrowId escrow)
    {
        var parsed = Hash256.TryParse(text, out var hash);
        escrow = new EscrowId(hash);
        return parsed;
    }

    /// <inheritdoc/>
    public int CompareTo(EscrowId other) => Value.CompareTo(other.Value);

    /// <summary>0x and 64 digits.</summary>
    public override string ToString() => Value.ToString();

    /// <summary>Bytewise order.</summary>
    public static bool operator <(EscrowId left, EscrowId right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >(EscrowId left, EscrowId right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator <=(EscrowId left, EscrowId right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >=(EscrowId left, EscrowId right) => left.CompareTo(right) >= 0;
}
