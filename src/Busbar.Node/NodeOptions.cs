using System.Net;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Hosting;
using Busbar.Node.Peers;
using Microsoft.Extensions.Logging;

namespace Busbar.Node;

/// <summary>What a node is started with.</summary>
public sealed record NodeOptions
{
    /// <summary>The network.</summary>
    public required Genesis Genesis { get; init; }

    /// <summary>
    /// The Ed25519 key that this node is known by. It votes while the key is one of the validators'; otherwise it
    /// follows.
    /// </summary>
    public required PrivateKey ValidatorKey { get; init; }

    /// <summary>
    /// The file that remembers, outside the data folder, that the key has voted; null puts it beside the folder.
    /// spec/consensus.md#C-49.
    /// </summary>
    public string? KeyMarkPath { get; init; }

    /// <summary>Folder for journal and ledger; made when absent.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the API listens; loopback unless told otherwise.</summary>
    public IPAddress ApiAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Port of the API; 0 picks a free one.</summary>
    public int ApiPort { get; init; }

    /// <summary>Where other nodes connect; loopback unless told otherwise.</summary>
    public IPAddress PeerAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Port for other nodes; 0 picks a free one, null for a node that nobody connects to.</summary>
    public int? PeerPort { get; init; }

    /// <summary>The nodes that this one connects to.</summary>
    public IReadOnlyList<PeerEndpoint> Peers { get; init; } = [];

    /// <summary>Final blocks that are kept; 0 keeps all.</summary>
    public ulong RetentionBlocks { get; init; }

    /// <summary>Timeouts of consensus.</summary>
    public Pace Pace { get; init; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where logs go; null for standard error, warnings and above.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
