namespace Busbar.Consensus;

/// <summary>
/// What <see cref="VoteGuard"/> answers; the refusals are Permanent for that vote. Checked in this order.
/// </summary>
public enum VoteStatus
{
    /// <summary>Not asked.</summary>
    Unset = 0,

    /// <summary>Here is the signature.</summary>
    Signed = 1,

    /// <summary>Another vote of this kind was signed in the view (C-12).</summary>
    VotedOtherwise = 2,

    /// <summary>
    /// The limit of views with own votes above the final one is reached; something must become final first.
    /// </summary>
    TooManyOpenViews = 3,

    /// <summary>The view was given up by an own nullify vote (C-13, C-14).</summary>
    AfterNullify = 4,

    /// <summary>An own finalize vote stands in the view (C-15).</summary>
    AfterFinalize = 5,

    /// <summary>The notarization of this very block is not in hand (C-16).</summary>
    NotNotarized = 6,

    /// <summary>
    /// There is no key to vote with, or the key was used elsewhere (C-47, C-48). Checked before all others.
    /// </summary>
    NotAVoter = 7,
}
