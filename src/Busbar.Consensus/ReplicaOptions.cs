using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>What a <see cref="Replica"/> is made with. Times are milliseconds, at least 1.</summary>
public sealed record ReplicaOptions
{
    /// <summary>The network, part of every signature.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>The epoch, part of every signature.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>The epoch's validators.</summary>
    public required ValidatorSet Validators { get; init; }

    /// <summary>This validator's key, one of the set; null for a replica that follows and never votes.</summary>
    public required PrivateKey? Key { get; init; }

    /// <summary>An idle network makes a block this often.</summary>
    public ulong HeartbeatMs { get; init; } = 1_000;

    /// <summary>A view without a proposal is given up after this; twice the longest usual one-way delay.</summary>
    public ulong LeaderTimeoutMs { get; init; } = 600;

    /// <summary>A view that was not left is given up after this; more than <see cref="LeaderTimeoutMs"/>.</summary>
    public ulong AdvanceTimeoutMs { get; init; } = 900;

    /// <summary>What may have been lost is said again this often while the view lasts.</summary>
    public ulong RetryMs { get; init; } = 600;

    /// <summary>Without a new final block for this long, everything above the highest one is sent again.</summary>
    public ulong StandstillMs { get; init; } = 3_000;

    /// <summary>Each view without a final block multiplies timeouts by so many thousandths; at least 1,000.</summary>
    public ulong GrowthPermille { get; init; } = 1_200;

    /// <summary>The timeouts grow to this many times their size at the most; at least 1.</summary>
    public ulong GrowthCap { get; init; } = 64;
}

/// <summary>The highest final block that storage holds.</summary>
/// <param name="View">Its view; 0 for genesis.</param>
/// <param name="Block">Its digest; the genesis digest for genesis.</param>
public readonly record struct FinalFloor(ulong View, Hash256 Block)
{
    /// <summary>Its finalization, which lets a replica that fell behind jump there; null for genesis.</summary>
    public Certificate? Finalization { get; init; }
}
