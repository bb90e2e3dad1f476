using System.Diagnostics.Metrics;

namespace Busbar.Node.Hosting;

/// <summary>
/// What /metrics tells of one node. Its meter has a name of its own, since several nodes may run in one process.
/// Thread-safe.
/// </summary>
internal sealed class NodeMetrics : IDisposable
{
    private static int count;

    private readonly Meter meter;
    private readonly Histogram<double> finality;

    /// <summary>Measures a node.</summary>
    public NodeMetrics(ReplicaHost node)
    {
        meter = new Meter(string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"Busbar.Node.{Interlocked.Increment(ref count)}"));
        finality = meter.CreateHistogram(
            "busbar_block_final",
            "s",
            "From a block's time until it is final and stored here.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
            });
        Gauge("busbar_height", "Height of the last final block.", () => node.Head.Height);
        Gauge("busbar_known_height", "A height that an honest validator has reached.", () => node.State.KnownHeight);
        Gauge("busbar_epoch", "The epoch that votes on the next block.", () => node.State.Epoch);
        Gauge("busbar_view", "The view of consensus.", () => node.State.View);
        Gauge("busbar_votes", "1 while this node votes.", () => node.State.Votes ? 1UL : 0);
        Gauge("busbar_ready", "1 while this node hears a quorum and has caught up.", () => node.IsReady ? 1UL : 0);
        Gauge("busbar_validators", "Validators of the epoch.", () => (ulong)node.State.Validators.Count);
        Gauge("busbar_heard_weight", "Votes of validators that are heard of.", () => node.State.HeardWeight);
        Gauge("busbar_pending_transactions", "Transactions that wait.", () => (ulong)node.State.Pending);
        Gauge("busbar_held_blocks", "Blocks held and not stored.", () => (ulong)node.State.HeldBlocks);
        Gauge("busbar_waiting_for_blocks", "Answers that wait for a block.", () => (ulong)node.State.Waiting);
        Gauge("busbar_loop_queue", "Messages that wait for the loop.", () => (ulong)node.QueueLength);
        Counter("busbar_evidence", "Contradictions of validators.", () => (long)node.State.Evidence);
        Gauge("busbar_peer_links", "Links that are up.", () => (ulong)node.PeerCounters.Links);
        Counter("busbar_peer_sent_messages", "Messages sent.", () => node.PeerCounters.Sent);
        Counter("busbar_peer_sent_bytes", "Bytes sent.", () => node.PeerCounters.SentBytes);
        Counter("busbar_peer_received_messages", "Messages received.", () => node.PeerCounters.Received);
        Counter("busbar_peer_received_bytes", "Bytes received.", () => node.PeerCounters.ReceivedBytes);
        Counter("busbar_peer_dropped_votes", "Votes dropped for slow links.", () => node.PeerCounters.DroppedVotes);
        Counter("busbar_peer_refused_bulk", "Blocks and transactions refused.", () => node.PeerCounters.RefusedBulk);
        Counter("busbar_peer_cut_garbage", "Links cut for garbage.", () => node.PeerCounters.CutGarbage);
        Counter("busbar_peer_cut_flood", "Links cut for flooding.", () => node.PeerCounters.CutFlood);
        Counter("busbar_peer_dial_failures", "Attempts to connect that failed.", () => node.PeerCounters.DialFailures);
    }

    /// <summary>The meter's name, for whoever reads it.</summary>
    public string Name => meter.Name;

    /// <summary>A block is final and stored.</summary>
    public void OnFinal(TimeSpan age) => finality.Record(Math.Max(age.TotalSeconds, 0));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private void Gauge(string name, string description, Func<ulong> read) =>
        meter.CreateObservableGauge(name, () => (long)read(), null, description);

    private void Counter(string name, string description, Func<long> read) =>
        meter.CreateObservableCounter(name, read, null, description);
}
