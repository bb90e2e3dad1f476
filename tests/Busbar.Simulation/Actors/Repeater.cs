using Busbar.Node.Exchange;
using Busbar.Node.Mempool;

namespace Busbar.Simulation.Actors;

/// <summary>A leader that puts payments into its block that were executed before.</summary>
internal sealed class Repeater(Simulation world, SimulatedNode node) : Actor(world, node)
{
    public override void Broadcast(PeerMessage message)
    {
        if (ProposalIn(message) is not { } honest)
        {
            base.Broadcast(message);
            return;
        }

        var again = World.Clients.Payments.Where(payment => payment.IsDone).Take(3).Select(payment =>
            new PendingTransaction(World.Memory.Check(payment.Encoded, out _)!, payment.Encoded));
        var repeating = BuildOn(honest.Block.Header.Parent, honest.Vote.View, again);
        base.Broadcast(repeating is null ? message : Propose(honest.Vote, honest.Vote.ParentView, repeating));
    }
}
