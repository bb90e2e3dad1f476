namespace Busbar.Node.Peers;

/// <summary>
/// A bucket of messages and one of bytes, which fill up with time, to a number of seconds' worth: a link that takes
/// more than is in them floods. A sender keeps to the same rates with a smaller bucket, so that no honest one is ever
/// caught. Not thread-safe.
/// </summary>
internal sealed class FloodGate(TimeProvider clock, PeerRate rate, int seconds)
{
    /// <summary>The bucket fills in steps of this.</summary>
    public const long StepMs = 50;

    /// <summary>Seconds' worth that a receiver's bucket holds.</summary>
    public const int ReceiverSeconds = 2;

    /// <summary>Seconds' worth that a sender's bucket holds.</summary>
    public const int SenderSeconds = 1;

    private readonly long maxMessages = seconds * rate.MessagesPerSecond;
    private readonly long maxBytes = seconds * rate.BytesPerSecond;
    private long messages = seconds * rate.MessagesPerSecond;
    private long bytes = seconds * rate.BytesPerSecond;
    private long filledAt = clock.GetTimestamp();

    /// <summary>Takes one message of this size; false, and nothing is taken, when there is not that much.</summary>
    public bool TryTake(int sizeBytes)
    {
        Fill();
        if (messages < 1 || bytes < Math.Min(sizeBytes, maxBytes))
        {
            return false;
        }

        messages--;
        bytes -= sizeBytes;
        return true;
    }

    private void Fill()
    {
        var now = clock.GetTimestamp();
        var elapsedMs = (long)clock.GetElapsedTime(filledAt, now).TotalMilliseconds;

        // Whole steps only, so that no fraction is lost between messages that follow each other closely.
        if (elapsedMs >= StepMs)
        {
            elapsedMs = Math.Min(elapsedMs, 1_000L * seconds);
            filledAt = now;
            messages = Math.Min(messages + (rate.MessagesPerSecond * elapsedMs / 1_000), maxMessages);
            bytes = Math.Min(bytes + (rate.BytesPerSecond * elapsedMs / 1_000), maxBytes);
        }
    }
}

/// <summary>How much a node may send over one link.</summary>
internal readonly record struct PeerRate(long MessagesPerSecond, long BytesPerSecond)
{
    /// <summary>The rate of a role.</summary>
    public static PeerRate Of(PeerRole role) => role == PeerRole.Validator
        ? new(NodeLimits.PeerMessagesPerSecond, NodeLimits.PeerBytesPerSecond)
        : new(NodeLimits.ObserverMessagesPerSecond, NodeLimits.ObserverBytesPerSecond);
}
