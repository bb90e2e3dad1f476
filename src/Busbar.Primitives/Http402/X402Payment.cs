using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Busbar.Transactions;

namespace Busbar.Http402;

/// <summary>
/// What a buyer sends in x402's words [PaymentPayload]: the way to pay that it chose, and the authorization.
/// </summary>
public sealed record X402Payment(X402Exact Accepted, Authorization Authorization)
{
    /// <summary>The value of PAYMENT-SIGNATURE; the way to pay goes back as the JSON that it came in.</summary>
    public static string Encode(JsonElement accepted, Authorization authorization) => X402Headers.Encode(json =>
    {
        json.WriteNumber("x402Version", X402Headers.Version);
        json.WritePropertyName("accepted");
        accepted.WriteTo(json);
        json.WriteStartObject("payload");
        json.WriteString("signature", Hex.Format(authorization.Signature.ToArray()));
        json.WritePropertyName("authorization");
        AuthorizationJson.Write(json, authorization);
        json.WriteEndObject();
    });

    /// <summary>Reads the value of PAYMENT-SIGNATURE.</summary>
    public static bool TryDecode(string header, [NotNullWhen(true)] out X402Payment? payment)
    {
        payment = null;
        if (!X402Headers.TryDecode(header, out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.TryGetProperty("x402Version", out var version) && X402Offer.IsVersion(version)
                && root.TryGetProperty("accepted", out var accepted) && X402Exact.TryRead(accepted, out var exact)
                && root.TryGetProperty("payload", out var payload)
                && AuthorizationJson.TryReadPayload(payload, exact.Asset, out var authorization))
            {
                payment = new X402Payment(exact, authorization);
            }
        }

        return payment is not null;
    }
}
