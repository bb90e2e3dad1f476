namespace Busbar.Node.Peers;

/// <summary>
/// A bucket of messages and one of bytes, which fill up with time: a link that takes more than is in them floods. One
/// second's worth may come at once, and twice that at the start. Not thread-safe.
/// </summary>
internal sealed class FloodGate(TimeProvider clock, long messagesPerSecond, long bytesPerSecond)
{
    private const long StepMs = 50;

    private long messages = 2 * messagesPerSecond;
    private long bytes = 2 * bytesPerSecond;
    private long filledAt = clock.GetTimestamp();

    /// <summary>Takes one message of this size; false when it floods.</summary>
    public bool TryTake(int sizeBytes)
    {
        Fill();
        messages--;
        bytes -= sizeBytes;
        return messages >= 0 && bytes >= 0;
    }

    private void Fill()
    {
        var now = clock.GetTimestamp();
        var elapsedMs = (long)clock.GetElapsedTime(filledAt, now).TotalMilliseconds;

        // Whole steps only, so that no fraction is lost between messages that follow each other closely.
        if (elapsedMs >= StepMs)
        {
            elapsedMs = Math.Min(elapsedMs, 2_000);
            filledAt = now;
            messages = Math.Min(messages + (messagesPerSecond * elapsedMs / 1_000), 2 * messagesPerSecond);
            bytes = Math.Min(bytes + (bytesPerSecond * elapsedMs / 1_000), 2 * bytesPerSecond);
        }
    }
}
