using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// The only place that can make a validator's signature. It holds this validator's own votes of every view above the
/// final one, and refuses what spec/consensus.md#C-12 to C-17 forbid, whoever asks:
/// at most one notarize a view; no notarize after an own nullify; no finalize after an own nullify; no nullify after
/// an own finalize; finalize only a block whose notarization is in hand. Not thread-safe.
/// </summary>
public sealed class VoteGuard
{
    private readonly NetworkId network;
    private readonly PrivateKey? key;
    private bool retired;
    private readonly SortedDictionary<ulong, OwnVotes> views = [];

    /// <summary>Guards one key on one network; without a key it signs nothing.</summary>
    public VoteGuard(NetworkId network, PrivateKey? key)
    {
        this.network = network;
        this.key = key;
    }

    /// <summary>
    /// Signs a vote, or says why not. A vote that was signed already comes back with its first signature.
    /// </summary>
    /// <param name="vote">What to say.</param>
    /// <param name="notarization">For a finalize vote: the certificate of the very block; else null.</param>
    /// <param name="signature">The signature, when the status is Signed.</param>
    public VoteStatus TrySign(Vote vote, Certificate? notarization, out Signature signature)
    {
        signature = default;
        if (key is null || retired)
        {
            return VoteStatus.NotAVoter;
        }

        var own = views.GetValueOrDefault(vote.View) ?? new OwnVotes();
        if (own.Of(vote.Kind) is { } said && (said.Vote == vote || !Mutants.Off(Mutant.SecondNotarize)))
        {
            signature = said.Signature;
            return said.Vote == vote ? VoteStatus.Signed : VoteStatus.VotedOtherwise;
        }

        if (views.Count >= ConsensusLimits.OpenViews && !views.ContainsKey(vote.View))
        {
            return VoteStatus.TooManyOpenViews;
        }

        var status = vote.Kind switch
        {
            VoteKind.Notarize => own.Nullify is null ? VoteStatus.Signed : VoteStatus.AfterNullify,
            VoteKind.Nullify => own.Finalize is null || Mutants.Off(Mutant.NullifyAfterFinalize)
                ? VoteStatus.Signed
                : VoteStatus.AfterFinalize,
            VoteKind.Finalize when own.Nullify is not null && !Mutants.Off(Mutant.FinalizeAfterNullify) =>
                VoteStatus.AfterNullify,
            VoteKind.Finalize => IsNotarized(vote, notarization) || Mutants.Off(Mutant.FinalizeUnnotarized)
                ? VoteStatus.Signed
                : VoteStatus.NotNotarized,
            VoteKind.Unset or _ => throw new InvariantBrokenException("a vote has a kind"),
        };
        if (status == VoteStatus.Signed)
        {
            signature = key.Sign(vote.SigningHash(network));
            Remember(vote, signature);
        }

        return status;
    }

    /// <summary>
    /// Signs nothing more: a vote of this key is about that this guard does not know, so whatever it remembers is not
    /// all that was said under the key. spec/consensus.md#C-47.
    /// </summary>
    public void Retire() => retired = true;

    /// <summary>Takes up a vote that the journal holds; nothing is signed.</summary>
    public void Remember(Vote vote, Signature signature)
    {
        if (!views.TryGetValue(vote.View, out var own))
        {
            views[vote.View] = own = new OwnVotes();
        }

        own.Set(vote, signature);
    }

    /// <summary>This validator's own vote of a kind in a view, or null.</summary>
    public SignedVote? Find(ulong view, VoteKind kind) => views.GetValueOrDefault(view)?.Of(kind);

    /// <summary>Every own vote that is remembered, by view.</summary>
    public IEnumerable<SignedVote> All
    {
        get
        {
            foreach (var own in views.Values)
            {
                foreach (var kind in (VoteKind[])[VoteKind.Notarize, VoteKind.Nullify, VoteKind.Finalize])
                {
                    if (own.Of(kind) is { } vote)
                    {
                        yield return vote;
                    }
                }
            }
        }
    }

    /// <summary>The own notarize vote of the highest view, or null.</summary>
    public SignedVote? NewestNotarize
    {
        get
        {
            SignedVote? newest = null;
            foreach (var own in views.Values)
            {
                newest = own.Notarize ?? newest;
            }

            return newest;
        }
    }

    /// <summary>Forgets the views up to a final one: no vote is asked for there again.</summary>
    public void Prune(ulong finalView)
    {
        while (views.Count > 0 && views.Keys.First() is var view && view <= finalView)
        {
            views.Remove(view);
        }
    }

    private static bool IsNotarized(Vote vote, Certificate? notarization) =>
        notarization is not null && notarization.Vote == vote with { Kind = VoteKind.Notarize };

    private sealed class OwnVotes
    {
        public SignedVote? Notarize { get; private set; }

        public SignedVote? Nullify { get; private set; }

        public SignedVote? Finalize { get; private set; }

        public SignedVote? Of(VoteKind kind) => kind switch
        {
            VoteKind.Notarize => Notarize,
            VoteKind.Nullify => Nullify,
            VoteKind.Finalize => Finalize,
            VoteKind.Unset or _ => throw new InvariantBrokenException("a vote has a kind"),
        };

        public void Set(Vote vote, Signature signature)
        {
            var said = new SignedVote(vote, signature);
            switch (vote.Kind)
            {
                case VoteKind.Notarize:
                    Notarize = said;
                    break;
                case VoteKind.Nullify:
                    Nullify = said;
                    break;
                case VoteKind.Finalize:
                    Finalize = said;
                    break;
                case VoteKind.Unset:
                default:
                    throw new InvariantBrokenException("a vote has a kind");
            }
        }
    }
}
