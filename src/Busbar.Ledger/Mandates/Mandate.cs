using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// That a key may act for an account, within limits. Wire: [id, [parent's signer, parent's id] or null, expiryMs,
/// [operation code…], [payee…] or null, [limit…]]. Immutable: a spend makes a new one. spec/ledger.md#L-141.
/// </summary>
/// <param name="Key">Whose account, and whose key; stands in the key, not in the value.</param>
/// <param name="Id">Tells this mandate from an earlier or later one of the same key.</param>
/// <param name="Parent">The mandate it was granted under; null when the account itself granted it.</param>
/// <param name="Expiry">From this block time on it is dead.</param>
/// <param name="Scope">What the signer may do, and whom it may pay.</param>
/// <param name="Allowances">What it may spend, with what it has spent; strictly rising in their assets.</param>
public sealed record Mandate(
    MandateKey Key,
    Hash256 Id,
    MandateParent? Parent,
    UnixTime Expiry,
    MandateScope Scope,
    IReadOnlyList<MandateAllowance> Allowances)
{
    /// <summary>How far ahead of its block an expiry may lie: ten years of 365 days, in ms.</summary>
    public const ulong MaxExpiryAheadMs = 315_360_000_000;

    /// <summary>True when it lets so much be spent now. Nothing may always be spent.</summary>
    public bool Covers(Address asset, Amount amount, UnixTime time)
    {
        if (amount.IsZero)
        {
            return true;
        }

        foreach (var allowance in Allowances)
        {
            if (allowance.Asset == asset)
            {
                return allowance.Covers(amount, time);
            }
        }

        return false;
    }

    /// <summary>The same with a spend counted, which it covers.</summary>
    internal Mandate Spend(Address asset, Amount amount, UnixTime time)
    {
        var allowances = new MandateAllowance[Allowances.Count];
        for (var i = 0; i < allowances.Length; i++)
        {
            allowances[i] = Allowances[i].Asset == asset ? Allowances[i].Spend(amount, time) : Allowances[i];
        }

        return this with { Allowances = allowances };
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(6).Hash(Id);
        if (Parent is { } parent)
        {
            writer.Array(2).Address(parent.Signer).Hash(parent.Mandate);
        }
        else
        {
            writer.Null();
        }

        writer.Time(Expiry);
        Scope.Write(writer);
        writer.Array(Allowances.Count);
        foreach (var allowance in Allowances)
        {
            allowance.Write(writer);
        }
    }

    internal static Mandate? Read(MandateKey key, ref CanonicalReader reader)
    {
        reader.Array(6);
        var id = reader.Hash();
        MandateParent? parent = null;
        if (!reader.TryNull())
        {
            reader.Array(2);
            parent = new MandateParent(reader.Address(), reader.Hash());
        }

        var expiry = reader.Time();
        var scope = MandateScope.Read(ref reader);
        var allowances = new MandateAllowance[reader.Array(0, Limits.MandateLimits)];
        for (var i = 0; i < allowances.Length; i++)
        {
            allowances[i] = MandateAllowance.Read(ref reader);
            if (i > 0 && allowances[i].Asset <= allowances[i - 1].Asset)
            {
                reader.Fail(DecodeError.OutOfRange);
            }
        }

        return reader.Failed || scope is null ? null : new Mandate(key, id, parent, expiry, scope, allowances);
    }
}

/// <summary>The mandate that another was granted under: its signer, and its id.</summary>
public readonly record struct MandateParent(Address Signer, Hash256 Mandate);

/// <summary>Which mandate: an account's, for a key's address.</summary>
public readonly record struct MandateKey(Address Account, Address Signer) : IComparable<MandateKey>
{
    /// <inheritdoc/>
    public int CompareTo(MandateKey other)
    {
        var order = Account.CompareTo(other.Account);
        return order != 0 ? order : Signer.CompareTo(other.Signer);
    }

    /// <summary>Both parts mixed; equal in every process.</summary>
    public override int GetHashCode() => unchecked(Account.GetHashCode() + (Signer.GetHashCode() * 31));

    /// <summary>Bytewise order.</summary>
    public static bool operator <(MandateKey left, MandateKey right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >(MandateKey left, MandateKey right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator <=(MandateKey left, MandateKey right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >=(MandateKey left, MandateKey right) => left.CompareTo(right) >= 0;
}
