using Busbar.Processes;

namespace Busbar.EndToEnd;

/// <summary>Four validators and a node that follows, for the tests of one class that kill none of them.</summary>
public sealed class FollowedCluster : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    internal Cluster Cluster { get; private set; } = null!;

    internal ClusterNode Follower { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await Cluster.CreateAsync(folder);
        Follower = await Cluster.AddFollowerAsync();
        await Cluster.StartAllAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        folder.Dispose();
    }
}
