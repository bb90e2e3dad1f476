using System.Threading.Channels;
using Busbar.Api;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Node.Mempool;
using Busbar.Node.Peers;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Microsoft.Extensions.Logging;
using Channels = System.Threading.Channels.Channel;
using MessageQueue = System.Threading.Channels.Channel<Busbar.Node.Hosting.LoopMessage>;

namespace Busbar.Node.Hosting;

/// <summary>
/// The only loop of a node. It runs the <see cref="Validator"/>, which owns replica, ledger state and pool, on this
/// machine's clock, disk and links; everything else sends it messages through one bounded queue and reads what it
/// publishes. Thread-safe.
/// </summary>
public sealed partial class ReplicaHost : IAsyncDisposable
{
    private readonly MessageQueue messages = Channels.CreateBounded<LoopMessage>(
        new BoundedChannelOptions(NodeLimits.LoopQueue) { SingleReader = true });

    private readonly ITimer?[] timers = new ITimer?[32];
    private readonly CancellationTokenSource stopping = new();
    private readonly TransactionMemory memory;
    private readonly PeerMessageReader reader;
    private readonly SignatureMemory signatures = new();
    private readonly VoteJournal? journal;
    private readonly LedgerStore store;
    private readonly EvidenceFile known;
    private readonly BlockWriter writer;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly NodeOptions options;
    private Validator validator;
    private PeerNetwork? peers;
    private uint timersDue;
    private int storedBatches;
    private volatile NodeHead head;
    private volatile NodeState published;
    private volatile TaskCompletionSource headMoved = NewSignal();
    private ulong evidenceCount;
    private Task loop = Task.CompletedTask;

    internal ReplicaHost(
        LoadedLedger ledger,
        VoteJournal? journal,
        LedgerStore store,
        EvidenceFile evidence,
        NodeOptions options,
        ILogger logger)
    {
        known = evidence;
        this.journal = journal;
        this.store = store;
        this.options = options;
        clock = options.Clock;
        this.logger = logger;
        head = ledger.Head;
        memory = new TransactionMemory(options.Genesis.Network);
        reader = new PeerMessageReader(options.Genesis.Network, memory);
        foreach (var timer in Enum.GetValues<ValidatorTimer>())
        {
            timers[(int)timer] = clock.CreateTimer(
                _ => OnTimer(timer), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        writer = new BlockWriter(store, options.RetentionBlocks, OnStored);
        validator = CreateValidator(
            ledger.State, ledger.Floor, journal is not null, journal?.Records ?? [], journal?.Blocks ?? []);
        published = Publish();
        Metrics = new NodeMetrics(this);
    }

    /// <summary>The last final block.</summary>
    public NodeHead Head => head;

    /// <summary>What is known against validators.</summary>
    public IReadOnlyList<EvidenceInfo> Evidence => known.Entries;

    /// <summary>Where consensus, pool and links stand, a moment ago.</summary>
    public NodeState State => published;

    /// <summary>True while <see cref="WhyNotReady"/> is null.</summary>
    public bool IsReady => WhyNotReady is null;

    /// <summary>Messages that wait for the loop.</summary>
    public int QueueLength => messages.Reader.Count;

    /// <summary>What happened on the links.</summary>
    public PeerCounters PeerCounters => peers?.Count() ?? new PeerCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>What /metrics tells.</summary>
    internal NodeMetrics Metrics { get; }

    /// <summary>Why the node should not be given payments now, or null.</summary>
    public string? WhyNotReady
    {
        get
        {
            var state = published;
            return !IsRunning ? "its loop has ended"
                : state.Halted ? "it has proof that more than a third of the validators are faulty"
                : state.HeardWeight < state.Validators.QuorumWeight ? "it does not hear a quorum of the validators"
                : state.KnownHeight > head.Height + NodeLimits.SingleFetchHeights
                    ? $"it is at height {head.Height} and the network at {state.KnownHeight}"
                : null;
        }
    }

    /// <summary>What moves between the nodes; null before <see cref="Start"/>.</summary>
    internal PeerNetwork? Peers => peers;

    /// <summary>Ends when the loop ends; faulted when storage failed or an invariant broke.</summary>
    public Task Completion => loop;

    /// <summary>True while submissions are taken.</summary>
    public bool IsRunning => !loop.IsCompleted && !stopping.IsCancellationRequested;

    /// <summary>Ends when a block after the current head is final.</summary>
    public Task NextHead => headMoved.Task;

    /// <summary>
    /// Hands a verified transaction in. The answer comes once the loop has looked at it; QueueFull when the queue is.
    /// </summary>
    /// <exception cref="OperationCanceledException">The node stops, or the caller does.</exception>
    public async ValueTask<Submission> SubmitAsync(PendingTransaction pending, CancellationToken cancellation)
    {
        memory.Remember(pending.Transaction);
        var answer = new TaskCompletionSource<Submission>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (messages.Writer.TryWrite(new LoopMessage.Submit(pending, answer)))
        {
            return await AnswerOf(answer.Task, cancellation);
        }

        // A queue that takes nothing any more is full for ever: who waits for room would wait in vain.
        return !IsRunning
            ? throw new OperationCanceledException("The node stops.")
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

    /// <summary>Starts the loop.</summary>
    /// <param name="network">Links to the other nodes; null for a node that is alone.</param>
    internal void Start(PeerNetwork? network)
    {
        peers = network;
        loop = Task.Run(RunAsync);
    }

    /// <summary>Stops after the block in hand; what waits and is not final stays with its senders, who retry.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        messages.Writer.TryComplete();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fetching;
        await writer.DisposeAsync();
        foreach (var timer in timers)
        {
            if (timer is not null)
            {
                await timer.DisposeAsync();
            }
        }

        Metrics.Dispose();
        stopping.Dispose();
    }

    private async ValueTask WriteAsync(LoopMessage message, CancellationToken cancellation)
    {
        try
        {
            await messages.Writer.WriteAsync(message, cancellation);
        }
        catch (ChannelClosedException stopped)
        {
            throw new OperationCanceledException("The node stops.", stopped);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<T> AnswerOf<T>(Task<T> answer, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping.Token);
        return await answer.WaitAsync(either.Token);
    }

    private async Task RunAsync()
    {
        try
        {
            validator.Start();
            EndBatch();
            while (await messages.Reader.WaitToReadAsync(stopping.Token))
            {
                if (writer.Completion.IsCompleted)
                {
                    await writer.Completion;
                }

                Drain();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogStopped(logger, head.Height);
        }
        catch (UpgradeNeededException needed)
        {
            LogUpgrade(logger, needed.Message);
            throw;
        }
        catch (Exception error)
        {
            LogFailed(logger, error, head.Height);
            throw;
        }
        finally
        {
            await stopping.CancelAsync();
            messages.Writer.TryComplete();
        }
    }

    private void Drain()
    {
        for (var stored = Interlocked.Exchange(ref storedBatches, 0); stored > 0; stored--)
        {
            validator.OnStored();
        }

        for (var due = Interlocked.Exchange(ref timersDue, 0); due != 0; due &= due - 1)
        {
            validator.OnTimer((ValidatorTimer)System.Numerics.BitOperations.TrailingZeroCount(due));
        }

        TakeLinkChanges();
        for (var taken = 0; taken < NodeLimits.LoopBatch && messages.Reader.TryRead(out var message); taken++)
        {
            Take(message);
        }

        EndBatch();
        RestoreFetched();
        published = Publish();
    }

    private void Take(LoopMessage message)
    {
        switch (message)
        {
            case LoopMessage.Submit submit:
                var status = validator.Submit(submit.Pending, out var accepted);
                submit.Answer.TrySetResult(new Submission(status, accepted));
                break;
            case LoopMessage.Query query:
                query.Read(validator.Head, validator.Pool);
                break;
            case LoopMessage.Received received:
                validator.OnReceived(received.From, received.Input);
                break;
            case LoopMessage.Fetched arrived:
                fetched = arrived.Snapshot;
                break;
            case LoopMessage.Wake:
                break;
            default:
                throw new InvariantBrokenException("messages are a closed set");
        }
    }

    private void EndBatch()
    {
        do
        {
            WriteJournal();
            validator.EndBatch();
        }
        while (unwritten.Count > 0);
    }

    private void OnTimer(ValidatorTimer timer)
    {
        Interlocked.Or(ref timersDue, 1u << (int)timer);
        Wake();
    }

    private void OnStored()
    {
        Interlocked.Increment(ref storedBatches);
        Wake();
    }

    // A full queue means that the loop is awake and will see the flag.
    private void Wake() => messages.Writer.TryWrite(new LoopMessage.Wake());

    private void OnBlockStored(FinalBlock final)
    {
        MoveHead(NodeHead.Of(final.Block.Header));
        Metrics.OnFinal(clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds((long)head.Time.Ms));
        LogFinal(logger, head.Height, final.Block.Transactions.Count);
    }

    private void MoveHead(NodeHead to)
    {
        head = to;
        var moved = headMoved;
        headMoved = NewSignal();
        moved.TrySetResult();
    }

    private Validator CreateValidator(
        LedgerState state,
        Consensus.FinalFloor floor,
        bool mayVote,
        IReadOnlyList<Consensus.JournalRecord> records,
        IReadOnlyList<byte[]> blocks) =>
        new(
            new ValidatorOptions
            {
                Key = options.ValidatorKey,
                MayVote = mayVote,
                Pace = options.Pace,
                Check = signatures.Check,
            },
            this,
            reader,
            state,
            floor,
            records,
            blocks)
        {
            Stored = OnBlockStored,
        };

    private NodeState Publish() => new(
        validator.Head.Epoch,
        validator.View,
        validator.Votes,
        validator.Halted,
        validator.Head.Validators,
        validator.Head.Tariff,
        validator.KnownHeight,
        validator.HeardWeight,
        validator.Pool.Count,
        validator.HeldBlocks,
        validator.Waiting,
        evidenceCount);

    [LoggerMessage(EventId = 11, Level = LogLevel.Critical, Message = "{Reason}")]
    private static partial void LogUpgrade(ILogger logger, string reason);

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Stopped at height {Height}")]
    private static partial void LogStopped(ILogger logger, ulong height);

    [LoggerMessage(
        EventId = 2, Level = LogLevel.Critical, Message = "The loop failed at height {Height}; the node stops")]
    private static partial void LogFailed(ILogger logger, Exception error, ulong height);
}
