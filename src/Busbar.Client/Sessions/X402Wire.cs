using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>Headers and limits of x402, protocol version 2: spec/http.md#H-30.</summary>
internal static class X402Headers
{
    public const string Required = "PAYMENT-REQUIRED";
    public const string Payment = "PAYMENT-SIGNATURE";
    public const string Response = "PAYMENT-RESPONSE";
    public const int Version = 2;

    /// <summary>Characters of the longest of these headers.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Ways to pay that are looked at in one offer.</summary>
    public const int MaxAccepted = 32;

    public static bool TryDecode(string text, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count)
            && JsonFields.TryParse(bytes.AsMemory(0, count), out document);
    }

    public static string Encode(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Convert.ToBase64String(buffer.WrittenSpan);
    }
}

/// <summary>
/// One way to pay: scheme `exact` by an EIP-3009 authorization [PaymentRequirements]. spec/http.md#H-31.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Asset">What is paid.</param>
/// <param name="PayTo">Who is paid.</param>
/// <param name="Amount">How much, to the atom.</param>
/// <param name="TimeoutSeconds">How long the buyer's authorization should be good.</param>
/// <param name="Name">The asset's name, which the signature's domain has.</param>
/// <param name="AssetVersion">The asset's version, which the signature's domain has.</param>
internal sealed record X402Exact(
    NetworkId Network,
    Address Asset,
    Address PayTo,
    Amount Amount,
    ulong TimeoutSeconds,
    string Name,
    string AssetVersion)
{
    public const string Scheme = "exact";

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("scheme", Scheme);
        json.WriteString("network", Network.ToString());
        json.WriteString("amount", Amount.ToString());
        json.WriteString("asset", Asset.ToString());
        json.WriteString("payTo", PayTo.ToString());
        json.WriteNumber("maxTimeoutSeconds", TimeoutSeconds);
        json.WriteStartObject("extra");
        json.WriteString("assetTransferMethod", "eip3009");
        json.WriteString("name", Name);
        json.WriteString("version", AssetVersion);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Reads a way to pay; false for another scheme, another way to transfer, or nonsense.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out X402Exact? exact)
    {
        exact = null;
        if (json.ValueKind == JsonValueKind.Object && JsonFields.Text(json, "scheme") == Scheme
            && NetworkId.TryParse(JsonFields.Text(json, "network"), out var network)
            && Address.TryParse(JsonFields.Text(json, "asset"), out var asset)
            && Address.TryParse(JsonFields.Text(json, "payTo"), out var payTo)
            && Amount.TryParseAtomic(JsonFields.Text(json, "amount"), out var amount)
            && json.TryGetProperty("maxTimeoutSeconds", out var timeout)
            && timeout.ValueKind == JsonValueKind.Number && timeout.TryGetUInt64(out var seconds)
            && json.TryGetProperty("extra", out var extra) && extra.ValueKind == JsonValueKind.Object
            && JsonFields.Text(extra, "assetTransferMethod") is null or "eip3009")
        {
            exact = new X402Exact(
                network,
                asset,
                payTo,
                amount,
                seconds,
                JsonFields.Text(extra, "name") ?? "",
                JsonFields.Text(extra, "version") ?? "");
        }

        return exact is not null;
    }
}

/// <summary>What a seller asks for in x402's words [PaymentRequired]: the value of PAYMENT-REQUIRED.</summary>
internal static class X402Offer
{
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

/// <summary>
/// What a buyer sends in x402's words [PaymentPayload]: the way to pay that it chose, and the authorization.
/// </summary>
internal sealed record X402Payment(X402Exact Accepted, Authorization Authorization)
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
                && root.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object
                && payload.TryGetProperty("authorization", out var fields)
                && AuthorizationJson.TryRead(
                    fields, JsonFields.Text(payload, "signature"), exact.Asset, out var authorization))
            {
                payment = new X402Payment(exact, authorization);
            }
        }

        return payment is not null;
    }
}

/// <summary>
/// What a seller says that became of a payment, in x402's words [SettleResponse]: the value of PAYMENT-RESPONSE.
/// </summary>
/// <param name="Transaction">The transaction's signing hash; null when nothing executed.</param>
/// <param name="Network">The network.</param>
/// <param name="Payer">Who paid.</param>
/// <param name="ErrorReason">x402's code of the refusal; null when it was paid.</param>
internal sealed record X402Settlement(Hash256? Transaction, NetworkId Network, Address? Payer, string? ErrorReason)
{
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

/// <summary>The fields of an EIP-3009 authorization in JSON, as x402 and MPP both write them.</summary>
internal static class AuthorizationJson
{
    public static void Write(Utf8JsonWriter json, Authorization authorization)
    {
        json.WriteStartObject();
        WriteFields(json, authorization);
        json.WriteEndObject();
    }

    public static void WriteFields(Utf8JsonWriter json, Authorization authorization)
    {
        json.WriteString("from", authorization.From.ToString());
        json.WriteString("nonce", authorization.Nonce.ToString());
        json.WriteString("to", authorization.To.ToString());
        json.WriteString("validAfter", Text(authorization.ValidAfterSeconds));
        json.WriteString("validBefore", Text(authorization.ValidBeforeSeconds));
        json.WriteString("value", authorization.Value.ToString());
    }

    /// <summary>Reads one; its domain is left empty, for the asset's is known to who reads.</summary>
    public static bool TryRead(
        JsonElement json, string? signature, Address asset, [NotNullWhen(true)] out Authorization? authorization)
    {
        authorization = null;
        Span<byte> signed = stackalloc byte[RecoverableSignature.SizeBytes];
        if (json.ValueKind == JsonValueKind.Object && Hex.TryParse(signature, signed)
            && Address.TryParse(JsonFields.Text(json, "from"), out var from)
            && Address.TryParse(JsonFields.Text(json, "to"), out var to)
            && Amount.TryParseAtomic(JsonFields.Text(json, "value"), out var value)
            && TrySeconds(json, "validAfter", out var after) && TrySeconds(json, "validBefore", out var before)
            && Hash256.TryParse(JsonFields.Text(json, "nonce"), out var nonce))
        {
            authorization = new Authorization(
                asset, default, from, to, value, after, before, nonce, RecoverableSignature.FromBytes(signed));
        }

        return authorization is not null;
    }

    private static bool TrySeconds(JsonElement json, string name, out ulong seconds) => ulong.TryParse(
        JsonFields.Text(json, name), NumberStyles.None, CultureInfo.InvariantCulture, out seconds);

    private static string Text(ulong seconds) => seconds.ToString(CultureInfo.InvariantCulture);
}
