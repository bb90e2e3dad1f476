using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;

namespace Busbar.Node.Hosting;

/// <summary>What other threads ask of the loop. A closed set.</summary>
internal abstract record LoopMessage
{
    private protected LoopMessage()
    {
    }

    public sealed record Submit(PendingTransaction Pending, TaskCompletionSource<Submission> Answer) : LoopMessage;

    public sealed record Query(Action<LedgerState, TransactionPool> Read) : LoopMessage;

    public sealed record Received(PublicKey From, PeerInput Input) : LoopMessage;

    public sealed record Fetched(SnapshotContent Snapshot) : LoopMessage;

    public sealed record Wake : LoopMessage;
}

/// <summary>The loop's answer to a submission: its status, and what to wait for when it is pending.</summary>
public sealed record Submission(MempoolStatus Status, PendingTransaction? Pending);
