using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Simulation;

/// <summary>
/// A Byzantine validator: as leader it shows two blocks to different peers, often one on a stale parent, and it
/// votes notarize, nullify and finalize for whatever it sees, to random peers.
/// </summary>
internal sealed class Equivocator(Cluster cluster, int index, PrivateKey key)
{
    private readonly HashSet<Vote> supported = [];

    /// <summary>Shows each peer the block, or another one, or both.</summary>
    public void Propose(Message.Proposal honest)
    {
        var first = cluster.Blocks[honest.Vote.Vote.Block];
        var parent = cluster.Blocks[first.Parent];
        if (cluster.Random.Chance(500) && parent.Height > 0)
        {
            // A stale parent: this one skips a block that may be final already.
            parent = cluster.Blocks[parent.Parent];
        }

        var second = new SimulatedBlock(first.View, parent.Height + 1, parent.Digest, cluster.Random.Next());
        cluster.Blocks[second.Digest] = second;
        var vote = honest.Vote.Vote with { ParentView = parent.View, Block = second.Digest };
        var other = new Message.Proposal(Sign(vote));
        for (var to = 0; to < cluster.Validators.Count; to++)
        {
            var choice = cluster.Random.Below(4);
            if (to != index && choice != 1)
            {
                cluster.Transmit(index, to, honest, first);
            }

            if (to != index && choice >= 1)
            {
                cluster.Transmit(index, to, other, second);
            }
        }
    }

    /// <summary>Supports every vote of the others with all three of its own.</summary>
    public void See(Message message)
    {
        var vote = message switch
        {
            Message.Proposal proposal => proposal.Vote.Vote,
            Message.VoteCast { Vote.Vote: { Kind: VoteKind.Notarize } cast } => cast,
            _ => default,
        };
        if (vote.Kind == VoteKind.Unset || !supported.Add(vote))
        {
            return;
        }

        Scatter(vote);
        Scatter(vote with { Kind = VoteKind.Finalize });
        Scatter(new Vote(VoteKind.Nullify, vote.Epoch, vote.View, 0, Hash256.Zero));
    }

    private void Scatter(Vote vote)
    {
        var message = new Message.VoteCast(index, Sign(vote));
        for (var to = 0; to < cluster.Validators.Count; to++)
        {
            if (to != index && cluster.Random.Chance(600))
            {
                cluster.Transmit(index, to, message, null);
            }
        }
    }

    private SignedVote Sign(Vote vote) => new(vote, key.Sign(vote.SigningHash(NetworkId.Development)));
}
