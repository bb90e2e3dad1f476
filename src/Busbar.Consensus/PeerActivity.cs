using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// Who was heard of late, counted in views, since a replica has no clock. A leader that said nothing for a whole
/// rotation is skipped, as long as a quorum's weight was heard in that time: otherwise the fault is on this side.
/// </summary>
internal sealed class PeerActivity(ValidatorSet validators, int self, ulong startView)
{
    private readonly ulong[] heardIn = [.. Enumerable.Repeat(startView, validators.Count)];

    public void Heard(int peer, ulong view) => heardIn[peer] = Math.Max(heardIn[peer], view);

    public bool ShouldSkip(int leader, ulong view)
    {
        var rotation = (ulong)validators.Count + 1;
        bool IsSilent(int peer) => peer != self && heardIn[peer] + rotation < view;
        return IsSilent(leader) && HeardWeight(IsSilent) >= validators.QuorumWeight;
    }

    private ulong HeardWeight(Func<int, bool> isSilent)
    {
        ulong weight = 0;
        for (var peer = 0; peer < validators.Count; peer++)
        {
            weight += isSilent(peer) ? 0 : validators.WeightOf(peer);
        }

        return weight;
    }
}
