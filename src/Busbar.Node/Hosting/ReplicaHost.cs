using System.Threading.Channels;
using Busbar.Consensus;
using Busbar.Ledger;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;
using Microsoft.Extensions.Logging;
using Channels = System.Threading.Channels.Channel;
using MessageQueue = System.Threading.Channels.Channel<Busbar.Node.Hosting.LoopMessage>;

namespace Busbar.Node.Hosting;

/// <summary>
/// The only loop of a node. It owns replica, ledger state, pool, journal and store; everything else sends it messages
/// through one bounded queue and reads what it publishes. Thread-safe.
/// </summary>
public sealed partial class ReplicaHost : IAsyncDisposable
{
    private readonly MessageQueue messages = Channels.CreateBounded<LoopMessage>(
        new BoundedChannelOptions(NodeLimits.LoopQueue) { SingleReader = true });

    private readonly TransactionPool pool = new();
    private readonly Dictionary<Hash256, CandidateBlock> candidates = [];
    private readonly List<Output> outputs = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly Replica replica;
    private readonly BlockBuilder builder;
    private readonly VoteJournal journal;
    private readonly LedgerStore store;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ITimer heartbeat;
    private ulong heartbeatView;
    private LedgerState state;
    private volatile NodeHead head;
    private volatile TaskCompletionSource headMoved = NewSignal();
    private volatile bool heartbeatDue;
    private Task loop = Task.CompletedTask;

    internal ReplicaHost(
        LoadedLedger ledger,
        VoteJournal journal,
        LedgerStore store,
        Keys.PrivateKey key,
        TimeProvider clock,
        ILogger logger)
    {
        this.journal = journal;
        this.store = store;
        this.clock = clock;
        this.logger = logger;
        state = ledger.State;
        head = ledger.Head;
        var genesis = state.Genesis;
        var validators = new ValidatorSet(genesis.Validators);
        builder = new BlockBuilder(genesis.Network, validators);
        var options = new ReplicaOptions
        {
            Network = genesis.Network,
            Epoch = 0,
            Validators = validators,
            Key = key,
            HeartbeatMs = genesis.Parameters.HeartbeatMs,
        };
        replica = new Replica(options, new FinalFloor(head.View, head.Digest), journal.Records);
        heartbeat = clock.CreateTimer(
            _ => OnHeartbeat(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The last final block.</summary>
    public NodeHead Head => head;

    /// <summary>Transactions that wait; for metrics, a moment old.</summary>
    public int PendingCount { get; private set; }

    /// <summary>Ends when the loop ends; faulted when storage failed or an invariant broke.</summary>
    public Task Completion => loop;

    /// <summary>True while submissions are taken.</summary>
    public bool IsRunning => !loop.IsCompleted && !stopping.IsCancellationRequested;

    /// <summary>Ends when a block after the current head is final.</summary>
    public Task NextHead => headMoved.Task;

    /// <summary>
    /// Hands a verified transaction in. The answer comes once the loop has looked at it; Busy when the queue is full.
    /// </summary>
    public async ValueTask<Submission> SubmitAsync(PendingTransaction pending, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<Submission>(TaskCreationOptions.RunContinuationsAsynchronously);
        return messages.Writer.TryWrite(new LoopMessage.Submit(pending, answer))
            ? await AnswerOf(answer.Task, cancellation)
            : new Submission(MempoolStatus.QueueFull, null);
    }

    /// <summary>Reads the last final state on the loop; the function must be quick and keep nothing of it.</summary>
    public async ValueTask<T> QueryAsync<T>(Func<LedgerState, TransactionPool, T> read, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var query = new LoopMessage.Query((ledger, waiting) => answer.TrySetResult(read(ledger, waiting)));
        await messages.Writer.WriteAsync(query, cancellation);
        return await AnswerOf(answer.Task, cancellation);
    }

    /// <summary>Restores a block that was voted for before a restart, and starts the loop.</summary>
    /// <exception cref="NodeStartException">The journal's block is missing or does not execute.</exception>
    public void Start()
    {
        RestoreCandidate();
        loop = Task.Run(RunAsync);
    }

    /// <summary>Stops after the block in hand; what waits and is not final stays with its senders, who retry.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        messages.Writer.TryComplete();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await heartbeat.DisposeAsync();
        stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<T> AnswerOf<T>(Task<T> answer, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping.Token);
        return await answer.WaitAsync(either.Token);
    }

    private void RestoreCandidate()
    {
        if (replica.PendingBlock is not { } digest)
        {
            return;
        }

        foreach (var bytes in journal.Blocks)
        {
            if (StoredBlock.TryDecode(bytes, out var block) == DecodeError.Unset && block!.Header.Digest() == digest)
            {
                var (candidate, fault) = builder.Execute(state, head.Digest, block);
                candidates[digest] = candidate
                    ?? throw new NodeStartException($"The block in the vote journal cannot be restored: {fault}.");
                return;
            }
        }

        throw new NodeStartException("The vote journal holds a vote for a block that it does not hold.");
    }

    private async Task RunAsync()
    {
        try
        {
            Step(new Input.Started());
            while (await messages.Reader.WaitToReadAsync(stopping.Token))
            {
                Drain();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogStopped(logger, head.Height);
        }
        catch (Exception error)
        {
            LogFailed(logger, error, head.Height);
            throw;
        }
        finally
        {
            messages.Writer.TryComplete();
            await stopping.CancelAsync();
        }
    }

    private void Drain()
    {
        for (var taken = 0; taken < NodeLimits.LoopQueue && messages.Reader.TryRead(out var message); taken++)
        {
            switch (message)
            {
                case LoopMessage.Submit submit:
                    var status = pool.Add(submit.Pending, state, Now(), out var accepted);
                    submit.Answer.TrySetResult(new Submission(status, accepted));
                    break;
                case LoopMessage.Query query:
                    query.Read(state, pool);
                    break;
                case LoopMessage.Wake:
                    break;
                default:
                    throw new InvariantBrokenException("messages are a closed set");
            }
        }

        if (heartbeatDue)
        {
            heartbeatDue = false;
            Step(new Input.TimerFired(TimerKind.Heartbeat, heartbeatView));
        }

        if (pool.HasQueued)
        {
            Step(new Input.WorkAvailable());
        }

        PendingCount = pool.Count;
        if (pool.HasQueued)
        {
            // A block was full: come back for the rest, after the messages that arrived meanwhile.
            messages.Writer.TryWrite(new LoopMessage.Wake());
        }
    }

    private UnixTime Now() => new((ulong)clock.GetUtcNow().ToUnixTimeMilliseconds());

    private void OnHeartbeat()
    {
        heartbeatDue = true;

        // A full queue means that the loop is awake and will see the flag.
        messages.Writer.TryWrite(new LoopMessage.Wake());
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Stopped at height {Height}")]
    private static partial void LogStopped(ILogger logger, ulong height);

    [LoggerMessage(
        EventId = 2, Level = LogLevel.Critical, Message = "The loop failed at height {Height}; the node stops")]
    private static partial void LogFailed(ILogger logger, Exception error, ulong height);
}
