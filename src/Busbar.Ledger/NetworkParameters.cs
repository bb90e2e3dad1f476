namespace Busbar.Ledger;

/// <summary>
/// The times that a network is run by, in ms. Wire: [maxIntentAheadMs, retentionMs, minGraceMs, maxGraceMs,
/// heartbeatMs]. spec/ledger.md#L-71.
/// </summary>
/// <param name="MaxIntentAheadMs">How far an intent's expiry may lie ahead of the block; 1 h by default.</param>
/// <param name="RetentionMs">How long an intent is remembered after its expiry; 1 h by default.</param>
/// <param name="MinGraceMs">The shortest grace period of a channel; 15 min by default.</param>
/// <param name="MaxGraceMs">The longest grace period of a channel; 30 days by default.</param>
/// <param name="HeartbeatMs">The longest pause between blocks of a network that runs; 10 s by default.</param>
public sealed record NetworkParameters(
    ulong MaxIntentAheadMs = 3_600_000,
    ulong RetentionMs = 3_600_000,
    ulong MinGraceMs = 900_000,
    ulong MaxGraceMs = 2_592_000_000,
    ulong HeartbeatMs = 10_000)
{
    /// <summary>No parameter is above 2^40 ms, about 35 years, so that no sum of times overflows.</summary>
    public const ulong MaxMs = 1UL << 40;

    /// <summary>Heartbeats by which network uptime advances at most in one block.</summary>
    public const ulong UptimeHeartbeats = 3;

    /// <summary>True when every time is in range and in order.</summary>
    public bool IsValid() =>
        MaxIntentAheadMs is > 0 and <= MaxMs && RetentionMs is > 0 and <= MaxMs && HeartbeatMs is > 0 and <= MaxMs
        && MinGraceMs is > 0 && MaxGraceMs <= MaxMs && MinGraceMs <= MaxGraceMs;

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(5).Number(MaxIntentAheadMs).Number(RetentionMs).Number(MinGraceMs);
        writer.Number(MaxGraceMs).Number(HeartbeatMs);
    }

    internal static NetworkParameters Read(ref CanonicalReader reader)
    {
        reader.Array(5);
        return new NetworkParameters(
            reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number());
    }
}
