using Busbar.Keys;

namespace Busbar.Node.Peers;

/// <summary>A node to connect to.</summary>
/// <param name="Key">Its Ed25519 key: whoever answers with another one is not talked to.</param>
/// <param name="Host">A name or an IP address.</param>
/// <param name="Port">Where it listens for other nodes.</param>
public sealed record PeerEndpoint(PublicKey Key, string Host, int Port);

/// <summary>Which queue an envelope waits in.</summary>
internal enum PeerLane
{
    /// <summary>No lane.</summary>
    Unset = 0,

    /// <summary>Sent first; when the lane is full the oldest is dropped, since it is said again.</summary>
    Votes = 1,

    /// <summary>Transactions and blocks; when the lane is full the new one is refused.</summary>
    Bulk = 2,
}

/// <summary>What the node thinks of a message.</summary>
internal enum PeerVerdict
{
    /// <summary>No verdict.</summary>
    Unset = 0,

    /// <summary>An honest node may have sent it.</summary>
    Accepted = 1,

    /// <summary>No honest node sends this: the link is cut.</summary>
    Garbage = 2,
}

/// <summary>Who a key belongs to.</summary>
internal enum PeerRole
{
    /// <summary>No role.</summary>
    Unset = 0,

    /// <summary>A validator of the epoch.</summary>
    Validator = 1,

    /// <summary>Somebody who follows, or a validator to be.</summary>
    Observer = 2,

    /// <summary>Nobody to talk to.</summary>
    Refused = 3,
}

/// <summary>Why links were cut and messages dropped, since the start.</summary>
/// <param name="Links">Links that are up.</param>
/// <param name="Sent">Messages sent.</param>
/// <param name="SentBytes">Their bytes.</param>
/// <param name="Received">Messages received.</param>
/// <param name="ReceivedBytes">Their bytes.</param>
/// <param name="DroppedVotes">Consensus messages dropped because a link was too slow.</param>
/// <param name="RefusedBulk">Transactions and blocks not sent because a link was too slow.</param>
/// <param name="CutGarbage">Links cut for garbage.</param>
/// <param name="CutFlood">Links cut for flooding.</param>
/// <param name="DialFailures">Attempts to connect that failed.</param>
public sealed record PeerCounters(
    int Links,
    long Sent,
    long SentBytes,
    long Received,
    long ReceivedBytes,
    long DroppedVotes,
    long RefusedBulk,
    long CutGarbage,
    long CutFlood,
    long DialFailures);

/// <summary>What a node does with what its peers say. Implemented by the node's loop, and by tests.</summary>
internal interface IPeerHandler
{
    /// <summary>
    /// Takes a message; called in order for each link. The link reads on when this has returned, so waiting here slows
    /// the sender down.
    /// </summary>
    ValueTask<PeerVerdict> OnMessageAsync(
        PublicKey from, ReadOnlyMemory<byte> envelope, CancellationToken cancellation);

    /// <summary>The first link to a key is up, or the last one is gone.</summary>
    void OnLinkChanged(PublicKey peer, bool connected);

    /// <summary>Who a key belongs to now.</summary>
    PeerRole RoleOf(PublicKey key);

    /// <summary>Answers a fetch, in chunks of at most <see cref="NodeLimits.PeerMessageSizeBytes"/>.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ServeAsync(
        PublicKey from, ReadOnlyMemory<byte> request, CancellationToken cancellation);
}
