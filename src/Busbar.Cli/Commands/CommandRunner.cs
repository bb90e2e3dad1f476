using System.CommandLine;
using System.Net.Sockets;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Node;

namespace Busbar.Cli.Commands;

/// <summary>
/// Runs a command and turns what can go wrong in the world into one sentence, a hint and exit code 1.
/// </summary>
internal static class CommandRunner
{
    /// <summary>Runs a command.</summary>
    public static async Task<int> RunAsync(
        bool json, Func<CommandOutput, Task<int>> command, CancellationToken stop)
    {
        var output = new CommandOutput(json);
        try
        {
            return await command(output);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return output.Fail(new CommandFailedException("Stopped", "Stopped before it was done."));
        }
        catch (CommandFailedException failure)
        {
            return output.Fail(failure);
        }
        catch (NodeStartException failure)
        {
            return output.Fail(new CommandFailedException("NodeCannotStart", failure.Message, null, failure));
        }
        catch (UpgradeNeededException stopped)
        {
            return output.Fail(new CommandFailedException("UpgradeNeeded", stopped.Message, null, stopped));
        }
        catch (BusbarException refusal)
        {
            return output.Fail(new CommandFailedException(refusal.Code, refusal.Message, null, refusal));
        }
        catch (HttpRequestException failure)
        {
            return output.Fail(new CommandFailedException(
                "NodeUnreachable",
                "The node does not answer: " + failure.Message,
                "Start one with `busbar up`, or name another with --api URL.",
                failure));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SocketException)
        {
            return output.Fail(new CommandFailedException("Environment", failure.Message, null, failure));
        }
    }
}
