using Busbar.Node.Exchange;

namespace Busbar.Simulation.Actors;

/// <summary>A leader whose blocks state a root that their transactions do not give: it must be voted down.</summary>
internal sealed class InvalidBlockLeader(Simulation world, SimulatedNode node) : Actor(world, node)
{
    public override void Broadcast(PeerMessage message)
    {
        if (ProposalIn(message) is not { } honest || Random.Chance(200))
        {
            base.Broadcast(message);
            return;
        }

        var header = honest.Block.Header;
        var wrong = Random.Below(3) switch
        {
            0 => header with { ReceiptsRoot = Hash256.Sha256(header.ReceiptsRoot.ToArray()) },
            1 => header with { UptimeMs = header.UptimeMs + 1_000_000 },
            _ => header with { StateRoot = Hash256.Sha256(header.StateRoot.ToArray()) },
        };
        base.Broadcast(Propose(honest.Vote, honest.Vote.ParentView, honest.Block with { Header = wrong }));
    }
}
