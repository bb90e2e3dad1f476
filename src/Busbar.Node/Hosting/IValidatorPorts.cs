using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Node.Hosting;

/// <summary>
/// Everything that a <see cref="Validator"/> needs of the world: the machine's in a node, a simulated one in the
/// simulator. Calls return at once; what takes time is answered by a call on the validator.
/// </summary>
internal interface IValidatorPorts
{
    /// <summary>The clock. It may jump.</summary>
    UnixTime Now { get; }

    /// <summary>Call <see cref="Validator.OnTimer"/> after a delay; setting a timer again replaces it.</summary>
    void SetTimer(ValidatorTimer timer, ulong delayMs);

    /// <summary>Sends to one node; false when there is no link to it. Anything may be lost.</summary>
    bool Send(PublicKey to, PeerMessage message);

    /// <summary>Sends to every node that is connected.</summary>
    void Broadcast(PeerMessage message);

    /// <summary>
    /// Appends to the vote journal. When <paramref name="mustSync"/> is set, <see cref="Validator.OnDurable"/> is owed
    /// once this and everything before it is on stable storage; otherwise a later sync takes it along.
    /// </summary>
    void Append(ulong sequence, JournalRecord record, byte[]? block, bool mustSync);

    /// <summary>
    /// Stores final blocks, oldest first, in one atomic and synced batch; the last one carries a certificate. Batches
    /// are stored in order, and <see cref="Validator.OnStored"/> is owed for each.
    /// </summary>
    void Store(IReadOnlyList<FinalBlock> blocks);

    /// <summary>Journal records up to this place belong to blocks that are stored.</summary>
    void Forget(ulong epoch, ulong view);

    /// <summary>A final, stored block, or null when it is not kept (any more).</summary>
    StoredBlock? FindBlock(ulong height);

    /// <summary>Height of the oldest block that is kept.</summary>
    ulong OldestHeight { get; }

    /// <summary>Consensus messages of this epoch count from here on.</summary>
    void EnterEpoch(ulong epoch, ValidatorSet validators);

    /// <summary>
    /// No peer keeps the block after this node's head any more, and this one is past it: its snapshot would help. A
    /// host that has one replaces the validator by one that stands on it. Said again while nothing changes.
    /// </summary>
    void FallBehind(PublicKey peer);

    /// <summary>A peer sent what no honest one sends.</summary>
    void Blame(PublicKey peer, string reason);

    /// <summary>A validator is proved faulty.</summary>
    void Accuse(ulong epoch, Output.Evidence evidence);

    /// <summary>Something that people have to look at.</summary>
    void Alarm(string finding);
}

/// <summary>A final block on its way to storage.</summary>
internal sealed record FinalBlock(StoredBlock Block, ExecutedBlock Executed);

/// <summary>Timers of a validator: those of its replica, and its own.</summary>
internal enum ValidatorTimer
{
    /// <summary>No timer.</summary>
    Unset = 0,

    /// <summary><see cref="TimerKind.Heartbeat"/>.</summary>
    Heartbeat = TimerKind.Heartbeat,

    /// <summary><see cref="TimerKind.Leader"/>.</summary>
    Leader = TimerKind.Leader,

    /// <summary><see cref="TimerKind.Advance"/>.</summary>
    Advance = TimerKind.Advance,

    /// <summary><see cref="TimerKind.Retry"/>.</summary>
    Retry = TimerKind.Retry,

    /// <summary><see cref="TimerKind.Settle"/>.</summary>
    Settle = TimerKind.Settle,

    /// <summary><see cref="TimerKind.Standstill"/>.</summary>
    Standstill = TimerKind.Standstill,

    /// <summary>Ask again for blocks that did not come.</summary>
    Fetch = 20,

    /// <summary>A proposal's time lay ahead of the clock; look again.</summary>
    Hold = 21,

    /// <summary>Tell the others where this node stands, and send its own waiting transactions again.</summary>
    Status = 22,
}
