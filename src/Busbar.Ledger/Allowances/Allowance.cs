namespace Busbar.Ledger;

/// <summary>Which allowance: of an owner's balance of an asset, for a spender. spec/ledger.md#L-174.</summary>
public readonly record struct AllowanceKey(Address Owner, Address Asset, Address Spender) : IComparable<AllowanceKey>
{
    /// <inheritdoc/>
    public int CompareTo(AllowanceKey other)
    {
        var order = Owner.CompareTo(other.Owner);
        order = order != 0 ? order : Asset.CompareTo(other.Asset);
        return order != 0 ? order : Spender.CompareTo(other.Spender);
    }

    /// <summary>All parts mixed; equal in every process.</summary>
    public override int GetHashCode() =>
        unchecked(Owner.GetHashCode() + (Asset.GetHashCode() * 31) + (Spender.GetHashCode() * 17));

    /// <summary>Order of state keys.</summary>
    public static bool operator <(AllowanceKey left, AllowanceKey right) => left.CompareTo(right) < 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator >(AllowanceKey left, AllowanceKey right) => left.CompareTo(right) > 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator <=(AllowanceKey left, AllowanceKey right) => left.CompareTo(right) <= 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator >=(AllowanceKey left, AllowanceKey right) => left.CompareTo(right) >= 0;
}

/// <summary>One allowance of the state; never zero. 2^128 - 1 has no limit and is not used up.</summary>
public readonly record struct Allowance(Address Owner, Address Asset, Address Spender, Amount Amount);
