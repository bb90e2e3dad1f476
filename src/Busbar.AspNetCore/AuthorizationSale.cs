using Busbar.Client;
using Busbar.Transactions;
using Microsoft.AspNetCore.Http;

namespace Busbar.AspNetCore;

/// <summary>
/// A request that pays once with an EIP-3009 authorization. The ledger has executed it before the handler runs, once
/// for each authorization, also when the same request comes many times at once. spec/http.md#H-33.
/// </summary>
internal sealed class AuthorizationSale(Sale sale)
{
    public async Task RunAsync(RequestDelegate handler)
    {
        var (code, offered) = OfferedAuthorization.Read(sale);
        if (offered is null)
        {
            await RefuseAsync(new ChargeRefusal(code, null), null);
            return;
        }

        var fingerprint = await SoldRequest.FingerprintAsync(sale.Http.Request, sale.Http.RequestAborted);
        if (fingerprint is not { } request)
        {
            await sale.RefuseAsync(PaymentCode.BodyTooLarge);
            return;
        }

        var charge = Charge.Of(offered.Authorization, request);
        var outcome = await sale.Open.Charges.RunAsync(
            charge,
            () => SettleAsync(offered.Authorization),
            transaction => ServeAsync(offered, transaction, handler),
            sale.Http.RequestAborted);
        if (outcome.Refusal is { } refusal)
        {
            await RefuseAsync(refusal, offered);
        }
        else if (outcome.Kept is { } kept)
        {
            await KeptRun.RepeatAsync(sale.Http, kept);
        }
    }

    private async Task<ChargeSettlement> SettleAsync(Authorization authorization)
    {
        var second = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (authorization.ValidBeforeSeconds <= second)
        {
            return new ChargeRefusal(PaymentCode.AuthorizationExpired, null);
        }

        if (authorization.ValidAfterSeconds >= second)
        {
            return new ChargeRefusal(PaymentCode.AuthorizationNotYetValid, null);
        }

        var signed = new BareAuthorization(
            sale.Terms.Network, new Operation.TransferWithAuthorization(authorization));
        try
        {
            var info = await sale.Open.Node.SubmitUntilFinalAsync(
                signed, sale.Options.Patience, sale.Http.RequestAborted);
            return info.Status == "final"
                ? new ChargeSettlement(signed.SigningHash(), null)
                : new ChargeRefusal(PaymentCode.AuthorizationExpired, null);
        }
        catch (BusbarException exception) when (exception.Status is { } status && (int)status < 500)
        {
            return new ChargeRefusal(
                PaymentCode.LedgerRefusesPayment, $"{exception.Code}: {exception.Message}");
        }
        catch (BusbarException exception)
        {
            // It may still execute: the same request gets the outcome.
            return new ChargeRefusal(PaymentCode.SettlementPending, exception.Message);
        }
    }

    private async Task<ServedCharge> ServeAsync(
        OfferedAuthorization offered, Hash256 transaction, RequestDelegate handler)
    {
        var settlement = new X402Settlement(
            transaction, sale.Terms.Network, offered.Authorization.From, null);
        var receipt = offered.IsX402
            ? (X402Headers.Response, settlement.Encode())
            : (SessionHeaders.Receipt, EvmCharge.EncodeReceipt(transaction, DateTimeOffset.UtcNow));
        var kept = await KeptRun.RunAsync(sale.Http, handler, [receipt]);
        return new ServedCharge(KeptRun.IsServed(sale.Http), kept);
    }

    private async Task RefuseAsync(ChargeRefusal refusal, OfferedAuthorization? offered)
    {
        var settlement = new X402Settlement(
            null, sale.Terms.Network, offered?.Authorization.From, X402Reasons.Of(refusal));
        sale.Http.Response.Headers[X402Headers.Response] = settlement.Encode();
        await sale.RefuseAsync(refusal.Code, null, refusal.Detail);
    }
}
