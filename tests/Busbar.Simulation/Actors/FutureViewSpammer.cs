using Busbar.Consensus;
using Busbar.Node.Exchange;
using Busbar.Proofs;

namespace Busbar.Simulation.Actors;

/// <summary>
/// Votes for views far ahead, and proposes in those that it will lead, so as to fill memories and to start views early.
/// </summary>
internal sealed class FutureViewSpammer(Simulation world, SimulatedNode node) : Actor(world, node)
{
    public override void Broadcast(PeerMessage message)
    {
        base.Broadcast(message);
        if (message is not PeerMessage.Consensus || OwnIndex < 0)
        {
            return;
        }

        var validator = Node.Validator!;
        var view = validator.View + 1 + Random.Below(Random.Chance(500) ? 8UL : 1_000_000);
        var vote = new Vote(
            (VoteKind)(1 + Random.Below(3)),
            validator.Head.Epoch,
            view,
            view - 1,
            Hash256.Sha256(BitConverter.GetBytes(Random.Next())));
        var spam = vote.Kind == VoteKind.Nullify
            ? VoteFor(vote with { ParentView = 0, Block = Hash256.Zero })
            : validator.Head.Validators.LeaderOf(view) == OwnIndex && vote.Kind == VoteKind.Notarize
                ? new PeerMessage.Consensus(new Message.Proposal(Sign(vote)).Encode(), null)
                : VoteFor(vote);
        foreach (var peer in Others)
        {
            Node.Transmit(peer, spam);
        }
    }
}
