using Busbar.Node.Exchange;

namespace Busbar.Simulation.Actors;

/// <summary>
/// A leader that proposes on the stored head although newer blocks are certified above it: those may be final already,
/// so an honest validator votes for this only with a nullification of every view between.
/// </summary>
internal sealed class StaleParentLeader(Simulation world, SimulatedNode node) : Actor(world, node)
{
    public override void Broadcast(PeerMessage message)
    {
        var validator = Node.Validator!;
        var stored = Node.FindBlock(validator.Head.Height);
        var isEpochsFirst = stored is null || stored.Header.Epoch != validator.Head.Epoch;
        if (ProposalIn(message) is not { } honest || honest.Block.Header.Parent == validator.HeadDigest
            || BuildOn(validator.HeadDigest, honest.Vote.View, []) is not { } stale)
        {
            base.Broadcast(message);
            return;
        }

        var parentView = isEpochsFirst ? 0 : stored!.Header.View;
        var proposal = Propose(honest.Vote, parentView, stale);
        foreach (var peer in Others)
        {
            Node.Transmit(peer, Random.Chance(850) ? proposal : message);
        }
    }
}
