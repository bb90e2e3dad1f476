using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Busbar.Http402;

namespace Busbar.Client;

/// <summary>
/// What a seller asks for: the JSON in a challenge's <c>request</c> (spec/http.md#H-3), with its keys sorted as in
/// RFC 8785 so that equal terms are equal bytes.
/// </summary>
internal sealed record PaymentTerms(
    NetworkId Network, Address Asset, Address Payee, Amount Price, Amount SuggestedDeposit, ulong MinGraceMs)
{
    private const int MaxSizeBytes = 4_096;

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("amount", Price.ToString());
            json.WriteString("currency", Asset.ToString());
            json.WriteStartObject("methodDetails");
            json.WriteNumber("minGraceMs", MinGraceMs);
            json.WriteString("network", Network.ToString());
            json.WriteString("suggestedDeposit", SuggestedDeposit.ToString());
            json.WriteString("unitType", "request");
            json.WriteEndObject();
            json.WriteString("recipient", Payee.ToString());
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out PaymentTerms? terms)
    {
        terms = null;
        if (json.Length > MaxSizeBytes || !JsonFields.TryParse(json, out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (!root.TryGetProperty("methodDetails", out var details) || details.ValueKind != JsonValueKind.Object
                || !Amount.TryParseAtomic(JsonFields.Text(root, "amount"), out var price)
                || !Address.TryParse(JsonFields.Text(root, "currency"), out var asset)
                || !Address.TryParse(JsonFields.Text(root, "recipient"), out var payee)
                || !NetworkId.TryParse(JsonFields.Text(details, "network"), out var network)
                || !details.TryGetProperty("minGraceMs", out var grace) || grace.ValueKind != JsonValueKind.Number
                || !grace.TryGetUInt64(out var graceMs))
            {
                return false;
            }

            _ = Amount.TryParseAtomic(JsonFields.Text(details, "suggestedDeposit"), out var deposit);
            terms = new PaymentTerms(network, asset, payee, price, deposit, graceMs);
        }

        return !terms.Price.IsZero;
    }
}
