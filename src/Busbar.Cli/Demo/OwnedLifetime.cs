namespace Busbar.Cli.Demo;

/// <summary>A host that stops when its owner says so, and leaves the signals of the process to the command.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
