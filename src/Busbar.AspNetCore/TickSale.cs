using Busbar.Client;
using Busbar.Ticks;
using Microsoft.AspNetCore.Http;

namespace Busbar.AspNetCore;

/// <summary>
/// A request that pays with a tick: checks it, runs the handler once for it, and answers the same request again from
/// what was kept. The steps are those of spec/http.md#H-9.
/// </summary>
internal sealed class TickSale(Sale sale)
{
    private readonly HttpContext http = sale.Http;
    private readonly OpenSeller open = sale.Open;
    private readonly PaymentTerms terms = sale.Terms;

    public async Task RunAsync(RequestDelegate handler)
    {
        var cancellation = http.RequestAborted;

        // :: Step 1: headers
        var malformed = ReadHeaders(out var tick, out var voucher);
        if (malformed != PaymentCode.Unset || tick is null)
        {
            var code = malformed == PaymentCode.Unset ? PaymentCode.PaymentRequired : malformed;
            await sale.RefuseAsync(code, KnownChannel());
            return;
        }

        // :: Step 2: the request that is paid for
        var fingerprint = await SoldRequest.FingerprintAsync(http.Request, cancellation);
        if (fingerprint is not { } request)
        {
            await sale.RefuseAsync(PaymentCode.BodyTooLarge);
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
            await sale.RefuseAsync(channelCode, channel);
            return;
        }

        // :: Step 4: the payment
        var acceptance = Accept(channel, tick, voucher, request);
        if (acceptance.Code == PaymentCode.DepositExceeded)
        {
            var refreshed = await open.Channels.RefreshAsync(channel, terms, cancellation);
            acceptance = refreshed == PaymentCode.Unset
                ? channel.Accept(tick, terms.Price, request)
                : new Acceptance(refreshed, null, false);
        }

        if (acceptance.Entry is not { } entry)
        {
            await sale.RefuseAsync(acceptance.Code, channel);
        }
        else if (acceptance.IsNew)
        {
            await ServeAsync(channel, entry, handler);
        }
        else
        {
            await ReplayAsync(channel, entry, handler);
        }
    }

    private Acceptance Accept(SellerChannel channel, TickHeader tick, VoucherHeader? voucher, Hash256 request)
    {
        // The same request again, with the ticks of a voucher that was replaced since, is answered before its voucher
        // is looked at: the payer has seen no response yet.
        var acceptance = channel.Accept(tick, terms.Price, request);
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
        return taken == PaymentCode.Unset
            ? channel.Accept(tick, terms.Price, request)
            : new Acceptance(taken, null, false);
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

    private SellerChannel? KnownChannel() =>
        ChannelId.TryParse(http.Request.Headers[SessionHeaders.Channel].ToString(), out var id)
            ? open.Channels.Find(id)
            : null;

    private async Task ServeAsync(SellerChannel channel, ReplayEntry entry, RequestDelegate handler)
    {
        var charged = false;
        try
        {
            // Best token first: never more than InFlight is served beyond what a crash would leave.
            var durable = open.Store.SaveAsync(channel);
            if (channel.MustWait(durable, entry.To, sale.Options.InFlight))
            {
                await durable;
            }

            var receipt = new PaymentReceipt(
                channel.Id,
                entry.Key.Epoch,
                entry.Key.Number,
                entry.To - entry.From,
                new UnixTime((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
            var kept = await KeptRun.RunAsync(http, handler, [(SessionHeaders.Receipt, receipt.Encode())]);
            if (KeptRun.IsServed(http))
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

    private async Task ReplayAsync(SellerChannel channel, ReplayEntry entry, RequestDelegate handler)
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
            await sale.RefuseAsync(PaymentCode.ResponseNotKept, channel);
            return;
        }

        await KeptRun.RepeatAsync(http, kept);
    }
}
