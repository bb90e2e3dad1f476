using System.Net;
using Busbar.Node.Hosting;
using Busbar.Node.Peers;

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
    public required IReadOnlyList<PeerEndpoint> Peers { get; init; }

    /// <summary>Final blocks that are kept; 0 for all of them.</summary>
    public required ulong RetentionBlocks { get; init; }

    /// <summary>The pace of consensus, or null for the usual one.</summary>
    public Pace? Pace { get; init; }
}
