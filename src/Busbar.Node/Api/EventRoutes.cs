using Busbar.Api;
using Busbar.Node.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Busbar.Node.Api;

/// <summary>
/// Server-sent events of accounts and channels. They are read from the store, so a reader who was away, or is slow,
/// misses nothing and costs no memory: it goes on after its Last-Event-ID. spec/api.md#A-14.
/// </summary>
internal sealed class EventRoutes(LedgerReader reader)
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly AddressPlaces places = new(NodeLimits.EventStreams, NodeLimits.EventStreamsPerAddress);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/accounts/{address}/events", (HttpContext http, string address, string? after) =>
                Address.TryParse(address, out var account)
                    ? StreamAsync(http, after, place => reader.Events.OfAccount(account, place))
                    : RefuseAsync(http, Problems.BadValue("address", "40 hexadecimal digits")))
            .Produces<LedgerEvent>(contentType: "text/event-stream")
            .WithSummary("Final events of an account, from the first, or after Last-Event-ID (or ?after=).");
        routes.MapGet("/v1/channels/{channel}/events", (HttpContext http, string channel, string? after) =>
                ChannelId.TryParse(channel, out var id)
                    ? StreamAsync(http, after, place => reader.Events.OfChannel(id, place))
                    : RefuseAsync(http, Problems.BadValue("channel", "64 hexadecimal digits")))
            .Produces<LedgerEvent>(contentType: "text/event-stream")
            .WithSummary("Final events of a channel, from the first, or after Last-Event-ID (or ?after=).");
    }

    private static Task RefuseAsync(HttpContext http, IResult problem) => problem.ExecuteAsync(http);

    private async Task StreamAsync(
        HttpContext http, string? after, Func<EventId, IReadOnlyList<StoredEvent>> read)
    {
        var resume = http.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? after;
        var place = EventId.None;
        if (resume is not null && !EventId.TryParse(resume, out place))
        {
            await RefuseAsync(http, Problems.BadValue("Last-Event-ID", "the id of an event, such as 12.0.3"));
            return;
        }

        using var taken = places.TryTake(http.Connection.RemoteIpAddress);
        if (taken is null)
        {
            await RefuseAsync(http, Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "TooManyStreams",
                "As many event streams are open as may be, here or to this address.",
                "Come back later; what happens meanwhile is not lost."));
            return;
        }

        await SendAsync(http, place, read);
    }

    private async Task SendAsync(HttpContext http, EventId place, Func<EventId, IReadOnlyList<StoredEvent>> read)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.StartAsync(http.RequestAborted);
        while (reader.Replica.IsRunning && !http.RequestAborted.IsCancellationRequested)
        {
            // :: Take the signal before reading, so that a block between the two is not missed.
            var next = reader.Replica.NextHead;
            var events = read(place);
            foreach (var one in events)
            {
                await WriteAsync(http.Response, one, http.RequestAborted);
                place = one.Id;
            }

            await http.Response.Body.FlushAsync(http.RequestAborted);
            if (events.Count == 0 && await TimedOutAsync(next, http.RequestAborted))
            {
                await http.Response.WriteAsync(": still here\n\n", http.RequestAborted);
            }
        }
    }

    private async Task<bool> TimedOutAsync(Task next, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var timer = Task.Delay(KeepAlive, waiting.Token);
        var first = await Task.WhenAny(next, reader.Replica.Completion, timer);
        await waiting.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return first == timer;
    }

    private static async Task WriteAsync(HttpResponse response, StoredEvent one, CancellationToken cancellation)
    {
        await response.WriteAsync($"id: {one.Id}\ndata: ", cancellation);
        await response.Body.WriteAsync(one.Json, cancellation);
        await response.WriteAsync("\n\n", cancellation);
    }
}
