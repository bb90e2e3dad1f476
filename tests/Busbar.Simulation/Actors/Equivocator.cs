using Busbar.Consensus;
using Busbar.Node.Exchange;
using Busbar.Proofs;

namespace Busbar.Simulation.Actors;

/// <summary>
/// As leader it shows two blocks to different peers, sometimes one on a stale parent; and it votes notarize, finalize
/// and nullify for whatever it sees, each to some.
/// </summary>
internal sealed class Equivocator(Simulation world, SimulatedNode node) : Actor(world, node)
{
    private readonly HashSet<Vote> supported = [];

    public override void Broadcast(PeerMessage message)
    {
        if (ProposalIn(message) is not { } honest
            || BuildOn(honest.Block.Header.Parent, honest.Vote.View, []) is not { } second)
        {
            base.Broadcast(message);
            return;
        }

        var other = Propose(honest.Vote, honest.Vote.ParentView, second);
        foreach (var peer in Others)
        {
            var choice = Random.Below(4);
            if (choice != 1)
            {
                Node.Transmit(peer, message);
            }

            if (choice >= 1)
            {
                Node.Transmit(peer, other);
            }
        }
    }

    public override void See(PeerInput input)
    {
        if (input is not PeerInput.Consensus consensus || Node.Validator is null)
        {
            return;
        }

        var vote = consensus.Message.Value switch
        {
            Message.Proposal proposal => proposal.Vote.Vote,
            Message.VoteCast { Vote.Vote: { Kind: VoteKind.Notarize } cast } => cast,
            _ => default,
        };
        if (vote.Kind == VoteKind.Unset || OwnIndex < 0 || !supported.Add(vote))
        {
            return;
        }

        Scatter(VoteFor(vote));
        Scatter(VoteFor(vote with { Kind = VoteKind.Finalize }));
        Scatter(VoteFor(new Vote(VoteKind.Nullify, vote.Epoch, vote.View, 0, Hash256.Zero)));
    }

    private void Scatter(PeerMessage message)
    {
        foreach (var peer in Others.Where(_ => Random.Chance(600)))
        {
            Node.Transmit(peer, message);
        }
    }
}
