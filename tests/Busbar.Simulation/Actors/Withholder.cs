using Busbar.Node.Exchange;
using Busbar.Proofs;

namespace Busbar.Simulation.Actors;

/// <summary>
/// A leader that shows its block to one validator too few for a quorum with its own vote, and gives nobody a block
/// that asks. What it says otherwise only the first half hears.
/// </summary>
internal sealed class Withholder(Simulation world, SimulatedNode node) : Actor(world, node)
{
    public override void Broadcast(PeerMessage message)
    {
        if (ProposalIn(message) is null)
        {
            foreach (var other in Others.Where(_ => Random.Chance(500)))
            {
                Node.Transmit(other, message);
            }

            return;
        }

        var quorum = Quorum.OfCount(Node.Validator!.Head.Validators.Count);
        foreach (var other in Others.OrderBy(_ => Random.Next()).Take(quorum - (int)Random.Below(2) - 1))
        {
            Node.Transmit(other, message);
        }
    }
}
