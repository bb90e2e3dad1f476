using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Busbar.Http402;
using Busbar.Transactions;

namespace Busbar.Node.X402;

/// <summary>
/// What a seller's server asks a facilitator: x402's {x402Version, paymentPayload, paymentRequirements}, of version 2
/// or 1. spec/api.md#A-31.
/// </summary>
/// <param name="Asked">What the seller asks for.</param>
/// <param name="Authorization">What the buyer signed, under no domain yet.</param>
internal sealed record FacilitatorRequest(X402Exact Asked, Authorization Authorization)
{
    private const int OldVersion = 1;

    /// <summary>Reads a body; the reason, in x402's words, when it is none of these.</summary>
    public static string? TryRead(ReadOnlyMemory<byte> body, out FacilitatorRequest? request)
    {
        request = null;
        if (!JsonFields.TryParse(body, out var document))
        {
            return X402Reason.Payload;
        }

        using (document)
        {
            var root = document.RootElement;
            if (!root.TryGetProperty("paymentPayload", out var payment) || payment.ValueKind != JsonValueKind.Object
                || !payment.TryGetProperty("x402Version", out var version)
                || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number)
                || !payment.TryGetProperty("payload", out var payload))
            {
                return X402Reason.Payload;
            }

            // Version 1 says scheme and network beside the payload, version 2 within what was accepted.
            var chosen = payment;
            if (number != OldVersion && (number != X402Headers.Version
                || !payment.TryGetProperty("accepted", out chosen) || chosen.ValueKind != JsonValueKind.Object))
            {
                return X402Reason.Payload;
            }

            if (!root.TryGetProperty("paymentRequirements", out var required)
                || !TryReadAsked(required, number == OldVersion, out var asked))
            {
                return X402Reason.Requirements;
            }

            if (JsonFields.Text(chosen, "scheme") != X402Exact.Scheme)
            {
                return X402Reason.Scheme;
            }

            if (JsonFields.Text(chosen, "network") != asked.Network.ToString())
            {
                return X402Reason.Network;
            }

            if (!AuthorizationJson.TryReadPayload(payload, asked.Asset, out var authorization))
            {
                return X402Reason.Payload;
            }

            request = new FacilitatorRequest(asked, authorization);
            return null;
        }
    }

    // Version 1 has another name for the amount, and nothing else that is read here differs.
    private static bool TryReadAsked(JsonElement required, bool isOld, [NotNullWhen(true)] out X402Exact? asked)
    {
        asked = null;
        return required.ValueKind == JsonValueKind.Object
            && X402Exact.TryRead(required, isOld ? "maxAmountRequired" : "amount", out asked);
    }
}
