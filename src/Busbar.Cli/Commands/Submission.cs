using Busbar.Api;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Transactions;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>Submits the transactions of the commands.</summary>
internal static class Submission
{
    /// <summary>How long a command waits for its transaction to be final.</summary>
    public static readonly TimeSpan FinalWait = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Submits and waits until it is final, or not. Whatever goes wrong, the message says how to ask again without
    /// paying twice.
    /// </summary>
    public static async Task<IntentInfo> SubmitAsync(
        CommandOutput output, BusbarClient client, SignedTransaction signed, bool wait, CancellationToken stop)
    {
        var intent = signed.Transaction.IntentId;
        try
        {
            var info = await client.SubmitAsync(signed, wait ? FinalWait : TimeSpan.Zero, stop);
            if (wait && info.Status is "pending" or "notarized")
            {
                output.Notes.MarkupLineInterpolated(
                    $"[yellow]Not final yet.[/] Ask with `busbar intent {intent}`.");
            }

            return info;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            output.Notes.MarkupLineInterpolated(
                $"[yellow]Perhaps paid.[/] Ask with `busbar intent {intent}`, or retry with --intent {intent}.");
            throw;
        }
    }
}
