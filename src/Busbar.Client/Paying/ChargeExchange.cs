using System.Collections.Concurrent;
using System.Net;
using Busbar.Keys;

namespace Busbar.Client;

/// <summary>
/// Pays requests with one authorization each. What is signed is bound in the budget and stored before it leaves, and
/// the same request is sent again with the same authorization, so it is never paid twice. Thread-safe.
/// spec/http.md#H-42.
/// </summary>
internal sealed class ChargeExchange(
    PayerAccount account, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send)
{
    private const int MaxResends = 6;
    private const int MaxKnownPayees = 4_096;

    private readonly ConcurrentDictionary<Address, bool> paid = new();

    /// <summary>Answers a 402 that asks for one authorization; the 402 itself comes back when it is not paid.</summary>
    public async Task<HttpResponseMessage> PayAsync(
        HttpRequestMessage request,
        HttpResponseMessage unpaid,
        IReadOnlyList<ChargeOffer> offers,
        string? purchaseId,
        CancellationToken cancellation)
    {
        var charge = purchaseId is null ? null : await account.Store.FindChargeAsync(purchaseId, cancellation);
        Address? payee = null;
        if (charge is null)
        {
            var (offer, refusal) = Choose(offers);
            if (offer is null)
            {
                return Refused(request, unpaid, refusal!);
            }

            var bound = offer.Price + FeeBound.Of(
                account.Network, [offer.Unsigned(account.Wallet.Address)], opens: !paid.ContainsKey(offer.Payee));
            if (!account.TryCommit(bound, bound, out _))
            {
                return Refused(request, unpaid, new PaymentRefusal(
                    PaymentCode.BudgetExhausted, $"It costs up to {bound.ToUnits(9)} with its fee."));
            }

            payee = offer.Payee;
            charge = offer.Sign(account.Wallet);
            await account.Store.SaveChargeAsync(purchaseId ?? Guid.NewGuid().ToString("N"), charge, bound);
        }

        unpaid.Dispose();
        var response = await SendAsync(request, charge, cancellation);
        if (IsPaid(response))
        {
            account.CountPayment(0, charge.Price);
            if (payee is not null && paid.Count < MaxKnownPayees)
            {
                paid[payee.Value] = true;
            }
        }
        else if (response.StatusCode is HttpStatusCode.PaymentRequired or HttpStatusCode.Conflict)
        {
            return Refused(request, response, ReasonOf(response));
        }

        return response;
    }

    private (ChargeOffer? Offer, PaymentRefusal? Refusal) Choose(IReadOnlyList<ChargeOffer> offers)
    {
        if (account.Options.Key.PublicKey.Kind != KeyKind.Secp256k1)
        {
            return (null, new PaymentRefusal(
                PaymentCode.OfferNotSupported, "The seller takes authorizations, which a secp256k1 key signs."));
        }

        var offer = offers.FirstOrDefault(IsOurs);
        return offer is null
            ? (null, new PaymentRefusal(
                PaymentCode.OfferNotSupported,
                $"The seller asks for {offers[0].Asset} on {offers[0].Network}, or names it in another way."))
            : account.Options.MaxPrice is { } most && offer.Price > most
                ? (null, new PaymentRefusal(
                    PaymentCode.PriceAboveLimit, $"The price is {offer.Price.ToUnits(9)}."))
                : (offer, null);
    }

    private bool IsOurs(ChargeOffer offer) =>
        offer.Network == account.Wallet.Network && offer.Asset == account.Wallet.FeeAsset && !offer.Price.IsZero
        && account.Network.Assets.Any(asset => asset.Address == offer.Asset.ToString()
            && (offer.Name is null || offer.Name == asset.Name)
            && (offer.Version is null || offer.Version == asset.Version));

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, SignedCharge charge, CancellationToken cancellation)
    {
        var end = DateTimeOffset.UtcNow + account.Options.Patience;
        for (var attempt = 0; ; attempt++)
        {
            request.Headers.Remove(charge.Header);
            request.Headers.TryAddWithoutValidation(charge.Header, charge.Value);
            try
            {
                var response = await send(request, cancellation);
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable || attempt >= MaxResends)
                {
                    return response;
                }

                response.Dispose();
            }
            catch (Exception exception) when (
                NodeRetry.IsOutage(exception, cancellation) && DateTimeOffset.UtcNow < end)
            {
                // Nobody knows whether the seller took it: the same authorization pays once, however often it is sent.
                request.Headers.Remove(charge.Header);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(2_000, 25 << Math.Min(attempt, 7))), cancellation);
        }
    }

    private static bool IsPaid(HttpResponseMessage response) =>
        SettlementOf(response) is { ErrorReason: null }
        || (response.IsSuccessStatusCode && response.Headers.Contains(SessionHeaders.Receipt));

    private static PaymentRefusal ReasonOf(HttpResponseMessage response) => new(
        PaymentCode.SellerRefuses,
        SettlementOf(response)?.ErrorReason is { } reason
            ? $"The seller refuses the authorization: {reason}."
            : "The seller refuses the authorization.");

    private static X402Settlement? SettlementOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues(X402Headers.Response, out var values)
        && X402Settlement.TryDecode(values.First(), out var settlement)
            ? settlement
            : null;

    private static HttpResponseMessage Refused(
        HttpRequestMessage request, HttpResponseMessage response, PaymentRefusal refusal)
    {
        response.RequestMessage ??= request;
        PaidResponse.SetRefusal(response.RequestMessage, refusal);
        return response;
    }
}
