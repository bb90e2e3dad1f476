namespace Busbar.Ledger;

/// <summary>
/// That an EIP-3009 nonce can execute no more: it was used, and is kept until its validBefore, or it was cancelled, and
/// is kept for ever. Wire: [validBefore or null, height, index]. spec/ledger.md#L-165.
/// </summary>
/// <param name="ValidBeforeSeconds">Of the authorization that executed; null for a cancelled nonce.</param>
/// <param name="Height">Height of the block that executed or cancelled it.</param>
/// <param name="Index">Place of the transaction in that block.</param>
public sealed record AuthorizationRecord(ulong? ValidBeforeSeconds, ulong Height, int Index)
{
    /// <summary>True for a nonce that never executed and never will.</summary>
    public bool IsCancelled => ValidBeforeSeconds is null;

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(3);
        if (ValidBeforeSeconds is { } seconds)
        {
            writer.Number(seconds);
        }
        else
        {
            writer.Null();
        }

        writer.Number(Height).Number((ulong)Index);
    }

    internal static AuthorizationRecord? Read(ref CanonicalReader reader)
    {
        reader.Array(3);
        ulong? validBefore = reader.TryNull() ? null : reader.Number();
        var record = new AuthorizationRecord(validBefore, reader.Number(), (int)reader.Number(int.MaxValue));
        return reader.Failed ? null : record;
    }
}

/// <summary>What executes at most once over all transactions that carry it: spec/ledger.md#L-162.</summary>
public readonly record struct AuthorizationKey(Address From, Address Asset, Hash256 Nonce)
    : IComparable<AuthorizationKey>
{
    /// <inheritdoc/>
    public int CompareTo(AuthorizationKey other)
    {
        var order = From.CompareTo(other.From);
        order = order != 0 ? order : Asset.CompareTo(other.Asset);
        return order != 0 ? order : Nonce.CompareTo(other.Nonce);
    }

    /// <summary>Nonces are random or chosen by their sender: all parts mixed, equal in every process.</summary>
    public override int GetHashCode() =>
        unchecked(Nonce.GetHashCode() + (From.GetHashCode() * 31) + (Asset.GetHashCode() * 17));

    /// <summary>Order of state keys.</summary>
    public static bool operator <(AuthorizationKey left, AuthorizationKey right) => left.CompareTo(right) < 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator >(AuthorizationKey left, AuthorizationKey right) => left.CompareTo(right) > 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator <=(AuthorizationKey left, AuthorizationKey right) => left.CompareTo(right) <= 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator >=(AuthorizationKey left, AuthorizationKey right) => left.CompareTo(right) >= 0;
}
