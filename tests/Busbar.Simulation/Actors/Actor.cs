using Busbar.Consensus;
using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Node.Hosting;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Simulation.Actors;

/// <summary>
/// A Byzantine validator: the honest code runs, and the actor stands between it and the network. It signs whatever it
/// likes with its own key. This one lies in nothing.
/// </summary>
internal class Actor
{
    protected Actor(Simulation world, SimulatedNode node)
    {
        World = world;
        Node = node;
    }

    /// <summary>True for one that is not there.</summary>
    public virtual bool IsSilent => false;

    /// <summary>True for one that runs twice, and whose instances do not listen to each other.</summary>
    public virtual bool IgnoresItself => false;

    protected Simulation World { get; }

    protected SimulatedNode Node { get; }

    protected SimulatedRandom Random => World.Random;

    protected IEnumerable<SimulatedNode> Others => World.Nodes.Where(other => other != Node);

    /// <summary>Makes one by its name.</summary>
    public static Actor Create(string name, Simulation world, SimulatedNode node) => name switch
    {
        ActorNames.Equivocator => new Equivocator(world, node),
        ActorNames.Withholder => new Withholder(world, node),
        ActorNames.StaleParentLeader => new StaleParentLeader(world, node),
        ActorNames.NullifyThenFinalizer => new NullifyThenFinalizer(world, node),
        ActorNames.CertificateFlooder => new CertificateFlooder(world, node),
        ActorNames.FutureViewSpammer => new FutureViewSpammer(world, node),
        ActorNames.InvalidBlockLeader => new InvalidBlockLeader(world, node),
        ActorNames.Repeater => new Repeater(world, node),
        ActorNames.GreedyLeader => new GreedyLeader(world, node),
        ActorNames.ClockMover => new ClockMover(world, node),
        ActorNames.Twins => new Twins(world, node),
        ActorNames.Silent => new Silent(world, node),
        _ => throw new ArgumentException($"There is no actor {name}.", nameof(name)),
    };

    /// <summary>Something arrives, before the honest code sees it.</summary>
    public virtual void See(PeerInput input)
    {
    }

    /// <summary>The honest code wants to tell everybody something.</summary>
    public virtual void Broadcast(PeerMessage message)
    {
        foreach (var other in Others)
        {
            Node.Transmit(other, message);
        }
    }

    protected SignedVote Sign(Vote vote) => new(vote, Node.Key.Sign(vote.SigningHash(World.Genesis.Network)));

    protected int OwnIndex => Node.Validator!.Head.Validators.IndexOf(Node.Key.PublicKey);

    protected PeerMessage.Consensus VoteFor(Vote vote) =>
        new(new Message.VoteCast(OwnIndex, Sign(vote)).Encode(), null);

    /// <summary>The own proposal in a message, with its block; or null.</summary>
    protected static (Vote Vote, StoredBlock Block)? ProposalIn(PeerMessage message)
    {
        if (message is not PeerMessage.Consensus { Block: { } encoded } consensus
            || Message.TryDecode(consensus.Message, out var decoded) != DecodeError.Unset
            || decoded!.Value is not Message.Proposal proposal
            || StoredBlock.TryDecode(encoded, out var block) != DecodeError.Unset)
        {
            return null;
        }

        return (proposal.Vote.Vote, block!);
    }

    /// <summary>A proposal of another block for the same view.</summary>
    protected PeerMessage.Consensus Propose(Vote instead, ulong parentView, StoredBlock block)
    {
        var vote = instead with { ParentView = parentView, Block = block.Header.Digest() };
        return new PeerMessage.Consensus(new Message.Proposal(Sign(vote)).Encode(), block.Encode());
    }

    /// <summary>
    /// A block of this actor's own on a parent that it knows, with the protocol's room or another one, and a time that
    /// is so far from its clock's, or as little after its parent's as may be; or null.
    /// </summary>
    protected StoredBlock? BuildOn(
        Hash256 parent,
        ulong view,
        IEnumerable<PendingTransaction> waiting,
        BlockRoom? room = null,
        long clockOffsetMs = 0)
    {
        if (Node.Validator?.StateAfter(parent) is not { } state
            || state.Epoch != Node.Validator.Head.Epoch)
        {
            return null;
        }

        var nowMs = ((IValidatorPorts)Node).Now.Ms + 1 + Random.Below(3);
        var time = new UnixTime((ulong)Math.Max((long)nowMs + clockOffsetMs, (long)state.Time.Ms + 1));
        var execution = state.BeginWith(time, state.UptimeAt(time), room ?? new BlockRoom());
        var builder = new BlockBuilder(state, parent, view, execution);
        foreach (var pending in waiting)
        {
            builder.Offer(pending);
        }

        return builder.Seal().Block with { Receipts = [] };
    }
}
