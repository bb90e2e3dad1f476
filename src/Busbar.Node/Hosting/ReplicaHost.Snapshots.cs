using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node.Peers;
using Busbar.Node.Storage;
using Microsoft.Extensions.Logging;

namespace Busbar.Node.Hosting;

/// <content>
/// A node that is behind what any peer keeps: a snapshot is fetched and checked beside the loop, then stored on it, and
/// a new validator starts there.
/// </content>
public sealed partial class ReplicaHost
{
    private Task fetching = Task.CompletedTask;
    private long fetchBeganAt;
    private SnapshotContent? fetched;

    void IValidatorPorts.FallBehind(PublicKey peer)
    {
        if (peers is not { } network || fetched is not null || !fetching.IsCompleted || HasJustFetched())
        {
            return;
        }

        LogBehind(logger, head.Height, peer.ToString());
        fetchBeganAt = clock.GetTimestamp();
        fetching = Task.Run(() => FetchAsync(network, peer, stopping.Token));
    }

    private bool HasJustFetched() => fetchBeganAt != 0
        && clock.GetElapsedTime(fetchBeganAt).TotalMilliseconds < NodeLimits.SnapshotIntervalMs;

    private async Task FetchAsync(PeerNetwork network, PublicKey peer, CancellationToken cancellation)
    {
        try
        {
            var chunks = network.FetchAsync(peer, ReadOnlyMemory<byte>.Empty, cancellation);
            var snapshot = await Snapshot.ReadAsync(options.Genesis, chunks, cancellation);
            await WriteAsync(new LoopMessage.Fetched(snapshot), cancellation);
        }
        catch (FormatException fault)
        {
            LogBlame(logger, peer.ToString(), fault.Message);
            network.Penalise(peer);
        }
        catch (Exception error)
            when (PeerNetwork.IsEndOfLink(error) || error is HttpRequestException or TimeoutException)
        {
            LogFetchFailed(logger, peer.ToString(), error.Message);
        }
    }

    // :: While nothing is being stored and every own vote is durable: the snapshot is stored, a new validator takes
    // over with the own votes of the old one, and only then the journal may forget what lies below.
    private void RestoreFetched()
    {
        if (fetched is not { } snapshot || validator.IsStoring)
        {
            return;
        }

        fetched = null;
        var header = snapshot.Last.Header;
        var old = validator;
        if (header.Height <= old.Head.Height || old.Halted)
        {
            return;
        }

        Invariant.Check(unwritten.Count == 0);
        store.Restore(snapshot);
        foreach (var timer in timers)
        {
            timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        Interlocked.Exchange(ref timersDue, 0);
        var final = snapshot.Last.Finalization!;
        var floor = new FinalFloor(final.Vote.View, final.Vote.Block) { Finalization = final };
        validator = CreateValidator(snapshot.State, floor, old.MayVote, old.OwnVotes, old.OwnVotesBlocks);
        journal?.Forget(snapshot.State.Epoch, snapshot.State.EndsEpoch ? 0 : floor.View);
        MoveHead(NodeHead.Of(header));
        LogRestored(logger, header.Height);
        validator.TakeOver(old);
        validator.Start();
        EndBatch();
    }

    [LoggerMessage(
        EventId = 8,
        Level = LogLevel.Warning,
        Message = "No peer keeps the block after height {Height}; fetching a snapshot from {Peer}")]
    private static partial void LogBehind(ILogger logger, ulong height, string peer);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "No snapshot from {Peer}: {Reason}")]
    private static partial void LogFetchFailed(ILogger logger, string peer, string reason);

    [LoggerMessage(
        EventId = 10, Level = LogLevel.Warning, Message = "Took a snapshot up: the head is at height {Height}")]
    private static partial void LogRestored(ILogger logger, ulong height);
}
