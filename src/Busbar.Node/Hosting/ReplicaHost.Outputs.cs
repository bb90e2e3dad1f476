using Busbar.Consensus;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;
using Microsoft.Extensions.Logging;

namespace Busbar.Node.Hosting;

/// <content>Carries the replica's outputs out, in order.</content>
public sealed partial class ReplicaHost
{
    private void Step(Input input)
    {
        replica.Step(input, outputs);
        while (outputs.Count > 0)
        {
            var batch = outputs.ToArray();
            outputs.Clear();
            foreach (var output in batch)
            {
                CarryOut(output);
            }
        }
    }

    private void CarryOut(Output output)
    {
        switch (output)
        {
            case Output.Build build:
                var built = builder.Build(state, build.Parent, build.View, Now(), pool);
                candidates.Add(built.Digest, built);
                replica.Step(new Input.Built(build.View, built.Digest), outputs);
                break;
            case Output.Persist persist:
                Persist(persist);
                break;
            case Output.Notarized notarized:
                OnNotarized(notarized.Certificate);
                break;
            case Output.Finalized finalized:
                OnFinalized(finalized.Certificate);
                break;
            case Output.SetTimer timer:
                heartbeatView = timer.View;
                heartbeat.Change(TimeSpan.FromMilliseconds(timer.DelayMs), Timeout.InfiniteTimeSpan);
                break;
            default:
                throw new InvariantBrokenException("outputs are a closed set");
        }
    }

    private void Persist(Output.Persist persist)
    {
        // The block goes in the same synced record as the first vote that names it.
        var vote = persist.Record.Vote;
        var block = vote.Kind == VoteKind.Notarize ? candidates[vote.Block].Block.Encode() : null;
        journal.Write([new JournalEntry(persist.Record, block)]);
        replica.Step(new Input.Durable(persist.Sequence), outputs);
    }

    private void OnNotarized(Certificate certificate)
    {
        var candidate = candidates[certificate.Vote.Block];
        foreach (var pending in candidate.Pending)
        {
            pending.NotarizedHeight = candidate.Block.Header.Height;
        }
    }

    private void OnFinalized(Certificate certificate)
    {
        Invariant.Check(candidates.Remove(certificate.Vote.Block, out var candidate));
        var block = candidate.Block with { Finalization = certificate };
        store.Commit(block, candidate.Executed);
        state = candidate.Executed.State;
        state.Fold();
        candidates.Clear();
        journal.Forget(certificate.Vote.Epoch, certificate.Vote.View);

        head = NodeHead.Of(block.Header);
        for (var index = 0; index < candidate.Pending.Count; index++)
        {
            var pending = candidate.Pending[index];
            pool.Remove(pending);
            pending.Finish(new TransactionEnd(
                InclusionStatus.Included, head.Height, index, head.Time, block.Receipts[index]));
        }

        var moved = headMoved;
        headMoved = NewSignal();
        moved.TrySetResult();
        LogFinal(logger, head.Height, certificate.Vote.View, block.Transactions.Count);
    }

    [LoggerMessage(
        EventId = 3,
        Level = LogLevel.Debug,
        Message = "Block {Height} is final in view {View} with {Count} transactions")]
    private static partial void LogFinal(ILogger logger, ulong height, ulong view, int count);
}
