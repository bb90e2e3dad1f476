using System.Diagnostics;
using Busbar.Cli.Output;
using Busbar.Client;
using Spectre.Console;

namespace Busbar.Cli.Demo;

/// <summary>
/// Tries again while the node is away: a node that was killed and is started again must not end the demo. Only for
/// what may safely be done twice.
/// </summary>
internal sealed class NodePatience(CommandOutput output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const string NodeUnavailable = "NodeUnavailable";

    private bool told;

    /// <summary>Does something until it succeeds, the limit is over, or it fails for another reason.</summary>
    public async Task<T> TryAsync<T>(Func<Task<T>> action, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await action();
            }
            catch (Exception failure) when (IsAway(failure) && Stopwatch.GetElapsedTime(start) < Limit)
            {
                if (!told)
                {
                    output.Notes.MarkupLineInterpolated($"[yellow]The node is away, waiting:[/] {failure.Message}");
                    told = true;
                }

                await Task.Delay(Pause, stop);
            }
        }
    }

    /// <summary>Does something until it succeeds, the limit is over, or it fails for another reason.</summary>
    public Task TryAsync(Func<Task> action, CancellationToken stop) => TryAsync(
        async () =>
        {
            await action();
            return true;
        },
        stop);

    private static bool IsAway(Exception failure) =>
        failure is HttpRequestException or BusbarException { Code: NodeUnavailable };
}
