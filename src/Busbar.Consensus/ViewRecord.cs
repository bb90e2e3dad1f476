using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>What is known about one view above the highest final one.</summary>
internal sealed class ViewRecord(ulong view)
{
    private readonly SortedDictionary<int, SignedVote>[] votes = [[], [], []];
    private readonly HashSet<int> caught = [];

    public ulong View { get; } = view;

    /// <summary>The leader's first notarize vote that arrived.</summary>
    public SignedVote? Proposal { get; set; }

    /// <summary>The leader signed two proposals: this replica votes for neither by itself.</summary>
    public bool Equivocated { get; set; }

    public bool VerifyAsked { get; set; }

    /// <summary>The block that this replica itself built or verified, for good.</summary>
    public Hash256? VerifiedBlock { get; set; }

    public Certificate? Notarization { get; set; }

    public Certificate? Nullification { get; set; }

    public Certification Certification { get; set; }

    public bool IsCertified => Certification == Certification.Yes;

    /// <summary>This view can be left behind: it is nullified, or its block can be built on.</summary>
    public bool IsCleared => Nullification is not null || IsCertified;

    public Certificate? Held(VoteKind kind) => kind switch
    {
        VoteKind.Notarize => Notarization,
        VoteKind.Nullify => Nullification,
        VoteKind.Finalize => null,
        VoteKind.Unset or _ => throw new InvariantBrokenException("a certificate has a kind"),
    };

    /// <summary>
    /// Takes the first vote of each kind by each signer. A later different one is not counted; what it contradicts
    /// comes back, once for each signer.
    /// </summary>
    public SignedVote? Add(int signer, SignedVote vote, out bool added)
    {
        added = Of(vote.Vote.Kind).TryAdd(signer, vote);
        var contradicted = added ? Opposite(signer, vote.Vote.Kind) : Of(vote.Vote.Kind)[signer];
        var contradicts = contradicted is not null && contradicted.Vote != vote.Vote;
        return contradicts && caught.Add(signer) ? contradicted : null;
    }

    /// <summary>
    /// A certificate when the signers of exactly this vote weigh a quorum: of the first ones that do, in order.
    /// </summary>
    public Certificate? TryForm(Vote vote, ValidatorSet validators)
    {
        var signers = new List<int>();
        var signatures = new List<Signature>();
        ulong weight = 0;
        foreach (var (signer, signed) in Of(vote.Kind))
        {
            if (signed.Vote == vote && weight < validators.QuorumWeight)
            {
                signers.Add(signer);
                signatures.Add(signed.Signature);
                weight += validators.WeightOf(signer);
            }
        }

        return weight >= validators.QuorumWeight ? new Certificate(vote, signers, signatures) : null;
    }

    private SortedDictionary<int, SignedVote> Of(VoteKind kind) => votes[(int)kind - 1];

    // An honest validator that nullifies a view never finalizes in it, in either order.
    private SignedVote? Opposite(int signer, VoteKind kind) => kind switch
    {
        VoteKind.Notarize => null,
        VoteKind.Nullify => Of(VoteKind.Finalize).GetValueOrDefault(signer),
        VoteKind.Finalize => Of(VoteKind.Nullify).GetValueOrDefault(signer),
        VoteKind.Unset or _ => throw new InvariantBrokenException("a vote has a kind"),
    };
}

/// <summary>Whether a notarized block can be built on.</summary>
internal enum Certification
{
    /// <summary>Nothing is notarized.</summary>
    Unset = 0,

    /// <summary>The host was asked.</summary>
    Pending = 1,

    /// <summary>At hand and executable.</summary>
    Yes = 2,

    /// <summary>Never to be built on.</summary>
    No = 3,
}
