using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.Http402;

/// <summary>The fields of an EIP-3009 authorization in JSON, as x402 and MPP both write them.</summary>
public static class AuthorizationJson
{
    /// <summary>Writes an object of the fields, without the signature.</summary>
    public static void Write(Utf8JsonWriter json, Authorization authorization)
    {
        json.WriteStartObject();
        WriteFields(json, authorization);
        json.WriteEndObject();
    }

    /// <summary>Writes the fields into the object that is open, without the signature.</summary>
    public static void WriteFields(Utf8JsonWriter json, Authorization authorization)
    {
        json.WriteString("from", authorization.From.ToString());
        json.WriteString("nonce", authorization.Nonce.ToString());
        json.WriteString("to", authorization.To.ToString());
        json.WriteString("validAfter", Text(authorization.ValidAfterSeconds));
        json.WriteString("validBefore", Text(authorization.ValidBeforeSeconds));
        json.WriteString("value", authorization.Value.ToString());
    }

    /// <summary>Reads x402's payload of scheme `exact`: {signature, authorization}.</summary>
    public static bool TryReadPayload(
        JsonElement payload, Address asset, [NotNullWhen(true)] out Authorization? authorization)
    {
        authorization = null;
        return payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("authorization", out var fields)
            && TryRead(fields, JsonFields.Text(payload, "signature"), asset, out authorization);
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
