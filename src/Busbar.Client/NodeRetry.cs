using System.Net;
using System.Runtime.CompilerServices;
using Busbar.Api;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// Carries on through a node that stops and comes back. What is submitted again is always the same signed content,
/// so a retry never pays twice.
/// </summary>
public static class NodeRetry
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClockMargin = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Submits a transaction until it is final or expired, through outages of the node. Safe to call again with the
    /// same transaction after a crash.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="patience">How long to go on before giving up; the transaction may still execute then.</param>
    /// <param name="cancellation">Stops waiting; the transaction may still execute.</param>
    /// <returns>Where it stands: status final or expired.</returns>
    /// <exception cref="BusbarException">NodeUnavailable when patience ran out, or the node's refusal.</exception>
    public static async Task<IntentInfo> SubmitUntilFinalAsync(
        this BusbarClient node,
        SignedTransaction transaction,
        TimeSpan patience,
        CancellationToken cancellation = default)
    {
        var body = transaction.Transaction;
        var expiry = DateTimeOffset.FromUnixTimeMilliseconds((long)body.IntentId.ValidUntil.Ms) + ClockMargin;
        var wait = patience < TimeSpan.FromSeconds(10) ? patience : TimeSpan.FromSeconds(10);
        return await RunAsync(
            async token =>
            {
                var info = DateTimeOffset.UtcNow < expiry
                    ? await node.SubmitAsync(transaction, wait, token)
                    : await node.GetIntentAsync(body.IntentId, body.Account, wait, token);
                return info.Status is "final" or "expired" ? info : null;
            },
            patience,
            cancellation);
    }

    /// <summary>What happens to an account, with reconnection: nothing between two connections is missed.</summary>
    /// <param name="node">The node.</param>
    /// <param name="account">The account.</param>
    /// <param name="lastEventId">Resume after this event; from now on when null.</param>
    /// <param name="connected">Called at each connection, so that a caller can look at what stands.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async IAsyncEnumerable<(string Id, LedgerEvent Event)> FollowAsync(
        this BusbarClient node,
        Address account,
        string? lastEventId,
        Func<Task>? connected = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var pause = FirstPause;
        while (true)
        {
            await using var events =
                node.EventsAsync(account, lastEventId, cancellation).GetAsyncEnumerator(cancellation);
            var next = events.MoveNextAsync();
            if (connected is not null)
            {
                await IgnoreOutageAsync(connected);
            }

            while (await TryAsync(next))
            {
                lastEventId = events.Current.Id;
                pause = FirstPause;
                yield return events.Current;
                next = events.MoveNextAsync();
            }

            await Task.Delay(pause, cancellation);
            pause = Longer(pause);
        }
    }

    /// <summary>True for failures that a later attempt may not meet: no connection, a time-out, 429 and 5xx.</summary>
    internal static bool IsOutage(Exception exception, CancellationToken cancellation) => exception switch
    {
        HttpRequestException or HttpIOException or IOException => true,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        BusbarException refusal =>
            refusal.Status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        _ => false,
    };

    /// <summary>Tries until an attempt gives something, with growing pauses.</summary>
    internal static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T?>> attempt, TimeSpan patience, CancellationToken cancellation)
        where T : class
    {
        var end = DateTimeOffset.UtcNow + patience;
        var pause = FirstPause;
        Exception? last = null;
        do
        {
            try
            {
                if (await attempt(cancellation) is { } result)
                {
                    return result;
                }
            }
            catch (Exception exception) when (IsOutage(exception, cancellation))
            {
                last = exception;
            }

            await Task.Delay(pause, cancellation);
            pause = Longer(pause);
        }
        while (DateTimeOffset.UtcNow < end);

        throw new BusbarException("NodeUnavailable", "The node did not answer in time. " + last?.Message);
    }

    private static async Task<bool> TryAsync(ValueTask<bool> next)
    {
        try
        {
            return await next;
        }
        catch (Exception exception) when (IsOutage(exception, new CancellationToken(canceled: true)))
        {
            return false;
        }
    }

    private static async Task IgnoreOutageAsync(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (Exception exception) when (IsOutage(exception, new CancellationToken(canceled: true)))
        {
            // The stream ends for the same reason, and the next connection calls it again.
            return;
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
