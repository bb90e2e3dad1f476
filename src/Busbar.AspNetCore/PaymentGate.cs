using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Busbar.Client;
using Busbar.Ticks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Busbar.AspNetCore;

/// <summary>
/// One request at a sold endpoint: asks for payment, checks it, runs the handler once for it, and answers the same
/// request again from what was kept. The steps are those of spec/http.md#H-9.
/// </summary>
internal sealed class PaymentGate(BusbarSeller seller, HttpContext http, Amount price)
{
    private static readonly string[] NotKept = ["Date", "Server", "Transfer-Encoding", "Content-Length", "Connection"];

    public async Task RunAsync(RequestDelegate handler)
    {
        var cancellation = http.RequestAborted;
        OpenSeller open;
        try
        {
            open = await seller.OpenAsync(cancellation);
        }
        catch (Exception exception) when (NodeRetry.IsOutage(exception, cancellation))
        {
            const PaymentCode Away = PaymentCode.NodeUnavailable;
            await AnswerAsync(new PaymentProblem(Away, DetailOf(Away), null));
            return;
        }

        var terms = new PaymentTerms(
            open.Wallet.Network,
            open.Wallet.FeeAsset,
            seller.Address,
            price,
            new Amount(checked(price.Atomic * (UInt128)seller.Options.SuggestedRequests)),
            seller.Options.MinGraceMs ?? open.Network.MinGraceMs);

        // :: Step 1: headers
        var malformed = ReadHeaders(out var tick, out var voucher);
        if (malformed != PaymentCode.Unset || tick is null)
        {
            var code = malformed == PaymentCode.Unset ? PaymentCode.PaymentRequired : malformed;
            await RefuseAsync(open, terms, code, KnownChannel(open));
            return;
        }

        // :: Step 2: the request that is paid for
        var fingerprint = await FingerprintAsync(cancellation);
        if (fingerprint is not { } request)
        {
            await RefuseAsync(open, terms, PaymentCode.BodyTooLarge, null);
            return;
        }

        // :: Step 3: the channel
        var (channel, channelCode) = open.Channels.Find(tick.Channel) is { Terms.Closing: false } held
            ? (held, PaymentCode.Unset)
            : voucher is null && open.Channels.Find(tick.Channel) is null
                ? (null, PaymentCode.VoucherRequired)
                : await open.Channels.FindOrLookUpAsync(tick.Channel, terms, cancellation);
        if (channel is null || channelCode != PaymentCode.Unset)
        {
            await RefuseAsync(open, terms, channelCode, channel);
            return;
        }

        // :: Step 4: the payment
        var acceptance = Accept(open, channel, tick, voucher, request);
        if (acceptance.Code == PaymentCode.DepositExceeded)
        {
            var refreshed = await open.Channels.RefreshAsync(channel, terms, cancellation);
            acceptance = refreshed == PaymentCode.Unset
                ? channel.Accept(tick, price, request)
                : new Acceptance(refreshed, null, false);
        }

        if (acceptance.Entry is not { } entry)
        {
            await RefuseAsync(open, terms, acceptance.Code, channel);
        }
        else if (acceptance.IsNew)
        {
            await ServeAsync(open, channel, entry, handler);
        }
        else
        {
            await ReplayAsync(open, terms, channel, entry, handler);
        }
    }

    private Acceptance Accept(
        OpenSeller open, SellerChannel channel, TickHeader tick, VoucherHeader? voucher, Hash256 request)
    {
        // The same request again, with the ticks of a voucher that was replaced since, is answered before its voucher
        // is looked at: the payer has seen no response yet.
        var acceptance = channel.Accept(tick, price, request);
        if (voucher is null || acceptance.Entry is not null
            || acceptance.Code is not (PaymentCode.VoucherRequired or PaymentCode.TickWrongEpoch))
        {
            return acceptance;
        }

        if (voucher.Voucher.Channel != tick.Channel || voucher.Voucher.Epoch != tick.Tick.Epoch)
        {
            return new Acceptance(PaymentCode.VoucherMismatch, null, false);
        }

        var taken = channel.TakeVoucher(voucher, open.Wallet.Network);
        return taken == PaymentCode.Unset ? channel.Accept(tick, price, request) : new Acceptance(taken, null, false);
    }

    private PaymentCode ReadHeaders(out TickHeader? tick, out VoucherHeader? voucher)
    {
        tick = null;
        voucher = null;
        var tickText = http.Request.Headers[SessionHeaders.Tick].ToString();
        var voucherText = http.Request.Headers[SessionHeaders.Voucher].ToString();
        if (tickText.Length > SessionHeaders.MaxTickLength || voucherText.Length > SessionHeaders.MaxVoucherLength)
        {
            return PaymentCode.HeaderTooLarge;
        }

        if (tickText.Length > 0 && !TickHeader.TryDecode(tickText, out tick))
        {
            return PaymentCode.TickMalformed;
        }

        return voucherText.Length > 0 && !VoucherHeader.TryDecode(voucherText, out voucher)
            ? PaymentCode.VoucherMalformed
            : PaymentCode.Unset;
    }

    private SellerChannel? KnownChannel(OpenSeller open) =>
        ChannelId.TryParse(http.Request.Headers[SessionHeaders.Channel].ToString(), out var id)
            ? open.Channels.Find(id)
            : null;

    /// <summary>SHA-256 over method, target, idempotency key and body; null when the body is too long.</summary>
    private async Task<Hash256?> FingerprintAsync(CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var request = http.Request;
        var key = request.Headers[SessionHeaders.IdempotencyKey].ToString();
        var target = $"{request.Method}\n{request.PathBase}{request.Path}{request.QueryString}\n{key}\n";
        hash.AppendData(Encoding.UTF8.GetBytes(target));
        if (request.ContentLength is not (null or 0) || request.Headers.TransferEncoding.Count > 0)
        {
            request.EnableBuffering(SellerLimits.RequestBodySizeBytes);
            var total = 0L;
            var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
            try
            {
                int read;
                while ((read = await request.Body.ReadAsync(buffer, cancellation)) > 0)
                {
                    total += read;
                    if (total > SellerLimits.RequestBodySizeBytes)
                    {
                        return null;
                    }

                    hash.AppendData(buffer, 0, read);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            request.Body.Position = 0;
        }

        return new Hash256(hash.GetHashAndReset());
    }

    private async Task ServeAsync(OpenSeller open, SellerChannel channel, ReplayEntry entry, RequestDelegate handler)
    {
        var charged = false;
        try
        {
            // Best token first: never more than InFlight is served beyond what a crash would leave.
            var durable = open.Store.SaveAsync(channel);
            if (channel.MustWait(durable, entry.To, seller.Options.InFlight))
            {
                await durable;
            }

            var kept = await RunHandlerAsync(channel, entry, handler);
            if (http.Response.StatusCode < StatusCodes.Status500InternalServerError)
            {
                charged = true;
                channel.Finish(entry, kept);
                open.Channels.Keep(channel, entry);
                await open.Store.SaveAsync(channel, entry, kept);
            }
        }
        finally
        {
            if (!charged)
            {
                channel.Fail(entry);
            }
        }
    }

    private async Task<KeptResponse?> RunHandlerAsync(
        SellerChannel channel, ReplayEntry entry, RequestDelegate handler)
    {
        var receipt = new PaymentReceipt(
            channel.Id,
            entry.Key.Epoch,
            entry.Key.Number,
            entry.To - entry.From,
            new UnixTime((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
        http.Response.OnStarting(() =>
        {
            if (http.Response.StatusCode < StatusCodes.Status500InternalServerError)
            {
                http.Response.Headers[SessionHeaders.Receipt] = receipt.Encode();
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
            .Take(64)
            .Select(header => (header.Key, header.Value.ToString()))
            .ToList();
        return new KeptResponse(http.Response.StatusCode, headers, body);
    }

    private async Task ReplayAsync(
        OpenSeller open, PaymentTerms terms, SellerChannel channel, ReplayEntry entry, RequestDelegate handler)
    {
        KeptResponse? kept;
        try
        {
            kept = await entry.Response.WaitAsync(http.RequestAborted);
        }
        catch (OperationCanceledException) when (entry.Response.IsCanceled)
        {
            // The first attempt failed and its ticks are free again: this request may use them.
            await RunAsync(handler);
            return;
        }

        if (kept is null)
        {
            await RefuseAsync(open, terms, PaymentCode.ResponseNotKept, channel);
            return;
        }

        http.Response.StatusCode = kept.StatusCode;
        foreach (var (name, value) in kept.Headers)
        {
            http.Response.Headers[name] = value;
        }

        http.Response.ContentLength = kept.Body.Length;
        await http.Response.Body.WriteAsync(kept.Body, http.RequestAborted);
    }

    private async Task RefuseAsync(OpenSeller open, PaymentTerms terms, PaymentCode code, SellerChannel? channel)
    {
        var challenge = PaymentChallenge.Create(open.Store.IdSecret, seller.Options.Realm, terms);
        http.Response.Headers.WWWAuthenticate = challenge.ToHeader();
        await AnswerAsync(new PaymentProblem(code, DetailOf(code), channel?.Best().Claim));
    }

    private async Task AnswerAsync(PaymentProblem problem)
    {
        var status = StatusOf(problem.Code);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(problem.ToJson(status), http.RequestAborted);
    }

    private static int StatusOf(PaymentCode code) => code switch
    {
        PaymentCode.TickMalformed or PaymentCode.VoucherMalformed => StatusCodes.Status400BadRequest,
        PaymentCode.HeaderTooLarge => StatusCodes.Status431RequestHeaderFieldsTooLarge,
        PaymentCode.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
        PaymentCode.TickAlreadyUsed or PaymentCode.ResponseNotKept => StatusCodes.Status409Conflict,
        PaymentCode.NodeUnavailable or PaymentCode.SellerBusy => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status402PaymentRequired,
    };

    private static string DetailOf(PaymentCode code) => code switch
    {
        PaymentCode.PaymentRequired => "Open a channel to the recipient and send a Busbar-Tick.",
        PaymentCode.VoucherRequired => "Send the channel's voucher along in Busbar-Voucher.",
        PaymentCode.NodeUnavailable => "The seller's node does not answer; try again.",
        PaymentCode.DepositExceeded => "Top the channel up and send the same tick again.",
        PaymentCode.PaymentTooSmall => "The price is in the challenge; send a larger tick or a new voucher.",
        PaymentCode.TickAlreadyUsed => "This tick paid for another request; send the next one.",
        PaymentCode.TickPathRequired => "Send the path of this chain along.",
        PaymentCode.VoucherBaseTooLow or PaymentCode.VoucherEpochNotHigher or PaymentCode.TickWrongEpoch =>
            "Sign the next voucher on the best token that comes along.",
        _ => $"The payment was refused: {code}. Rules: spec/http.md.",
    };
}
