namespace Busbar.Proofs;

/// <summary>What a validator may say about a view. Numbers are part of encodings.</summary>
public enum VoteKind
{
    /// <summary>No vote.</summary>
    Unset = 0,

    /// <summary>"This is the first valid proposal of the view that I saw."</summary>
    Notarize = 1,

    /// <summary>"I give the view up and will never finalize anything in it."</summary>
    Nullify = 2,

    /// <summary>"The block is notarized; I have not nullified the view and never will."</summary>
    Finalize = 3,
}

/// <summary>
/// What a vote says. A nullify vote names only its epoch and view; its parent view and block are zero.
/// spec/consensus.md#C-4.
/// </summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Epoch">Epoch of the validator set.</param>
/// <param name="View">The view.</param>
/// <param name="ParentView">View of the block's parent; 0 for the epoch's first.</param>
/// <param name="Block">Digest of the block's header.</param>
public readonly record struct Vote(VoteKind Kind, ulong Epoch, ulong View, ulong ParentView, Hash256 Block)
{
    /// <summary>What the validator signs: SHA-256 of [tag, network, epoch, view, parentView, block].</summary>
    public Hash256 SigningHash(NetworkId network)
    {
        var writer = new CanonicalWriter(96);
        writer.Array(6).Text(Tag(Kind)).Number(network.ChainId).Number(Epoch).Number(View);
        writer.Number(ParentView).Hash(Block);
        return Hash256.Sha256(writer.WrittenSpan);
    }

    /// <summary>Writes an array of five items.</summary>
    public void Write(CanonicalWriter writer) =>
        writer.Array(5).Number((ulong)Kind).Number(Epoch).Number(View).Number(ParentView).Hash(Block);

    /// <summary>Reads an array of five items.</summary>
    public static Vote Read(ref CanonicalReader reader)
    {
        reader.Array(5);
        var vote = new Vote(
            (VoteKind)reader.Number(byte.MaxValue),
            reader.Number(),
            reader.Number(),
            reader.Number(),
            reader.Hash());
        if (vote.Kind is not (VoteKind.Notarize or VoteKind.Nullify or VoteKind.Finalize)
            || (vote.Kind == VoteKind.Nullify && (vote.ParentView != 0 || vote.Block != Hash256.Zero)))
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        return vote;
    }

    private static string Tag(VoteKind kind) => kind switch
    {
        VoteKind.Notarize => DomainTag.Notarize,
        VoteKind.Nullify => DomainTag.Nullify,
        VoteKind.Finalize => DomainTag.Finalize,
        VoteKind.Unset or _ => throw new InvariantBrokenException("a vote has a kind"),
    };
}
