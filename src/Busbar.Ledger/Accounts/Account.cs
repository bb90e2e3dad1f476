namespace Busbar.Ledger;

/// <summary>
/// An account that was opened: its balances are objects of their own, and it stays when they are empty, so that its
/// opening is paid for once. Wire: [openedMs]. spec/ledger.md#L-51.
/// </summary>
/// <param name="Opened">Time of the block that opened it; zero for an account funded in genesis.</param>
public sealed record Account(UnixTime Opened)
{
    internal void Write(CanonicalWriter writer) => writer.Array(1).Time(Opened);

    internal static Account? Read(ref CanonicalReader reader)
    {
        reader.Array(1);
        var account = new Account(reader.Time());
        return reader.Failed ? null : account;
    }
}

/// <summary>Which balance: an account's, of an asset.</summary>
public readonly record struct BalanceKey(Address Account, Address Asset) : IComparable<BalanceKey>
{
    /// <inheritdoc/>
    public int CompareTo(BalanceKey other)
    {
        var order = Account.CompareTo(other.Account);
        return order != 0 ? order : Asset.CompareTo(other.Asset);
    }

    /// <summary>Both parts mixed; equal in every process.</summary>
    public override int GetHashCode() => unchecked(Account.GetHashCode() + (Asset.GetHashCode() * 31));

    /// <summary>Bytewise order.</summary>
    public static bool operator <(BalanceKey left, BalanceKey right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >(BalanceKey left, BalanceKey right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator <=(BalanceKey left, BalanceKey right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >=(BalanceKey left, BalanceKey right) => left.CompareTo(right) >= 0;
}

/// <summary>One balance of the state; never zero.</summary>
public readonly record struct Balance(Address Account, Address Asset, Amount Amount);
