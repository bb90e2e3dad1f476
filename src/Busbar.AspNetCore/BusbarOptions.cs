using Busbar.Keys;

namespace Busbar.AspNetCore;

/// <summary>How a seller sells. Node and Key are needed, everything else has a default.</summary>
public sealed class BusbarOptions
{
    /// <summary>Address of the node's API.</summary>
    public Uri? Node { get; set; }

    /// <summary>The account that is paid; its key signs claims. It stays the caller's to dispose of.</summary>
    public PrivateKey? Key { get; set; }

    /// <summary>
    /// Where the best tokens are kept. One process at a time. Null keeps them in memory: what is not claimed when the
    /// process ends is lost.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>Stands in the challenge; the host's name is usual. Default "busbar".</summary>
    public string Realm { get; set; } = "busbar";

    /// <summary>Requests that a buyer is advised to deposit for. Default 10,000.</summary>
    public int SuggestedRequests { get; set; } = 10_000;

    /// <summary>
    /// The shortest grace period that is taken, in ms of network uptime; the network's minimum when null.
    /// </summary>
    public ulong? MinGraceMs { get; set; }

    /// <summary>Value served beyond the last durable token, at most, in atomic units. Default 0.01 dollars.</summary>
    public Amount InFlight { get; set; } = new(10_000_000);

    /// <summary>Claim when this much is unclaimed over all channels, in atomic units. Default 1 dollar.</summary>
    public Amount ClaimAt { get; set; } = new(1_000_000_000);

    /// <summary>Claim when something has been unclaimed for so long. Default 5 minutes.</summary>
    public TimeSpan ClaimAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a settlement that somebody waits for goes on while the node does not answer. Default 30 s.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);
}
