namespace Busbar.Ledger;

/// <summary>Which minutes of intents are still remembered: spec/ledger.md#L-12.</summary>
public static class IntentMinutes
{
    /// <summary>Length of a minute.</summary>
    internal const ulong MinuteMs = 60_000;

    /// <summary>True while records of intents with this expiry are kept.</summary>
    public static bool Remembers(UnixTime time, ulong retentionMs, IntentId intentId) =>
        intentId.ValidUntil.Ms / MinuteMs >= FirstRemembered(time, retentionMs);

    /// <summary>
    /// The first minute that is remembered at a time: a minute is dropped once every intent in it has been expired
    /// for longer than the retention, that is when (minute + 1) x 60,000 + retention &lt;= time.
    /// </summary>
    internal static ulong FirstRemembered(UnixTime time, ulong retentionMs) =>
        time.Ms < retentionMs ? 0 : (time.Ms - retentionMs) / MinuteMs;
}
