using Busbar.Keys;

namespace Busbar.Node.Peers;

/// <summary>One stream between this node and another.</summary>
internal sealed class Link(PublicKey peer, PeerRole role, bool isDialed, CancellationToken network) : IDisposable
{
    private readonly CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(network);

    public PublicKey Peer => peer;

    public PeerRole Role => role;

    public bool IsDialed => isDialed;

    public LinkQueue Queue { get; } = new();

    /// <summary>Cancelled when the link is to end.</summary>
    public CancellationToken Ended => ending.Token;

    public void Cut() => ending.Cancel();

    public void Dispose()
    {
        ending.Dispose();
        Queue.Dispose();
    }
}
