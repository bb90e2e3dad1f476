using System.Globalization;
using Busbar.Client;
using Busbar.Ethereum;
using Busbar.Transactions;
using Microsoft.AspNetCore.Http;

namespace Busbar.AspNetCore;

/// <summary>
/// An EIP-3009 authorization that a request came with, in x402's words or in MPP's, compared with what the seller asks
/// for. spec/http.md#H-32.
/// </summary>
/// <param name="Authorization">What was signed, under the domain of the asset.</param>
/// <param name="IsX402">True for x402, false for MPP.</param>
internal sealed record OfferedAuthorization(Authorization Authorization, bool IsX402)
{
    /// <summary>True when a request says that it pays so.</summary>
    public static bool IsIn(IHeaderDictionary headers) =>
        headers.ContainsKey(X402Headers.Payment) || CredentialOf(headers) is not null;

    /// <summary>Reads it and compares it with the offer; no state is looked at.</summary>
    public static (PaymentCode Code, OfferedAuthorization? Offered) Read(Sale sale)
    {
        var headers = sale.Http.Request.Headers;
        var x402 = headers[X402Headers.Payment].ToString();
        if (x402.Length > X402Headers.MaxLength)
        {
            return (PaymentCode.HeaderTooLarge, null);
        }

        return x402.Length > 0 ? ReadX402(sale, x402) : ReadCredential(sale, CredentialOf(headers) ?? "");
    }

    private static (PaymentCode Code, OfferedAuthorization? Offered) ReadX402(Sale sale, string header) =>
        !X402Payment.TryDecode(header, out var payment) ? (PaymentCode.CredentialMalformed, null)
        : payment.Accepted.Network != sale.Exact.Network || payment.Accepted.Asset != sale.Exact.Asset
            || payment.Accepted.PayTo != sale.Exact.PayTo
            ? (PaymentCode.OfferMismatch, null)
        : Compare(sale, payment.Authorization, isX402: true);

    private static (PaymentCode Code, OfferedAuthorization? Offered) ReadCredential(Sale sale, string parameter)
    {
        if (!EvmCredential.TryDecode(parameter, out var credential))
        {
            return (PaymentCode.CredentialMalformed, null);
        }

        var challenge = credential.Challenge;
        if (!challenge.IsMadeWith(sale.Open.Store.IdSecret)
            || credential.Authorization.Nonce != EvmCharge.NonceOf(challenge))
        {
            return (PaymentCode.ChallengeUnknown, null);
        }

        var stands = challenge.Expires is null || (DateTimeOffset.TryParse(
            challenge.Expires, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
            && end.ToUnixTimeSeconds() >= (long)credential.Authorization.ValidBeforeSeconds);
        var asked = credential.Charge;
        return !stands || asked.Asset != sale.Charge.Asset || asked.Network != sale.Charge.Network
            ? (PaymentCode.OfferMismatch, null)
            : Compare(sale, credential.Authorization, isX402: false);
    }

    private static (PaymentCode Code, OfferedAuthorization? Offered) Compare(
        Sale sale, Authorization unbound, bool isX402)
    {
        var domain = Eip712.DomainOf(
            sale.Exact.Name, sale.Exact.AssetVersion, sale.Exact.Network, sale.Exact.Asset);
        var authorization = unbound with { Domain = domain };
        var code = authorization.To != sale.Exact.PayTo ? PaymentCode.WrongPayee
            : authorization.Value < sale.Exact.Amount ? PaymentCode.PaymentTooSmall
            : authorization.Value > sale.Exact.Amount ? PaymentCode.OfferMismatch
            : authorization.Signature.Recover(Eip712.TransferDigest(authorization))?.Address != authorization.From
                ? PaymentCode.AuthorizationSignatureWrong
            : PaymentCode.Unset;
        return (code, code == PaymentCode.Unset ? new OfferedAuthorization(authorization, isX402) : null);
    }

    private static string? CredentialOf(IHeaderDictionary headers)
    {
        const string Prefix = SessionHeaders.Scheme + " ";
        var text = headers.Authorization.ToString();
        return text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : null;
    }
}
