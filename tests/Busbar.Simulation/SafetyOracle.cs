using Busbar.Consensus;
using Busbar.Proofs;

namespace Busbar.Simulation;

/// <summary>
/// Sees everything in a run and states the promises without calling the code that keeps them: one final block at each
/// height, one notarization a view, no finalization with a nullification, no honest validator says two things.
/// </summary>
internal sealed class SafetyOracle(IReadOnlyDictionary<Hash256, SimulatedBlock> blocks)
{
    private readonly Dictionary<ulong, Hash256> finalByHeight = [];
    private readonly Dictionary<ulong, Hash256> notarized = [];
    private readonly HashSet<ulong> nullified = [];
    private readonly HashSet<ulong> finalized = [];
    private readonly Dictionary<(int Signer, ulong View, VoteKind Kind), Vote> said = [];

    public string? Fault { get; private set; }

    public int FinalBlocks => finalByHeight.Count;

    public void OnHonestVote(int signer, Vote vote)
    {
        if (said.TryGetValue((signer, vote.View, vote.Kind), out var earlier) && earlier != vote)
        {
            Fail($"validator {signer} signed two {vote.Kind} votes in view {vote.View}");
        }

        said[(signer, vote.View, vote.Kind)] = vote;
        if (vote.Kind != VoteKind.Notarize
            && said.ContainsKey((signer, vote.View, VoteKind.Nullify))
            && said.ContainsKey((signer, vote.View, VoteKind.Finalize)))
        {
            Fail($"validator {signer} both nullified and finalized view {vote.View}");
        }
    }

    public void OnCertificate(Certificate certificate)
    {
        var vote = certificate.Vote;
        switch (vote.Kind)
        {
            case VoteKind.Notarize:
                if (notarized.TryGetValue(vote.View, out var other) && other != vote.Block)
                {
                    Fail($"view {vote.View} has two notarizations");
                }

                notarized[vote.View] = vote.Block;
                break;
            case VoteKind.Nullify:
                nullified.Add(vote.View);
                break;
            case VoteKind.Finalize:
                finalized.Add(vote.View);
                break;
            case VoteKind.Unset:
            default:
                Fail("a certificate without a kind");
                break;
        }

        if (nullified.Contains(vote.View) && finalized.Contains(vote.View))
        {
            Fail($"view {vote.View} is both nullified and final");
        }
    }

    public void OnFinal(Certificate certificate)
    {
        OnCertificate(certificate);
        var block = blocks[certificate.Vote.Block];
        while (block.Height > 0)
        {
            if (finalByHeight.TryGetValue(block.Height, out var known))
            {
                if (known != block.Digest)
                {
                    Fail($"two final blocks at height {block.Height}");
                }

                return;
            }

            finalByHeight[block.Height] = block.Digest;
            block = blocks[block.Parent];
        }
    }

    public void Fail(string fault) => Fault ??= fault;
}
