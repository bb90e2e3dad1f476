using System.Buffers.Binary;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Simulation;

/// <summary>
/// Clients that pay each other at random, through any node, and again through another one until they are told that the
/// payment is final, as a client does whose node dies.
/// </summary>
internal sealed class SimulatedClients(Simulation world)
{
    private const int Target = 14;
    private const ulong AskAgainMs = 250;
    private const ulong ValidMs = 600_000;
    private const ulong MaxFee = 1_000_000;

    private readonly List<Payment> payments = [];
    private ulong counter;

    /// <summary>True once enough payments were made and each has its end.</summary>
    public bool IsDone => payments.Count >= Target && Open == 0;

    /// <summary>Payments that nobody has called final.</summary>
    public int Open => payments.Count(payment => !payment.IsDone);

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
        var intentId = NewIntent();
        var transaction = new Transaction(
            world.Genesis.Network,
            key.Address,
            key.Address,
            intentId,
            [operation],
            DevelopmentNetwork.Dollar,
            new Amount(MaxFee),
            null);
        var signature = new SignatureProof(key.PublicKey, key.Sign(transaction.SigningHash()));
        var encoded = new SignedTransaction(transaction, [signature]).Encode();
        var payment = new Payment(key.Address, intentId, encoded, done);
        payments.Add(payment);
        Attempt(payment);
    }

    private void Pay()
    {
        var from = SimulatedGenesis.Client((int)world.Random.Below(SimulatedGenesis.Clients));
        var to = SimulatedGenesis.Client((int)world.Random.Below(SimulatedGenesis.Clients));

        // Some are for more than anybody has: they fail, and their fee is paid once.
        var amount = world.Random.Chance(100) ? ulong.MaxValue : 1 + world.Random.Below(1_000_000);
        Submit(from, new Operation.Transfer(
            DevelopmentNetwork.Dollar, to.Address, new Amount(amount), Hash256.Zero));
        if (payments.Count < Target || !world.IsHealed)
        {
            world.After(40 + world.Random.Below(250), Pay);
        }
    }

    private void Attempt(Payment payment)
    {
        if (payment.IsDone)
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
        else if (status is MempoolStatus.IntentReused or MempoolStatus.Expired or MempoolStatus.SignerNotAuthorised)
        {
            world.Fail($"validator {node.Index} refused a good payment: {status}");
        }
    }

    private IntentId NewIntent()
    {
        Span<byte> bytes = stackalloc byte[IntentId.SizeBytes];
        bytes.Clear();
        var validUntil = Simulation.StartMs + world.NowMs + ValidMs;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, validUntil << 16);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], ++counter);
        return new IntentId(bytes);
    }
}

/// <summary>One transaction of a client, and what it was told of it.</summary>
internal sealed class Payment(Address account, IntentId intentId, byte[] encoded, Action? done)
{
    public Address Account => account;

    public IntentId IntentId => intentId;

    public byte[] Encoded => encoded;

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
