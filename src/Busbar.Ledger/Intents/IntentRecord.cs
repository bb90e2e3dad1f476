using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// That an intent has executed, remembered until its minute leaves the state. Wire: [signingHash, status, height,
/// index]. spec/ledger.md#L-11, L-54.
/// </summary>
/// <param name="SigningHash">The content that executed.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Height">Height of its block.</param>
/// <param name="Index">Its place in that block.</param>
public sealed record IntentRecord(Hash256 SigningHash, TransactionStatus Status, ulong Height, int Index)
{
    internal void Write(CanonicalWriter writer) =>
        writer.Array(4).Hash(SigningHash).Number((ulong)Status).Number(Height).Number((ulong)Index);

    /// <summary>Reads an array of four items; null after an error.</summary>
    public static IntentRecord? Read(ref CanonicalReader reader)
    {
        reader.Array(4);
        var record = new IntentRecord(
            reader.Hash(),
            (TransactionStatus)reader.Number(byte.MaxValue),
            reader.Number(),
            (int)reader.Number(int.MaxValue));
        return reader.Failed ? null : record;
    }
}

/// <summary>What executes at most once: spec/ledger.md#L-10.</summary>
public readonly record struct IntentKey(Address Account, Address Signer, IntentId Id) : IComparable<IntentKey>
{
    /// <summary>The minute of its expiry, since 1970: what its subtree is keyed by.</summary>
    public ulong Minute => Id.ValidUntil.Ms / IntentMinutes.MinuteMs;

    /// <inheritdoc/>
    public int CompareTo(IntentKey other)
    {
        var order = Minute.CompareTo(other.Minute);
        order = order != 0 ? order : Account.CompareTo(other.Account);
        order = order != 0 ? order : Signer.CompareTo(other.Signer);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }

    /// <summary>The id is enough to tell keys apart, mixed with the account against ids that senders share.</summary>
    public override int GetHashCode() => unchecked(Id.GetHashCode() + (Account.GetHashCode() * 31));

    /// <summary>Order of state keys.</summary>
    public static bool operator <(IntentKey left, IntentKey right) => left.CompareTo(right) < 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator >(IntentKey left, IntentKey right) => left.CompareTo(right) > 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator <=(IntentKey left, IntentKey right) => left.CompareTo(right) <= 0;

    /// <summary>Order of state keys.</summary>
    public static bool operator >=(IntentKey left, IntentKey right) => left.CompareTo(right) >= 0;
}
