namespace Busbar.Node.Storage;

/// <summary>The bounds of a vote journal; tests come to them sooner.</summary>
/// <param name="TurnSizeBytes">Past this much in a file, what is no longer live is left behind.</param>
/// <param name="MaxSizeBytes">What a file grows to at the most.</param>
/// <param name="GroupSizeBytes">The body of a group.</param>
/// <param name="GroupEntries">The entries of a group.</param>
internal sealed record JournalSizes(long TurnSizeBytes, long MaxSizeBytes, int GroupSizeBytes, int GroupEntries)
{
    public static JournalSizes Default { get; } = new(
        NodeLimits.JournalTurnSizeBytes,
        NodeLimits.JournalSizeBytes,
        NodeLimits.JournalGroupSizeBytes,
        NodeLimits.JournalGroupEntries);

    /// <summary>A file's size when it must hold this much: whole turns, so that a file that was cut shows.</summary>
    public long FileSize(long neededSizeBytes) =>
        (Math.Max(neededSizeBytes, 1) + TurnSizeBytes - 1) / TurnSizeBytes * TurnSizeBytes;
}
