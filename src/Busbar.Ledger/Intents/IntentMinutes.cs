namespace Busbar.Ledger;

/// <summary>Which minutes of intents are still remembered: spec/ledger.md#L-12.</summary>
internal static class IntentMinutes
{
    /// <summary>Length of a minute.</summary>
    public const ulong MinuteMs = 60_000;

    /// <summary>
    /// The first minute that is remembered at a time: a minute is dropped once every intent in it has been expired
    /// for longer than the retention, that is when (minute + 1) x 60,000 + retention &lt;= time.
    /// </summary>
    public static ulong FirstRemembered(UnixTime time, ulong retentionMs) =>
        time.Ms < retentionMs ? 0 : (time.Ms - retentionMs) / MinuteMs;
}
