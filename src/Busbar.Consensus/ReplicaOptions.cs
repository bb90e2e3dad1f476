using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>What a <see cref="Replica"/> is made with.</summary>
public sealed record ReplicaOptions
{
    /// <summary>The network, part of every signature.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>The epoch, part of every signature.</summary>
    public required ulong Epoch { get; init; }

    /// <summary>The epoch's validators.</summary>
    public required ValidatorSet Validators { get; init; }

    /// <summary>This validator's key; one of the set.</summary>
    public required PrivateKey Key { get; init; }

    /// <summary>An idle network makes a block this often; milliseconds, at least 1.</summary>
    public ulong HeartbeatMs { get; init; } = 1_000;
}

/// <summary>The highest final block that storage holds.</summary>
/// <param name="View">Its view; 0 for genesis.</param>
/// <param name="Block">Its digest; the genesis digest for genesis.</param>
public readonly record struct FinalFloor(ulong View, Hash256 Block);
