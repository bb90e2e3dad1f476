using System.Net;
using Busbar.Keys;

namespace Busbar.Node.Config;

/// <summary>How one validator's node runs, as <see cref="NodeConfigFile"/> keeps it. Paths are absolute.</summary>
public sealed record NodeConfig
{
    /// <summary>The network's genesis file.</summary>
    public required string GenesisPath { get; init; }

    /// <summary>The validator's key file.</summary>
    public required string KeyPath { get; init; }

    /// <summary>The folder for ledger and vote journal.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the API listens; port 0 picks a free one.</summary>
    public required IPEndPoint Api { get; init; }

    /// <summary>Where other validators reach this one; port 0 picks a free one.</summary>
    public required IPEndPoint Peer { get; init; }

    /// <summary>The other validators that it knows an address of.</summary>
    public required IReadOnlyList<PeerConfig> Peers { get; init; }

    /// <summary>Final blocks that are kept; 0 for all of them.</summary>
    public required ulong RetentionBlocks { get; init; }

    /// <summary>The pace of consensus, or null for the usual one.</summary>
    public PaceConfig? Pace { get; init; }
}

/// <summary>Another validator.</summary>
/// <param name="Key">Its Ed25519 key: nobody else is talked to at this address.</param>
/// <param name="Host">A name or an IP address.</param>
/// <param name="Port">Where it listens for other validators, 1 to 65535.</param>
public sealed record PeerConfig(PublicKey Key, string Host, int Port);

/// <summary>The timers of consensus, in milliseconds; what they are for is in ReplicaOptions.</summary>
/// <param name="LeaderTimeoutMs">A view without a proposal is given up after this.</param>
/// <param name="AdvanceTimeoutMs">A view that was not left is given up after this; more than the one above.</param>
/// <param name="RetryMs">What may have been lost is said again this often.</param>
/// <param name="StandstillMs">Without a new final block for this long, everything above it is sent again.</param>
public sealed record PaceConfig(ulong LeaderTimeoutMs, ulong AdvanceTimeoutMs, ulong RetryMs, ulong StandstillMs);
