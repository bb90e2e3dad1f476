using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>What the host tells a <see cref="Replica"/>. A closed set.</summary>
public abstract record Input
{
    private protected Input()
    {
    }

    /// <summary>First of all, once: the journal was replayed, the host is ready.</summary>
    public sealed record Started : Input;

    /// <summary>At least one transaction waits that a block could hold.</summary>
    public sealed record WorkAvailable : Input;

    /// <summary>A timer that was asked for has run out.</summary>
    public sealed record TimerFired(TimerKind Kind, ulong View) : Input;

    /// <summary>The answer to <see cref="Output.Build"/>: the host built, executed and kept the block.</summary>
    public sealed record Built(ulong View, Hash256 Block) : Input;

    /// <summary>Every record up to this sequence number is on stable storage, and so are the blocks they name.</summary>
    public sealed record Durable(ulong Sequence) : Input;
}

/// <summary>Timers of a view.</summary>
public enum TimerKind
{
    /// <summary>No timer.</summary>
    Unset = 0,

    /// <summary>Propose even if nothing waits, so that time and uptime advance on an idle network.</summary>
    Heartbeat = 1,
}
