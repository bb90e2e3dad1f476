using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>What the host tells a <see cref="Replica"/>. A closed set.</summary>
public abstract record Input
{
    private protected Input()
    {
    }

    /// <summary>First of all, once: the journal was given to the constructor, links and timers are ready.</summary>
    public sealed record Started : Input;

    /// <summary>
    /// At least one transaction waits that a block on the current chain could hold. An own <see cref="Output.Build"/>,
    /// and an own vote for another's block, use it up: the host says it again when <see cref="Replica.View"/> has
    /// changed and something still waits.
    /// </summary>
    public sealed record WorkAvailable : Input;

    /// <summary>A timer that was asked for has run out.</summary>
    /// <param name="Kind">As in <see cref="Output.SetTimer"/>.</param>
    /// <param name="View">As in <see cref="Output.SetTimer"/>.</param>
    public sealed record TimerFired(TimerKind Kind, ulong View) : Input;

    /// <summary>The answer to <see cref="Output.Build"/>: the host built, executed and kept the block.</summary>
    /// <param name="View">The view it was asked for.</param>
    /// <param name="Block">Digest of the header.</param>
    public sealed record Built(ulong View, Hash256 Block) : Input;

    /// <summary>The other answer to <see cref="Output.Build"/>: there will be no block.</summary>
    public sealed record BuildFailed(ulong View) : Input;

    /// <summary>
    /// A valid answer to <see cref="Output.Verify"/>: the block's bytes are kept, its header names that view and that
    /// parent, it executes to the roots it states, and its time may be voted for now.
    /// </summary>
    public sealed record Verified(ulong View, Hash256 Block) : Input;

    /// <summary>The other answer to <see cref="Output.Verify"/>: not to be voted for.</summary>
    public sealed record Rejected(ulong View, Hash256 Block) : Input;

    /// <summary>
    /// The answer to <see cref="Output.Certify"/>. It must be the same at every honest validator: the block and its
    /// ancestors are at hand and execute to the roots they state, or do not. Clocks play no part.
    /// </summary>
    public sealed record Certified(ulong View, Hash256 Block, bool Executable) : Input;

    /// <summary>A validator's message, its signatures checked by <see cref="MessageVerifier"/>.</summary>
    /// <param name="From">Index of the validator whose authenticated link brought it.</param>
    /// <param name="Message">The message.</param>
    public sealed record MessageReceived(int From, Verified<Message> Message) : Input;

    /// <summary>Every record up to this number is on stable storage, and so are the blocks they name.</summary>
    public sealed record Durable(ulong Sequence) : Input;
}

/// <summary>Timers of a replica. Setting a kind again replaces it.</summary>
public enum TimerKind
{
    /// <summary>No timer.</summary>
    Unset = 0,

    /// <summary>Propose even if nothing waits, so that time and uptime advance on an idle network.</summary>
    Heartbeat = 1,

    /// <summary>The leader should have proposed by now.</summary>
    Leader = 2,

    /// <summary>The view should have been left by now.</summary>
    Advance = 3,

    /// <summary>Still in the view: say again what others may have missed, and ask for what is missing here.</summary>
    Retry = 4,

    /// <summary>The parent should have become final by itself; if not, a block on top of it helps.</summary>
    Settle = 5,

    /// <summary>Nothing became final for long: send everything above the highest final block again.</summary>
    Standstill = 6,
}
