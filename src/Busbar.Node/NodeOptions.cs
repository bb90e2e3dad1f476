using System.Net;
using Busbar.Keys;
using Busbar.Ledger;
using Microsoft.Extensions.Logging;

namespace Busbar.Node;

/// <summary>What a node is started with.</summary>
public sealed record NodeOptions
{
    /// <summary>The network.</summary>
    public required Genesis Genesis { get; init; }

    /// <summary>This validator's key.</summary>
    public required PrivateKey ValidatorKey { get; init; }

    /// <summary>Folder for journal and ledger; made when absent.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the API listens; loopback unless told otherwise.</summary>
    public IPAddress ApiAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Port of the API; 0 picks a free one.</summary>
    public int ApiPort { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where logs go; null for standard error, warnings and above.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
