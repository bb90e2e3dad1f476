using Busbar.Proofs;

namespace Busbar.Simulation.Oracles;

/// <summary>
/// Hears every vote of honest validators and every certificate, and states the promises without calling the code that
/// keeps them: one notarization a view, no finalization with a nullification, no honest validator says two things.
/// </summary>
internal sealed class VoteOracle(Action<string> fail)
{
    private readonly Dictionary<(ulong Epoch, ulong View), Hash256> notarized = [];
    private readonly HashSet<(ulong Epoch, ulong View)> nullified = [];
    private readonly HashSet<(ulong Epoch, ulong View)> finalized = [];
    private readonly Dictionary<(int Signer, ulong Epoch, ulong View, VoteKind Kind), Vote> said = [];

    public void OnHonestVote(int signer, Vote vote)
    {
        if (said.TryGetValue((signer, vote.Epoch, vote.View, vote.Kind), out var earlier) && earlier != vote)
        {
            fail($"validator {signer} signed two {vote.Kind} votes in view {vote.View}");
        }

        said[(signer, vote.Epoch, vote.View, vote.Kind)] = vote;
        if (vote.Kind != VoteKind.Notarize
            && said.ContainsKey((signer, vote.Epoch, vote.View, VoteKind.Nullify))
            && said.ContainsKey((signer, vote.Epoch, vote.View, VoteKind.Finalize)))
        {
            fail($"validator {signer} both nullified and finalized view {vote.View}");
        }
    }

    public void OnCertificate(Certificate certificate)
    {
        var vote = certificate.Vote;
        switch (vote.Kind)
        {
            case VoteKind.Notarize:
                if (notarized.TryGetValue((vote.Epoch, vote.View), out var other) && other != vote.Block)
                {
                    fail($"view {vote.View} has two notarizations");
                }

                notarized[(vote.Epoch, vote.View)] = vote.Block;
                break;
            case VoteKind.Nullify:
                nullified.Add((vote.Epoch, vote.View));
                break;
            case VoteKind.Finalize:
                finalized.Add((vote.Epoch, vote.View));
                break;
            case VoteKind.Unset:
            default:
                fail("a certificate without a kind");
                break;
        }

        if (nullified.Contains((vote.Epoch, vote.View)) && finalized.Contains((vote.Epoch, vote.View)))
        {
            fail($"view {vote.View} is both nullified and final");
        }
    }
}
