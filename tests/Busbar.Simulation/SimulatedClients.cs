using System.Buffers.Binary;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Mempool;
using Busbar.Simulation.Model;
using Busbar.Transactions;

namespace Busbar.Simulation;

/// <summary>
/// Clients that pay each other at random, with every operation that the ledger has, through any node, and again through
/// another one until they are told that the payment is final, as a client does whose node dies.
/// </summary>
internal sealed class SimulatedClients : IWalkView
{
    private const int Target = 18;
    private const int AttemptsAtWhatMayFail = 8;
    private const int Rich = 4;
    private const ulong MostAttemptsToSucceed = 6;
    private const ulong AskAgainMs = 250;
    private const ulong ValidMs = 600_000;
    private const ulong MaxFee = 1_000_000;
    private const ulong StepBound = 1_000_000;

    // Validators vote; a vote of anybody else says nothing new.
    private static readonly OperationCode[] Choices =
        [.. Enum.GetValues<OperationCode>().Except([OperationCode.Unset, OperationCode.CastVote])];

    private readonly Simulation world;
    private readonly WalkComposer composer;
    private readonly List<Payment> payments = [];
    private ulong counter;

    public SimulatedClients(Simulation world)
    {
        this.world = world;
        composer = new WalkComposer(this);
        State = LedgerState.FromGenesis(world.Genesis);
    }

    /// <summary>What the node says that is asked now.</summary>
    public LedgerState State { get; private set; }

    public UnixTime Time => new(Simulation.StartMs + world.NowMs);

    /// <summary>True once enough payments were made and each has its end.</summary>
    public bool IsDone => payments.Count >= Target && Open == 0;

    /// <summary>Payments that nobody has called final.</summary>
    public int Open => payments.Count(payment => !payment.IsDone && !payment.MayFail);

    public IReadOnlyList<Payment> Payments => payments;

    public void Start() => world.After(50 + world.Random.Below(50), Pay);

    /// <summary>Looks whether a node that was asked has an answer by now.</summary>
    public void Look()
    {
        foreach (var payment in payments)
        {
            foreach (var (node, pending) in payment.Asked.Where(asked => asked.Pending.End.IsCompleted).ToArray())
            {
                payment.Asked.Remove((node, pending));
                var end = pending.End.Result;
                if (end.Status == InclusionStatus.Included)
                {
                    payment.Tell(end.Height, end.Index, end.Receipt!.Status);
                    payment.Finish();
                }
                else if (payment.MayFail)
                {
                    payment.Attempts = AttemptsAtWhatMayFail;
                }
                else
                {
                    world.Fail($"validator {node.Index} gave a good payment up: {end.Status}");
                }
            }
        }
    }

    /// <summary>Has an operation executed by an account, however often it takes.</summary>
    public void Submit(PrivateKey key, Operation operation, Action? done = null)
    {
        var transaction = new Transaction(
            world.Genesis.Network,
            key.Address,
            key.Address,
            NewIntent(ValidMs),
            [operation],
            LedgerWorld.Dollar,
            new Amount(MaxFee),
            null);
        var signature = new SignatureProof(key.PublicKey, key.Sign(transaction.SigningHash()));
        Submit(new SignedTransaction(transaction, [signature]), done);
    }

    /// <inheritdoc/>
    public ulong EthereumNonceOf(Address account) => State.EthereumNonceOf(account);

    /// <inheritdoc/>
    public IntentId NewIntent(ulong aheadMs)
    {
        Span<byte> bytes = stackalloc byte[IntentId.SizeBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (Time.Ms + aheadMs) << 16);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], ++counter);
        return new IntentId(bytes);
    }

    private void Submit(SignedTransaction signed, Action? done, bool mayFail = false)
    {
        var payment = new Payment(signed, done, mayFail);
        payments.Add(payment);
        Attempt(payment);
    }

    private void Pay()
    {
        // A state is read at once or not at all: its node folds it into the next final one.
        var node = world.Nodes[(int)world.Random.Below((ulong)world.Nodes.Count)];
        if (node is { IsHonest: true, IsUp: true } && world.Random.Below(10) is >= 3 and var choice)
        {
            State = node.Validator!.Head;
            if (choice < 9)
            {
                Operate();
            }
            else
            {
                SendEnvelope();
            }
        }
        else
        {
            Transfer();
        }

        if (payments.Count < Target || !world.IsHealed)
        {
            world.After(40 + world.Random.Below(200), Pay);
        }
    }

    private void Transfer()
    {
        var from = SimulatedGenesis.Client((int)world.Random.Below(SimulatedGenesis.Clients));
        var to = SimulatedGenesis.Client((int)world.Random.Below(SimulatedGenesis.Clients));

        // Some are for more than anybody has: they fail, and their fee is paid once.
        var amount = world.Random.Chance(100) ? ulong.MaxValue : 1 + world.Random.Below(1_000_000);
        Submit(from, new Operation.Transfer(
            LedgerWorld.Dollar, to.Address, new Amount(amount), Hash256.Zero));
    }

    // Any operation, by and for whoever the model has. Most succeed, some do not, and all of them stand in a block.
    private void Operate()
    {
        var code = composer.NeededFirst(Choices[(int)world.Random.Below((ulong)Choices.Length)]);
        for (var attempts = world.Random.Below(MostAttemptsToSucceed); ; attempts--)
        {
            var truths = new List<ClaimTruth[]>();
            var signed = Compose(code, truths);
            var transaction = world.Memory.Check(signed.Encode(), out _)!;
            if (attempts == 0 || Succeeds(transaction))
            {
                world.Ledger.Expect(signed, truths, null);
                // A mandate may end before its delegate's transaction stands in a block.
                Submit(signed, null, mayFail: signed.Transaction.Signer != signed.Transaction.Account);
                return;
            }
        }
    }

    private bool Succeeds(Verified<CheckedTransaction> transaction)
    {
        var time = Time > State.Time ? Time : new UnixTime(State.Time.Ms + 1);
        return State.Begin(time, State.UptimeAt(time)).Apply(transaction, out var receipt) == InclusionStatus.Included
            && receipt!.Status == TransactionStatus.Ok;
    }

    private SignedTransaction Compose(OperationCode code, List<ClaimTruth[]> truths)
    {
        while (true)
        {
            truths.Clear();
            var transaction = world.Random.Below(10) switch
            {
                0 => composer.ComposeHonest(NextStep(), truths),
                1 => composer.ComposeDelegated(NextStep(), truths),
                _ => composer.ComposeOne(code, NextStep(), truths),
            };
            if (LedgerWorld.KeyOf(transaction.EffectiveFeePayer) is >= 0 and < Rich)
            {
                return LedgerWorld.SignAll(transaction);
            }
        }
    }

    // What a wallet signed alone may have lost its nonce to another, or succeed nowhere.
    private void SendEnvelope()
    {
        var (signed, naive) = composer.ComposeEnvelope(NextStep());
        if (!naive.HasRightFeeAsset
            || (signed.Transaction.FeePayer is { } payer && LedgerWorld.KeyOf(payer) is < 0 or >= Rich))
        {
            return;
        }

        world.Ledger.Expect(signed, [[]], naive);
        Submit(signed, null, mayFail: true);
    }

    private WalkStep NextStep() => new(
        (int)world.Random.Below(StepBound),
        (int)world.Random.Below(StepBound),
        (int)world.Random.Below(StepBound),
        (int)world.Random.Below(StepBound),
        (int)world.Random.Below(StepBound));

    private void Attempt(Payment payment)
    {
        if (payment.IsDone || (payment.MayFail && payment.Attempts++ >= AttemptsAtWhatMayFail))
        {
            return;
        }

        // Often to two nodes at once: the same payment may not count twice.
        var count = world.Random.Chance(300) ? 2 : 1;
        for (; count > 0; count--)
        {
            var node = world.Nodes[(int)world.Random.Below((ulong)world.Nodes.Count)];
            if (node is { IsHonest: true, IsUp: true })
            {
                node.Run(() => Hand(node, payment));
            }
        }

        world.After(AskAgainMs, () => Attempt(payment));
    }

    private void Hand(SimulatedNode node, Payment payment)
    {
        var transaction = world.Memory.Check(payment.Encoded, out var fault);
        Invariant.Check(fault is null && transaction is not null);
        var status = node.Validator!.Submit(new PendingTransaction(transaction, payment.Encoded), out var pending);
        if (status == MempoolStatus.AlreadyFinal)
        {
            payment.Finish();
        }
        else if (pending is not null)
        {
            payment.Asked.Add((node, pending));
        }
        else if (!payment.MayFail
            && status is MempoolStatus.IntentReused or MempoolStatus.Expired or MempoolStatus.SignerNotAuthorised)
        {
            world.Fail($"validator {node.Index} refused a good payment: {status}");
        }
    }
}

/// <summary>One transaction of a client, and what it was told of it.</summary>
/// <param name="signed">The transaction.</param>
/// <param name="done">Called when it is final.</param>
/// <param name="mayFail">It is no fault when it becomes final nowhere.</param>
internal sealed class Payment(SignedTransaction signed, Action? done, bool mayFail)
{
    public Address Account => signed.Transaction.Account;

    public IntentId IntentId => signed.Transaction.IntentId;

    public byte[] Encoded { get; } = signed.Encode();

    public bool MayFail => mayFail;

    /// <summary>How often it was sent, of those that may fail.</summary>
    public int Attempts { get; set; }

    public bool IsDone { get; private set; }

    /// <summary>Nodes that took it and have not answered.</summary>
    public List<(SimulatedNode Node, PendingTransaction Pending)> Asked { get; } = [];

    /// <summary>Every answer that said final: where, and with which result.</summary>
    public HashSet<(ulong Height, int Index, TransactionStatus Status)> Answers { get; } = [];

    public void Tell(ulong height, int index, TransactionStatus status) => Answers.Add((height, index, status));

    public void Finish()
    {
        if (!IsDone)
        {
            IsDone = true;
            done?.Invoke();
        }
    }
}
