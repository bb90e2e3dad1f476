using System.Buffers;
using System.Text.Json;
using Busbar.Http402;
using Busbar.Node.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Busbar.Node.X402;

/// <summary>x402's facilitator over HTTP. spec/api.md#A-30 to A-34.</summary>
internal static class FacilitatorRoutes
{
    private const int OldVersion = 1;

    public static void Map(IEndpointRouteBuilder routes, LedgerReader reader)
    {
        var facilitator = new Facilitator(reader);
        routes.MapGet("/x402/supported", () => Json(json => WriteSupported(json, facilitator.Network)))
            .WithSummary("What this facilitator settles: x402's exact scheme on this network.");
        routes.MapPost("/x402/verify", (HttpRequest request, CancellationToken cancellation) =>
                AnswerAsync(request, facilitator.VerifyAsync, WriteVerified, cancellation))
            .WithSummary("Whether an x402 payment would execute now.");
        routes.MapPost("/x402/settle", (HttpRequest request, CancellationToken cancellation) =>
                AnswerAsync(
                    request,
                    facilitator.SettleAsync,
                    (json, answer) => WriteSettled(json, answer, facilitator.Network),
                    cancellation))
            .WithSummary("Executes an x402 payment and answers when it is final; again, it gives the first result.");
    }

    private static async Task<IResult> AnswerAsync(
        HttpRequest request,
        Func<ReadOnlyMemory<byte>, CancellationToken, Task<FacilitatorAnswer>> ask,
        Action<Utf8JsonWriter, FacilitatorAnswer> write,
        CancellationToken cancellation)
    {
        var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, cancellation);
        }
        catch (BadHttpRequestException bad)
        {
            return Problems.OfBody(bad.StatusCode);
        }

        var answer = await ask(body.GetBuffer().AsMemory(0, (int)body.Length), cancellation);
        return Json(json => write(json, answer));
    }

    private static void WriteVerified(Utf8JsonWriter json, FacilitatorAnswer answer)
    {
        json.WriteBoolean("isValid", answer.Reason is null);
        WriteText(json, "invalidReason", answer.Reason);
        WriteText(json, "invalidMessage", answer.Message);
        WriteText(json, "payer", answer.Payer?.ToString());
    }

    private static void WriteSettled(Utf8JsonWriter json, FacilitatorAnswer answer, NetworkId network)
    {
        json.WriteBoolean("success", answer.Reason is null);
        WriteText(json, "errorReason", answer.Reason);
        WriteText(json, "errorMessage", answer.Message);
        json.WriteString("transaction", answer.Transaction?.ToString() ?? "");
        json.WriteString("network", network.ToString());
        WriteText(json, "payer", answer.Payer?.ToString());
    }

    private static void WriteSupported(Utf8JsonWriter json, NetworkId network)
    {
        json.WriteStartArray("kinds");
        foreach (var version in (int[])[X402Headers.Version, OldVersion])
        {
            json.WriteStartObject();
            json.WriteNumber("x402Version", version);
            json.WriteString("scheme", X402Exact.Scheme);
            json.WriteString("network", network.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("extensions");
        json.WriteEndArray();
        json.WriteStartObject("signers");
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static IResult Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Results.Bytes(buffer.WrittenMemory, "application/json");
    }
}
