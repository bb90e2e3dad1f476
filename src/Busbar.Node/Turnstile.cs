namespace Busbar.Node;

/// <summary>
/// Lets so much work be done at once, and the rest wait in its turn without a thread: what strangers send for nothing
/// never takes every core. Thread-safe.
/// </summary>
/// <param name="atOnce">Work done at the same time.</param>
internal sealed class Turnstile(int atOnce) : IDisposable
{
    private readonly SemaphoreSlim places = new(atOnce);

    /// <summary>
    /// What strangers have checked that is long, over the API and over links; all nodes of a process share its cores.
    /// </summary>
    public static Turnstile Strangers { get; } = new(NodeLimits.LongChecks);

    /// <summary>Does it when its turn comes.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await places.WaitAsync(cancellation);
        try
        {
            return work();
        }
        finally
        {
            places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();
}
