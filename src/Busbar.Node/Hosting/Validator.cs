using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Node.Hosting;

// A validator's host logic, apart from every machine: it carries the replica's outputs out on the chain of blocks, the
// pool and the ports, and answers. A node runs it on one thread with sockets and disks; the simulator runs the same
// code, so that what it finds safe is what runs.
//
// A finalized block is stored before it counts: until storage has answered, head, pool and what clients see stay where
// they are. A certificate may come long before the block, so everything that needs a block waits in one list until the
// block and its ancestors are here and executed.
//
// An epoch ends with a final block whose state names another validator set. Nothing else may follow that block in its
// epoch; if it is notarized and not final, leaders propose it again. Once it is stored, a new replica starts at view 1.
//
// Files: this one starts, ends batches and epochs; Outputs (what the replica asks for), Blocks (what waits for blocks),
// Peers (what other nodes say).

/// <summary>
/// One node's part in the network, without threads, sockets, disks or a clock of its own. Every method belongs to one
/// thread; after a batch of calls comes <see cref="EndBatch"/>.
/// </summary>
internal sealed partial class Validator
{
    private readonly ValidatorOptions options;
    private readonly IReadOnlyList<JournalRecord> journal;
    private readonly IValidatorPorts ports;
    private readonly PeerMessageReader reader;
    private readonly Chain chain;
    private readonly TransactionPool pool = new();
    private readonly List<Output> outputs = [];
    private readonly Queue<(Certificate Certificate, IReadOnlyList<CandidateBlock> Blocks)> storing = [];
    private readonly ulong[] timerViews = new ulong[(int)ValidatorTimer.Standstill + 1];
    private Replica replica;
    private ulong replicaEpoch;
    private bool ending;
    private bool retired;
    private ulong nextSequence;
    private (ulong View, Hash256 Tip, ulong PoolVersion) workSeen;

    /// <summary>Takes up where storage and journal stand.</summary>
    /// <param name="options">Who it is and how it runs.</param>
    /// <param name="ports">The world.</param>
    /// <param name="reader">Reads what peers send; this validator tells it the epoch.</param>
    /// <param name="head">State after the last stored block.</param>
    /// <param name="floor">That block, with its certificate.</param>
    /// <param name="journal">What the journal holds, in order.</param>
    /// <param name="blocks">Blocks of the journal.</param>
    public Validator(
        ValidatorOptions options,
        IValidatorPorts ports,
        PeerMessageReader reader,
        LedgerState head,
        FinalFloor floor,
        IReadOnlyList<JournalRecord> journal,
        IReadOnlyList<byte[]> blocks)
    {
        this.options = options;
        this.ports = ports;
        this.reader = reader;
        this.journal = journal;
        chain = new Chain(head, floor.Block);
        foreach (var bytes in blocks)
        {
            if (reader.TryReadBlock(bytes, out _) is { } block)
            {
                journaled.Add(block.Digest);
                chain.Add(block);
            }
        }

        replica = CreateReplica(head.EndsEpoch ? new FinalFloor(0, floor.Block) : floor);
    }

    /// <summary>State after the last stored block.</summary>
    public LedgerState Head => chain.Head;

    /// <summary>Digest of the last stored block.</summary>
    public Hash256 HeadDigest => chain.HeadDigest;

    /// <summary>Transactions that wait.</summary>
    public TransactionPool Pool => pool;

    /// <summary>The view the replica is in.</summary>
    public ulong View => replica.View;

    /// <summary>Whose view this is.</summary>
    public PublicKey Leader => chain.Head.Validators.Keys[replica.Leader % chain.Head.Validators.Count];

    /// <summary>The state after a block that is executed and not behind the head, or null.</summary>
    public LedgerState? StateAfter(Hash256 digest) => chain.StateAfter(digest);

    /// <summary>True while this node votes.</summary>
    public bool Votes { get; private set; }

    /// <summary>True while nothing that this node has seen forbids its key to vote.</summary>
    public bool MayVote => options.MayVote && !retired;

    /// <summary>True while a batch is with storage.</summary>
    public bool IsStoring => storing.Count > 0;

    /// <summary>
    /// Every own vote that could still matter, for the validator that replaces this one: none may be forgotten.
    /// </summary>
    public IReadOnlyList<JournalRecord> OwnVotes =>
        [.. journal.OfType<JournalRecord.OwnVote>()
            .Concat(replica.OwnVotes.Select(vote => new JournalRecord.OwnVote(vote)))
            .DistinctBy(record => record.Vote)];

    /// <summary>The blocks that <see cref="OwnVotes"/> name, as far as they are here.</summary>
    public IReadOnlyList<byte[]> OwnVotesBlocks =>
        [.. OwnVotes.Where(record => record.Vote.Kind != VoteKind.Nullify).Select(record => record.Vote.Block)
            .Distinct().Select(chain.Find).OfType<byte[]>()];

    /// <summary>True once the replica found proof that more than f validators are faulty.</summary>
    public bool Halted => replica.Halted;

    /// <summary>Blocks that are held and not stored.</summary>
    public int HeldBlocks => chain.Count;

    /// <summary>Things that wait for a block.</summary>
    public int Waiting => waiting.Count;

    /// <summary>Called for each stored block with what is in it, oldest first.</summary>
    public Action<FinalBlock>? Stored { get; init; }

    /// <summary>Called when this node has built a block.</summary>
    public Action<CandidateBlock>? Built { get; init; }

    /// <summary>Called when a block is notarized and executed.</summary>
    public Action<CandidateBlock>? Notarized { get; init; }

    /// <summary>First of all, once.</summary>
    public void Start()
    {
        Step(new Input.Started());
        SayStatus();
        Progress();
    }

    /// <summary>Takes a transaction from a client, or says why not.</summary>
    public MempoolStatus Submit(PendingTransaction pending, out PendingTransaction? accepted)
    {
        var status = pool.Add(pending, chain.Head, ports.Now, out accepted);
        if (status == MempoolStatus.Added)
        {
            own.Enqueue((pending, ports.Now));
            outbox.Add(pending.Encoded);
        }

        return status;
    }

    /// <summary>Takes over the links of the validator that this one replaces, and what waits there.</summary>
    public void TakeOver(Validator old)
    {
        foreach (var (peer, state) in old.peers)
        {
            peers[peer] = state;
        }

        foreach (var pending in old.pool.All())
        {
            // What is final already, or has no room, is answered when it is sent again.
            var end = Submit(pending, out _) switch
            {
                MempoolStatus.Expired => Transactions.InclusionStatus.Expired,
                MempoolStatus.IntentReused => Transactions.InclusionStatus.IntentReused,
                MempoolStatus.NonceUsed => Transactions.InclusionStatus.NonceUsed,
                _ => Transactions.InclusionStatus.Unset,
            };
            if (end != Transactions.InclusionStatus.Unset)
            {
                pending.Finish(new TransactionEnd(end, 0, 0, default, null));
            }
        }
    }

    /// <summary>A timer ran out.</summary>
    public void OnTimer(ValidatorTimer timer)
    {
        switch (timer)
        {
            case ValidatorTimer.Fetch:
                fetchTimer = false;
                Progress();
                break;
            case ValidatorTimer.Hold:
                Progress();
                break;
            case ValidatorTimer.Status:
                OnStatusTimer();
                break;
            case ValidatorTimer.Heartbeat:
            case ValidatorTimer.Leader:
            case ValidatorTimer.Advance:
            case ValidatorTimer.Retry:
            case ValidatorTimer.Settle:
            case ValidatorTimer.Standstill:
                Step(new Input.TimerFired((TimerKind)timer, timerViews[(int)timer]));
                break;
            case ValidatorTimer.Unset:
            default:
                throw new InvariantBrokenException("a timer has a kind");
        }
    }

    /// <summary>Every record up to this sequence is on stable storage.</summary>
    public void OnDurable(ulong sequence)
    {
        // A replica counts from 1; records of the one before it are of no more interest.
        if (sequence > firstSequence)
        {
            Step(new Input.Durable(sequence - firstSequence));
        }
    }

    /// <summary>The oldest batch that was given to <see cref="IValidatorPorts.Store"/> is stored.</summary>
    public void OnStored()
    {
        var (certificate, blocks) = storing.Dequeue();
        foreach (var block in blocks)
        {
            var dropped = chain.Advance(block);
            Settle(block);
            Unmark(dropped);
            Stored?.Invoke(new FinalBlock(block.Block, block.Executed));
        }

        foreach (var expired in pool.DropExpired(chain.Head.Time))
        {
            expired.Finish(new TransactionEnd(Transactions.InclusionStatus.Expired, 0, 0, default, null));
        }

        journaled.IntersectWith(chain.Candidates.Keys);
        if (EndsEpoch(chain.Head))
        {
            BeginEpoch();
        }
        else
        {
            ports.Forget(replicaEpoch, certificate.Vote.View);
        }

        Progress();
        GoOnCatchingUp();
    }

    /// <summary>
    /// Ends a batch of inputs: transactions go out, and the replica hears that work waits.
    /// </summary>
    public void EndBatch()
    {
        SendOutbox();
        SayWork();
    }

    // The replica picks the records of its own epoch: a journal may be ahead of a ledger that was put back.
    private Replica CreateReplica(FinalFloor floor)
    {
        var head = chain.Head;
        replicaEpoch = head.Epoch;
        Votes = MayVote && head.Validators.IndexOf(options.Key.PublicKey) >= 0;
        ports.EnterEpoch(head.Epoch, head.Validators);
        reader.SetEpoch(head.Epoch, head.Validators, options.Check);
        return new Replica(
            new ReplicaOptions
            {
                Network = head.Genesis.Network,
                Epoch = head.Epoch,
                Validators = head.Validators,
                Key = Votes ? options.Key : null,
                HeartbeatMs = head.Genesis.Parameters.HeartbeatMs,
                LeaderTimeoutMs = options.Pace.LeaderTimeoutMs,
                AdvanceTimeoutMs = options.Pace.AdvanceTimeoutMs,
                RetryMs = options.Pace.RetryMs,
                StandstillMs = options.Pace.StandstillMs,
                GrowthCap = options.Pace.GrowthCap,
            },
            floor,
            Votes ? journal : journal.Where(record => record is not JournalRecord.OwnVote));
    }

    private void BeginEpoch()
    {
        Invariant.Check(storing.Count == 0);
        waiting.Clear();
        wanted.Clear();
        proposals.Clear();
        notarized.Clear();
        ending = false;
        firstSequence = nextSequence;
        replica = CreateReplica(new FinalFloor(0, chain.HeadDigest));
        ports.Forget(replicaEpoch, 0);
        Step(new Input.Started());
        SayStatus();
    }

    // The replica hears that work waits when there is some for the block on its tip, once for each view, tip and pool.
    private void SayWork()
    {
        if (ending || pool.Count == 0 || replica.Tip is not { } tip
            || (replica.View, tip, pool.Version) == workSeen)
        {
            return;
        }

        workSeen = (replica.View, tip, pool.Version);
        if (chain.StateAfter(tip) is { } state && !EndsEpoch(state)
            && pool.Count > KeysOn(tip).Count(key => pool.Find(key) is not null))
        {
            Step(new Input.WorkAvailable());
        }
    }

    // The replica's epoch ends with the block whose state names another one.
    private bool EndsEpoch(LedgerState state) => state.Epoch != replicaEpoch;

    // What the blocks between the head and this one hold.
    private HashSet<IntentKey> KeysOn(Hash256 tip) => [.. chain.PathTo(tip).SelectMany(block => block.Keys)];

    // The transactions of a stored block have their result; another content under the same id never will.
    private void Settle(CandidateBlock block)
    {
        var receipts = block.Block.Receipts;
        for (var index = 0; index < receipts.Count; index++)
        {
            var receipt = receipts[index];
            if (pool.Find(new IntentKey(receipt.Account, receipt.Signer, receipt.IntentId)) is not { } pending)
            {
                continue;
            }

            pool.Remove(pending);
            pending.Finish(pending.Transaction.Value.SigningHash == receipt.SigningHash
                ? new TransactionEnd(
                    Transactions.InclusionStatus.Included, block.Header.Height, index, block.Header.Time, receipt)
                : new TransactionEnd(Transactions.InclusionStatus.IntentReused, 0, 0, default, null));
        }
    }

    private void Unmark(IReadOnlyList<CandidateBlock> dropped)
    {
        foreach (var key in dropped.SelectMany(block => block.Keys))
        {
            if (pool.Find(key) is { } pending)
            {
                pending.Notarize(null);
            }
        }
    }
}
