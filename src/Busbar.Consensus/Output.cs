using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// What a <see cref="Replica"/> asks its host to do, in this order. A closed set. The order is a promise: what must
/// be durable before something else happens stands before it, and the replica waits for <see cref="Input.Durable"/>
/// before an own vote counts or leaves. Nothing else waits: every other output may be carried out at once.
/// </summary>
public abstract record Output
{
    private protected Output()
    {
    }

    /// <summary>
    /// Append a record to the vote journal and sync; the bytes of a block that an own notarize vote names go into
    /// the same or an earlier sync. Answer with <see cref="Input.Durable"/>. Records of one step, or of several, may
    /// share a sync, in this order. A record may be forgotten once a block of its view or a later one is final in
    /// storage.
    /// </summary>
    /// <param name="Sequence">1 for the first record after a start, rising by one.</param>
    /// <param name="Record">What to append.</param>
    public sealed record Persist(ulong Sequence, JournalRecord Record) : Output;

    /// <summary>Tell when this much time has passed. Setting a kind again replaces it.</summary>
    public sealed record SetTimer(TimerKind Kind, ulong View, ulong DelayMs) : Output;

    /// <summary>
    /// Build a block on a parent for a view, execute it, keep it, and answer with <see cref="Input.Built"/> or
    /// <see cref="Input.BuildFailed"/>. The parent may be notarized only; in a committee of one it is final. Where the
    /// parent ends its epoch, the answer names the parent again: nothing else may follow it in this epoch.
    /// </summary>
    public sealed record Build(ulong View, Hash256 Parent) : Output;

    /// <summary>
    /// Get the block (from the proposal, or from peers: the leader first), execute it on this parent, and answer with
    /// <see cref="Input.Verified"/> or <see cref="Input.Rejected"/>; hold the answer while its time is too far ahead.
    /// A header that names another view or parent is rejected, and so is a time that lies further back than
    /// <paramref name="MaxAgeMs"/>. Where the parent ends its epoch, the parent itself is the only valid block.
    /// </summary>
    /// <param name="View">The view.</param>
    /// <param name="Block">The block.</param>
    /// <param name="Parent">Its parent.</param>
    /// <param name="MaxAgeMs">How long the view may last now.</param>
    public sealed record Verify(ulong View, Hash256 Block, Hash256 Parent, ulong MaxAgeMs) : Output;

    /// <summary>
    /// A quorum stands behind this block, which this replica has not verified. Get it and its ancestors above the
    /// highest final block, execute them, and answer with <see cref="Input.Certified"/>, however late.
    /// </summary>
    public sealed record Certify(ulong View, Hash256 Block) : Output;

    /// <summary>
    /// Send to every other validator. With <see cref="Message.Proposal"/> goes the block that it names. Loss is
    /// repaired: a bounded queue may drop the oldest.
    /// </summary>
    public sealed record Broadcast(Message Message) : Output;

    /// <summary>Send to one validator.</summary>
    public sealed record Send(int To, Message Message) : Output;

    /// <summary>A block is notarized: clients may see its transactions as pre-confirmed.</summary>
    public sealed record Notarized(Certificate Certificate) : Output;

    /// <summary>
    /// A block is final, and with it all its ancestors: fold it, store it with this certificate in one batch. A host
    /// that lacks some of them gets them from peers by the headers' chain of digests.
    /// </summary>
    public sealed record Finalized(Certificate Certificate) : Output;

    /// <summary>
    /// A validator signed two things that no honest one signs both. Keep them: they prove it to everybody.
    /// </summary>
    public sealed record Evidence(int Signer, SignedVote First, SignedVote Second) : Output;

    /// <summary>
    /// Somebody voted under this validator's key what it does not remember: its journal was lost, or the key runs
    /// twice. It follows from here on and votes no more.
    /// </summary>
    public sealed record Impersonated(SignedVote Vote) : Output;

    /// <summary>
    /// Two certificates that cannot both exist with at most f faulty validators. This replica says nothing any more:
    /// stop, and call people.
    /// </summary>
    public sealed record Halt(Certificate First, Certificate Second) : Output;
}
