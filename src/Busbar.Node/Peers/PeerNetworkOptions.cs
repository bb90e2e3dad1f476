using System.Net;
using Busbar.Keys;
using Microsoft.Extensions.Logging;

namespace Busbar.Node.Peers;

/// <summary>How a <see cref="PeerNetwork"/> runs.</summary>
internal sealed record PeerNetworkOptions
{
    /// <summary>The network, part of what a certificate proves.</summary>
    public required NetworkId Network { get; init; }

    /// <summary>The Ed25519 key that this node is known by.</summary>
    public required PrivateKey Key { get; init; }

    /// <summary>Where it listens.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 picks a free one.</summary>
    public int ListenPort { get; init; }

    /// <summary>Nodes to connect to.</summary>
    public IReadOnlyList<PeerEndpoint> Peers { get; init; } = [];

    /// <summary>The clock, for back-off and penalties.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The log.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The first pause after a failed attempt to connect; it doubles with each.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);
}
