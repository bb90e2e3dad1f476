using Busbar.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Busbar.AspNetCore;

/// <summary>Runs a sold handler and keeps its response for the same request, sent again.</summary>
internal static class KeptRun
{
    private const int MaxHeaders = 64;

    private static readonly string[] NotKept = ["Date", "Server", "Transfer-Encoding", "Content-Length", "Connection"];

    /// <summary>
    /// Runs the handler to its end. Receipts are added to the headers when the response starts, unless it is a failure
    /// of the handler.
    /// </summary>
    /// <returns>The response; null when it was too long to keep.</returns>
    public static async Task<KeptResponse?> RunAsync(
        HttpContext http, RequestDelegate handler, IReadOnlyList<(string Name, string Value)> receipts)
    {
        http.Response.OnStarting(() =>
        {
            if (IsServed(http))
            {
                foreach (var (name, value) in receipts)
                {
                    http.Response.Headers[name] = value;
                }
            }

            return Task.CompletedTask;
        });
        var original = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var keeping = new KeepingStream(original.Stream, SellerLimits.ResponseSizeBytes);
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(keeping, original));
        try
        {
            await handler(http);
            await http.Response.CompleteAsync();
        }
        finally
        {
            http.Features.Set(original);
        }

        if (keeping.Kept is not { } body)
        {
            return null;
        }

        var headers = http.Response.Headers
            .Where(header => !NotKept.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Take(MaxHeaders)
            .Select(header => (header.Key, header.Value.ToString()))
            .ToList();
        return new KeptResponse(http.Response.StatusCode, headers, body);
    }

    /// <summary>True unless the handler failed: spec/http.md#H-12.</summary>
    public static bool IsServed(HttpContext http) =>
        http.Response.StatusCode < StatusCodes.Status500InternalServerError;

    /// <summary>Answers with what was kept.</summary>
    public static async Task RepeatAsync(HttpContext http, KeptResponse kept)
    {
        http.Response.StatusCode = kept.StatusCode;
        foreach (var (name, value) in kept.Headers)
        {
            http.Response.Headers[name] = value;
        }

        http.Response.ContentLength = kept.Body.Length;
        await http.Response.Body.WriteAsync(kept.Body, http.RequestAborted);
    }
}
