using Busbar.Proofs;

namespace Busbar.Node.Storage;

/// <summary>A view of an epoch. They follow each other by epoch, then by view.</summary>
public readonly record struct EpochView(ulong Epoch, ulong View) : IComparable<EpochView>
{
    /// <summary>Where a vote stands.</summary>
    public static EpochView Of(Vote vote) => new(vote.Epoch, vote.View);

    /// <inheritdoc/>
    public int CompareTo(EpochView other) =>
        Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : View.CompareTo(other.View);

    /// <summary>True when the left one is earlier.</summary>
    public static bool operator <(EpochView left, EpochView right) => left.CompareTo(right) < 0;

    /// <summary>True when the left one is later.</summary>
    public static bool operator >(EpochView left, EpochView right) => left.CompareTo(right) > 0;

    /// <summary>True when the left one is not later.</summary>
    public static bool operator <=(EpochView left, EpochView right) => left.CompareTo(right) <= 0;

    /// <summary>True when the left one is not earlier.</summary>
    public static bool operator >=(EpochView left, EpochView right) => left.CompareTo(right) >= 0;
}
