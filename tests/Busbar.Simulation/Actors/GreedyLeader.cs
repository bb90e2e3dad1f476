using System.Buffers.Binary;
using System.Collections.Concurrent;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Exchange;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Simulation.Actors;

/// <summary>
/// A leader that sells room: its blocks give one account more than its share, or payments the room that is kept for
/// claims and closes. All else in them is right, roots included, so only the share rule can refuse them.
/// </summary>
internal sealed class GreedyLeader(Simulation world, SimulatedNode node) : Actor(world, node)
{
    private const int InShare = 7;
    private const ulong ValidMs = 3_000_000;
    private static readonly ConcurrentDictionary<(int Client, int Number), byte[]> Batches = new();

    public override void Broadcast(PeerMessage message)
    {
        if (ProposalIn(message) is not { } honest || Random.Chance(200))
        {
            base.Broadcast(message);
            return;
        }

        var forOne = Random.Chance(800);
        var greedy = BuildOn(
            honest.Block.Header.Parent,
            honest.Vote.View,
            forOne ? ForOne((int)Random.Below(SimulatedGenesis.Clients)) : ForAll(),
            new BlockRoom(long.MaxValue, long.MaxValue, long.MaxValue));
        if (greedy is null)
        {
            base.Broadcast(message);
            return;
        }

        World.Tell($"validator {Node.Index} sells {(forOne ? "a share" : "the room of claims")}");
        base.Broadcast(Propose(honest.Vote, honest.Vote.ParentView, greedy));
    }

    // One transaction more than an eighth of a block holds.
    private IEnumerable<PendingTransaction> ForOne(int client) =>
        Enumerable.Range(0, InShare + 1).Select(number => Batch(client, number));

    // Each within its share, and together more than what does not collect may have.
    private IEnumerable<PendingTransaction> ForAll() => Enumerable.Range(0, SimulatedGenesis.Clients)
        .SelectMany(client => Enumerable.Range(0, InShare).Select(number => Batch(client, number)))
        .Concat([Batch(-1, 0), Batch(-1, 1)]);

    private PendingTransaction Batch(int client, int number)
    {
        var encoded = Batches.GetOrAdd((client, number), key => Write(key.Client, key.Number));
        return new PendingTransaction(World.Memory.Check(encoded, out _)!, encoded);
    }

    // As many transfers to itself as a transaction may hold.
    private byte[] Write(int client, int number)
    {
        var key = client < 0 ? SimulatedGenesis.Validator(0) : SimulatedGenesis.Client(client);
        var nonce = new byte[IntentId.NonceSizeBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, long.MinValue + number);
        var transfer = new Operation.Transfer(DevelopmentNetwork.Dollar, key.Address, new Amount(1), Hash256.Zero);
        var transaction = new Transaction(
            World.Genesis.Network,
            key.Address,
            key.Address,
            IntentId.Create(new UnixTime(Simulation.StartMs + ValidMs), nonce),
            [.. Enumerable.Repeat(transfer, Limits.OperationsPerTransaction)],
            DevelopmentNetwork.Dollar,
            new Amount(3_000_000),
            null);
        var signature = new SignatureProof(key.PublicKey, key.Sign(transaction.SigningHash()));
        return new SignedTransaction(transaction, [signature]).Encode();
    }
}
