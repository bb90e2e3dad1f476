using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Busbar.Http402;

/// <summary>
/// What a seller says that became of a payment, in x402's words [SettleResponse]: the value of PAYMENT-RESPONSE.
/// </summary>
/// <param name="Transaction">The transaction's signing hash; null when nothing executed.</param>
/// <param name="Network">The network.</param>
/// <param name="Payer">Who paid.</param>
/// <param name="ErrorReason">x402's code of the refusal; null when it was paid.</param>
public sealed record X402Settlement(Hash256? Transaction, NetworkId Network, Address? Payer, string? ErrorReason)
{
    /// <summary>The value of PAYMENT-RESPONSE.</summary>
    public string Encode() => X402Headers.Encode(json =>
    {
        json.WriteBoolean("success", ErrorReason is null);
        if (ErrorReason is not null)
        {
            json.WriteString("errorReason", ErrorReason);
        }

        json.WriteString("transaction", Transaction?.ToString() ?? "");
        json.WriteString("network", Network.ToString());
        if (Payer is not null)
        {
            json.WriteString("payer", Payer.ToString());
        }
    });

    /// <summary>Reads the value of PAYMENT-RESPONSE.</summary>
    public static bool TryDecode(string header, [NotNullWhen(true)] out X402Settlement? settlement)
    {
        settlement = null;
        if (!X402Headers.TryDecode(header, out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.TryGetProperty("success", out var success)
                && success.ValueKind is JsonValueKind.True or JsonValueKind.False
                && NetworkId.TryParse(JsonFields.Text(root, "network"), out var network))
            {
                var known = Hash256.TryParse(JsonFields.Text(root, "transaction"), out var hash);
                settlement = new X402Settlement(
                    known ? hash : null,
                    network,
                    Address.TryParse(JsonFields.Text(root, "payer"), out var payer) ? payer : null,
                    success.ValueKind == JsonValueKind.True ? null : JsonFields.Text(root, "errorReason") ?? "unknown");
            }
        }

        return settlement is not null;
    }
}
