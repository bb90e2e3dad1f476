using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Node.Hosting;

/// <summary>How a <see cref="Validator"/> runs.</summary>
internal sealed record ValidatorOptions
{
    /// <summary>The key that it is known by, and votes with if it may.</summary>
    public required PrivateKey Key { get; init; }

    /// <summary>False for a node that follows: it has no journal of its key.</summary>
    public required bool MayVote { get; init; }

    /// <summary>Timeouts of the replica; key, set, epoch and network in it are replaced.</summary>
    public required Pace Pace { get; init; }

    /// <summary>How signatures of validators are checked; null for the real thing.</summary>
    public SignatureCheck? Check { get; init; }

    /// <summary>How often a node says where it stands.</summary>
    public ulong StatusMs { get; init; } = 500;

    /// <summary>A block that did not come is asked for again after this.</summary>
    public ulong FetchMs { get; init; } = 100;
}

/// <summary>
/// Timeouts of a validator in milliseconds; each null takes the default of <see cref="ReplicaOptions"/>.
/// </summary>
public sealed record Pace
{
    /// <summary><see cref="ReplicaOptions.LeaderTimeoutMs"/>.</summary>
    public ulong LeaderTimeoutMs { get; init; } = 600;

    /// <summary><see cref="ReplicaOptions.AdvanceTimeoutMs"/>; more than the leader timeout.</summary>
    public ulong AdvanceTimeoutMs { get; init; } = 900;

    /// <summary><see cref="ReplicaOptions.RetryMs"/>.</summary>
    public ulong RetryMs { get; init; } = 600;

    /// <summary><see cref="ReplicaOptions.StandstillMs"/>.</summary>
    public ulong StandstillMs { get; init; } = 3_000;

    /// <summary><see cref="ReplicaOptions.GrowthCap"/>.</summary>
    public ulong GrowthCap { get; init; } = 64;

    /// <summary>True when the times are positive and in order.</summary>
    public bool IsValid() =>
        LeaderTimeoutMs > 0 && AdvanceTimeoutMs > LeaderTimeoutMs && RetryMs > 0 && StandstillMs > 0 && GrowthCap > 0;
}
