using System.Text.Json;
using Busbar.Api;
using Busbar.Ledger;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Busbar.Node.Api;

/// <summary>Submitting transactions, following intents, and fees. spec/api.md#A-10 to A-13.</summary>
internal static class TransactionRoutes
{
    private const string Cbor = "application/cbor";
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder routes, LedgerReader reader)
    {
        routes.MapPost("/v1/transactions", (HttpRequest request, int? waitMs, CancellationToken cancellation) =>
                SubmitAsync(reader, request, waitMs ?? 0, cancellation))
            .Accepts<TransactionBody>(Json, Cbor)
            .Produces<IntentInfo>()
            .WithSummary("Submits a signed transaction. The same content again gives the first result.");
        routes.MapGet(
                "/v1/intents/{intentId}",
                (string intentId, string? account, int? waitMs, string? seen, CancellationToken cancellation) =>
                    FindAsync(reader, intentId, account, waitMs ?? 0, seen, cancellation))
            .Produces<IntentInfo>()
            .WithSummary(
                "Where a transaction stands: pending, notarized, final or expired. With waitMs it waits until it is "
                + "final, or with seen=pending or seen=notarized until it stands elsewhere.");
        routes.MapPost("/v1/fee", (HttpRequest request, CancellationToken cancellation) =>
                QuoteAsync(reader, request, cancellation))
            .Accepts<TransactionBody>(Json, Cbor)
            .Produces<FeeInfo>()
            .WithSummary("The fee of a transaction before it is signed.");
    }

    private static async Task<IResult> SubmitAsync(
        LedgerReader reader, HttpRequest request, int waitMs, CancellationToken cancellation)
    {
        if (waitMs is < 0 or > NodeLimits.MaxWaitMs)
        {
            return Problems.BadValue("waitMs", $"0 to {NodeLimits.MaxWaitMs}");
        }

        var (bytes, refusal) = await ReadBodyAsync(request, cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        var error = SignedTransaction.TryDecode(bytes, out var unverified);
        if (unverified is null)
        {
            return Problems.Undecodable(error);
        }

        var (verification, transaction) = bytes.Length < NodeLimits.LongTransactionSizeBytes
            ? Verify(unverified, reader)
            : await Turnstile.Strangers.RunAsync(() => Verify(unverified, reader), cancellation);
        if (transaction is null)
        {
            return Problems.Unverified(verification);
        }

        var pending = new PendingTransaction(transaction, bytes);
        var submission = await reader.Replica.SubmitAsync(pending, cancellation);
        if (submission.Status == MempoolStatus.AlreadyFinal)
        {
            return AnswerFinal(reader, FinalPlace(reader, pending.Key));
        }

        if (submission.Status == MempoolStatus.NonceUsed && reader.FindFinal(pending.Key) is { } place)
        {
            return AnswerFinal(reader, place);
        }

        if (submission.Status == MempoolStatus.OperationFails)
        {
            return Problems.OperationFails(await reader.FailureOfAsync(transaction, cancellation));
        }

        return submission.Pending is { } accepted
            ? await AwaitAsync(reader, accepted, waitMs, seen: null, cancellation)
            : Problems.NotQueued(submission.Status);
    }

    private static (VerificationStatus Status, Verified<CheckedTransaction>? Transaction) Verify(
        Unverified<SignedTransaction> unverified, LedgerReader reader)
    {
        var status = TransactionVerifier.TryVerify(unverified, reader.Genesis.Network, out var transaction);
        return (status, transaction);
    }

    private static async Task<IResult> FindAsync(
        LedgerReader reader,
        string text,
        string? accountText,
        int waitMs,
        string? seen,
        CancellationToken cancellation)
    {
        if (!IntentId.TryParse(text, out var intentId))
        {
            return Problems.BadValue("intentId", "32 hexadecimal digits");
        }

        Address? account = null;
        if (accountText is not null)
        {
            if (!Address.TryParse(accountText, out var parsed))
            {
                return Problems.BadValue("account", "an address");
            }

            account = parsed;
        }

        if (waitMs is < 0 or > NodeLimits.MaxWaitMs)
        {
            return Problems.BadValue("waitMs", $"0 to {NodeLimits.MaxWaitMs}");
        }

        if (seen is not (null or Describe.PendingStatus or Describe.NotarizedStatus))
        {
            return Problems.BadValue("seen", $"{Describe.PendingStatus} or {Describe.NotarizedStatus}");
        }

        var (final, pending, fate) = await reader.FindAsync(intentId, account, cancellation);
        if (final.Count + pending.Count > 1)
        {
            return Problems.Of(
                StatusCodes.Status409Conflict,
                "AmbiguousIntent",
                "Several accounts used this intent id.",
                "Name one with ?account=0x…");
        }

        if (final.Count == 1)
        {
            return AnswerFinal(reader, final[0]);
        }

        return pending.Count == 1
            ? await AwaitAsync(reader, pending[0], waitMs, seen, cancellation)
            : Absent(intentId, account, fate);
    }

    private static IResult Absent(IntentId intentId, Address? account, IntentFate fate) => fate switch
    {
        IntentFate.Forgotten => Problems.OutsideRetention(
            "No transaction is known under this intent id, and it expired too long ago to prove that there was none.",
            "Ask within the retention time that /v1/network states."),
        IntentFate.Expired => Answer(Describe.Expired(intentId, account)),
        IntentFate.Open => Problems.NotFound(
            "IntentUnknown",
            "No transaction is known under this intent id; it may still come until its expiry."),
        IntentFate.Unset or _ => throw new InvariantBrokenException("an intent has a fate"),
    };

    private static async Task<IResult> AwaitAsync(
        LedgerReader reader,
        PendingTransaction pending,
        int waitMs,
        string? seen,
        CancellationToken cancellation)
    {
        var moved = pending.Moved;
        if (waitMs > 0 && !pending.End.IsCompleted && (seen is null || Describe.StatusOf(pending) == seen))
        {
            // The timer ends with the wait, so that a payment that is final at once leaves nothing behind for seconds.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var timer = Task.Delay(TimeSpan.FromMilliseconds(waitMs), patience.Token);
            await (seen is null
                ? Task.WhenAny(pending.End, reader.Replica.Completion, timer)
                : Task.WhenAny(pending.End, moved, reader.Replica.Completion, timer));
            await patience.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }

        if (!pending.End.IsCompleted)
        {
            return reader.Replica.IsRunning ? Answer(Describe.Pending(pending)) : Problems.Stopping();
        }

        var end = await pending.End;
        return end.Receipt is { } receipt
            ? Answer(Describe.Final(receipt, end.Height, end.Index, end.Time))
            : Problems.NotIncluded(end.Status);
    }

    private static async Task<IResult> QuoteAsync(
        LedgerReader reader, HttpRequest request, CancellationToken cancellation)
    {
        var (bytes, refusal) = await ReadBodyAsync(request, cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        var error = DecodeUnsigned(bytes, out var transaction);
        if (transaction is null)
        {
            return Problems.Undecodable(error);
        }

        var quote = await reader.QuoteAsync(transaction, cancellation);
        return quote.Status == InclusionStatus.Included
            ? Results.Json(
                new FeeInfo(quote.FeeAsset.ToString(), quote.Total.ToString(), quote.Openings.ToString()),
                ApiJson.Default.FeeInfo)
            : Problems.NotIncluded(quote.Status);
    }

    private static DecodeError DecodeUnsigned(byte[] bytes, out Transaction? transaction)
    {
        var reader = new CanonicalReader(bytes);
        transaction = Transaction.Read(ref reader);
        if (!reader.Finish())
        {
            transaction = null;
        }

        return reader.Error;
    }

    private static IntentPlace FinalPlace(LedgerReader reader, IntentKey key)
    {
        var place = reader.FindFinal(key);
        Invariant.Check(place is not null);
        return place.Value;
    }

    private static IResult AnswerFinal(LedgerReader reader, IntentPlace place) => reader.Final(place) is { } info
        ? Answer(info)
        : Problems.OutsideRetention(
            $"The transaction is final in block {place.Height}, and this node does not keep that block any more.",
            $"Ask a node that keeps it; this one has blocks from {reader.OldestHeight} on.");

    private static IResult Answer(IntentInfo intent) => Results.Json(intent, ApiJson.Default.IntentInfo);

    private static async Task<(byte[] Bytes, IResult? Refusal)> ReadBodyAsync(
        HttpRequest request, CancellationToken cancellation)
    {
        var isCbor = IsType(request, Cbor);
        if (!isCbor && !IsType(request, Json))
        {
            return ([], Problems.UnsupportedMediaType());
        }

        try
        {
            if (!isCbor)
            {
                return await ReadJsonAsync(request, cancellation);
            }

            var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellation);
            return body.Length <= Limits.TransactionSizeBytes ? (body.ToArray(), null) : ([], Problems.TooLarge());
        }
        catch (BadHttpRequestException bad)
        {
            // Answered here: as an exception it would be an entry of the log, for whoever sends it, each time.
            return ([], Problems.OfBody(bad.StatusCode));
        }
    }

    private static async Task<(byte[] Bytes, IResult? Refusal)> ReadJsonAsync(
        HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            var body = await JsonSerializer.DeserializeAsync(
                request.Body, ApiJson.Default.TransactionBody, cancellation);
            return Hex.TryParse(body?.Transaction, Limits.TransactionSizeBytes, out var bytes)
                ? (bytes, null)
                : ([], Problems.BadValue(
                    "transaction", $"hexadecimal text of at most {Limits.TransactionSizeBytes} bytes"));
        }
        catch (JsonException)
        {
            return ([], Problems.BadValue("the body", "the JSON object {\"transaction\":\"0x…\"}"));
        }
    }

    private static bool IsType(HttpRequest request, string type) =>
        request.ContentType is { } value && value.StartsWith(type, StringComparison.OrdinalIgnoreCase);
}
