using System.Net;
using System.Security.Cryptography;

namespace Busbar.Client;

/// <summary>
/// What came of one lease: a response for the caller, or a refusal after which another lease may do better.
/// </summary>
internal readonly record struct ExchangeAnswer(
    HttpResponseMessage? Response, PaymentCode Code, PaymentTerms? Terms, PaymentRefusal? Refusal);

/// <summary>Sends one request with one lease until the seller has answered it, and ends the lease.</summary>
internal sealed class PaidExchange(PayerSession session, PayerAccount account, TimeSpan patience)
{
    private const int MaxResends = 6;

    private static readonly string[] Headers =
        [SessionHeaders.Tick, SessionHeaders.Voucher, SessionHeaders.Channel];

    public static void RemoveHeaders(HttpRequestMessage request)
    {
        foreach (var name in Headers)
        {
            request.Headers.Remove(name);
        }
    }

    public static async Task<PaymentProblem> ReadProblemAsync(
        HttpResponseMessage response, CancellationToken cancellation)
    {
        await response.Content.LoadIntoBufferAsync(PaymentProblem.MaxSizeBytes, cancellation);
        return PaymentProblem.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
    }

    public async Task<ExchangeAnswer> SendAsync(
        HttpRequestMessage request,
        PayerLease lease,
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellation)
    {
        var ended = false;
        try
        {
            for (var resends = 0; ; resends++)
            {
                var response = await SendThroughOutagesAsync(request, lease, send, cancellation);
                if (IsServed(response, out var receipt))
                {
                    ended = true;
                    await EndServedAsync(lease, receipt);
                    return new ExchangeAnswer(response, PaymentCode.Unset, null, null);
                }

                var problem = await ReadProblemAsync(response, cancellation);
                PaymentChallenge.TryFind(response.Headers.WwwAuthenticate, out var challenge);
                response.Dispose();
                if (problem.Code is PaymentCode.VoucherRequired or PaymentCode.TickPathRequired && resends < MaxResends)
                {
                    lease = await session.WithProofAsync(lease, cancellation);
                    continue;
                }

                if (problem.Code is PaymentCode.NodeUnavailable or PaymentCode.SellerBusy && resends < MaxResends)
                {
                    // The seller asked for time: nothing here can tell when its node is back or it has room.
                    await Task.Delay(TimeSpan.FromMilliseconds(50 << resends), cancellation);
                    continue;
                }

                ended = true;
                return await EndRefusedAsync(lease, problem, challenge?.Terms, cancellation);
            }
        }
        finally
        {
            RemoveHeaders(request);
            if (!ended)
            {
                // Nobody knows whether the seller took it: it stays counted as spent.
                await session.LoseAsync(lease);
            }
        }
    }

    private static bool IsServed(HttpResponseMessage response, out PaymentReceipt? receipt)
    {
        receipt = response.GetPaymentReceipt();
        return receipt is not null
            || (response.StatusCode != HttpStatusCode.PaymentRequired && !IsProblem(response));
    }

    private static bool IsProblem(HttpResponseMessage response) =>
        response.Headers.WwwAuthenticate.Any(header => header.Scheme == SessionHeaders.Scheme);

    private async Task EndServedAsync(PayerLease lease, PaymentReceipt? receipt)
    {
        if (receipt is null)
        {
            // The seller took nothing: the endpoint is free or it failed.
            await session.ReturnAsync(lease);
            return;
        }

        var taken = (long)UInt128.Min((UInt128)lease.Count, receipt.Amount.Atomic / lease.Voucher.TickValue.Atomic);
        await session.SettleAsync(lease, Math.Max(taken, 1));
        account.CountPayment(Math.Max(taken, 1), receipt.Amount);
    }

    private async Task<HttpResponseMessage> SendThroughOutagesAsync(
        HttpRequestMessage request,
        PayerLease lease,
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellation)
    {
        RemoveHeaders(request);
        request.Headers.TryAddWithoutValidation(SessionHeaders.Tick, lease.Tick);
        if (lease.VoucherHeader is { } voucher)
        {
            request.Headers.TryAddWithoutValidation(SessionHeaders.Voucher, voucher);
        }

        if (lease.Probing && !request.Headers.Contains(SessionHeaders.IdempotencyKey))
        {
            // A tick that a crash left open may have paid for this very target before: this request is another one.
            request.Headers.TryAddWithoutValidation(
                SessionHeaders.IdempotencyKey, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        }

        var end = DateTimeOffset.UtcNow + patience;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await send(request, cancellation);
            }
            catch (Exception exception) when (
                NodeRetry.IsOutage(exception, cancellation) && DateTimeOffset.UtcNow < end)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2_000, 25 << Math.Min(attempt, 7))), cancellation);
            }
        }
    }

    private async Task<ExchangeAnswer> EndRefusedAsync(
        PayerLease lease, PaymentProblem problem, PaymentTerms? terms, CancellationToken cancellation)
    {
        var refusal = new PaymentRefusal(problem.Code, problem.Detail);
        switch (problem.Code)
        {
            case PaymentCode.TickAlreadyUsed:
                await session.LoseAsync(lease);
                return new ExchangeAnswer(null, problem.Code, terms, null);
            case PaymentCode.PaymentTooSmall or PaymentCode.PaymentRequired or PaymentCode.Unset:
                await session.ReturnAsync(lease);
                return new ExchangeAnswer(null, problem.Code, terms, null);
            case PaymentCode.ChannelUnknown or PaymentCode.ChannelClosing:
                await session.ReturnAsync(lease);
                refusal = await session.EndChannelAsync(lease.Voucher.Channel, cancellation);
                return new ExchangeAnswer(null, problem.Code, terms, refusal);
            case PaymentCode.VoucherEpochNotHigher or PaymentCode.VoucherBaseTooLow or PaymentCode.TickWrongEpoch
                or PaymentCode.TickTokenWrong or PaymentCode.TickPositionOutOfRange or PaymentCode.TickPathWrong:
                await session.ReturnAsync(lease);
                refusal = await session.ResyncAsync(problem.Best, terms?.Price ?? lease.Price, cancellation);
                return new ExchangeAnswer(null, problem.Code, terms, refusal);
            default:
                await session.ReturnAsync(lease);
                return new ExchangeAnswer(null, problem.Code, terms, refusal);
        }
    }
}
