using System.Text.Json;

namespace Busbar.Http402;

/// <summary>What a seller asks for in x402's words [PaymentRequired]: the value of PAYMENT-REQUIRED.</summary>
public static class X402Offer
{
    /// <summary>The value of PAYMENT-REQUIRED.</summary>
    public static string Encode(Uri resource, string? error, IEnumerable<X402Exact> accepts) =>
        X402Headers.Encode(json =>
        {
            json.WriteNumber("x402Version", X402Headers.Version);
            if (error is not null)
            {
                json.WriteString("error", error);
            }

            json.WriteStartObject("resource");
            json.WriteString("url", resource.AbsoluteUri);
            json.WriteEndObject();
            json.WriteStartArray("accepts");
            foreach (var one in accepts)
            {
                one.Write(json);
            }

            json.WriteEndArray();
        });

    /// <summary>The ways to pay of an offer that this side knows, and each as the JSON that it stood in.</summary>
    public static IReadOnlyList<(X402Exact Exact, JsonElement Json)> Decode(string header)
    {
        if (!X402Headers.TryDecode(header, out var document))
        {
            return [];
        }

        using (document)
        {
            var root = document.RootElement;
            if (!root.TryGetProperty("accepts", out var accepts) || accepts.ValueKind != JsonValueKind.Array
                || !root.TryGetProperty("x402Version", out var version) || !IsVersion(version))
            {
                return [];
            }

            var known = new List<(X402Exact, JsonElement)>();
            foreach (var one in accepts.EnumerateArray().Take(X402Headers.MaxAccepted))
            {
                if (X402Exact.TryRead(one, out var exact))
                {
                    known.Add((exact, one.Clone()));
                }
            }

            return known;
        }
    }

    internal static bool IsVersion(JsonElement version) =>
        version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number)
        && number == X402Headers.Version;
}
