using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// What a <see cref="Replica"/> asks its host to do, in this order. A closed set. The order is a promise: what must
/// be durable before something else happens stands before it, and the replica waits for <see cref="Input.Durable"/>.
/// </summary>
public abstract record Output
{
    private protected Output()
    {
    }

    /// <summary>
    /// Append a record to the vote journal, together with (or after) the block that it names, and sync. Records of one
    /// step may share a sync.
    /// </summary>
    public sealed record Persist(ulong Sequence, JournalRecord Record) : Output;

    /// <summary>Tell when this much time has passed. Setting a kind again replaces it.</summary>
    public sealed record SetTimer(TimerKind Kind, ulong View, ulong DelayMs) : Output;

    /// <summary>Build a block on a parent for a view, execute it, keep it, and answer with <see cref="Input.Built"/>.</summary>
    public sealed record Build(ulong View, Hash256 Parent) : Output;

    /// <summary>A block is notarized: clients may see its transactions as pre-confirmed.</summary>
    public sealed record Notarized(Certificate Certificate) : Output;

    /// <summary>
    /// A block is final, and with it all its ancestors: fold it, store it with this certificate in one batch.
    /// </summary>
    public sealed record Finalized(Certificate Certificate) : Output;
}
