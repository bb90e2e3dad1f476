using Busbar.Consensus;
using Busbar.Node.Exchange;
using Busbar.Proofs;

namespace Busbar.Simulation.Actors;

/// <summary>
/// Gives every view up towards some validators and, towards the others, notarizes and finalizes whatever block it
/// hears of in it.
/// </summary>
internal sealed class NullifyThenFinalizer(Simulation world, SimulatedNode node) : Actor(world, node)
{
    private readonly HashSet<(ulong Epoch, ulong View)> done = [];

    public override void See(PeerInput input)
    {
        if (input is not PeerInput.Consensus { Message.Value: Message.Proposal { Vote.Vote: var vote } }
            || Node.Validator is null || OwnIndex < 0 || !done.Add((vote.Epoch, vote.View)))
        {
            return;
        }

        var giveUp = VoteFor(new Vote(VoteKind.Nullify, vote.Epoch, vote.View, 0, Hash256.Zero));
        var side = Random.Next();
        foreach (var peer in Others)
        {
            if (((side >> peer.Index) & 1) == 0)
            {
                Node.Transmit(peer, giveUp);
            }
            else
            {
                Node.Transmit(peer, VoteFor(vote));
                Node.Transmit(peer, VoteFor(vote with { Kind = VoteKind.Finalize }));
            }
        }
    }
}
