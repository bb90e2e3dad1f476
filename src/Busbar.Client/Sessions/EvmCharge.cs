using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Busbar.Ethereum;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// What a challenge with method evm and intent charge asks for: one EIP-3009 authorization. spec/http.md#H-40.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Asset">What is paid.</param>
/// <param name="Recipient">Who is paid.</param>
/// <param name="Amount">How much, to the atom.</param>
/// <param name="Decimals">Decimals of the asset.</param>
internal sealed record EvmCharge(NetworkId Network, Address Asset, Address Recipient, Amount Amount, int Decimals)
{
    public const string Method = "evm";
    public const string Intent = "charge";

    private const string Authorization = "authorization";

    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("amount", Amount.ToString());
            json.WriteString("currency", Asset.ToString());
            json.WriteStartObject("methodDetails");
            json.WriteNumber("chainId", Network.ChainId);
            json.WriteStartArray("credentialTypes");
            json.WriteStringValue(Authorization);
            json.WriteEndArray();
            json.WriteNumber("decimals", Decimals);
            json.WriteEndObject();
            json.WriteString("recipient", Recipient.ToString());
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what a challenge asks for; false for another method, for splits, or for nonsense.</summary>
    public static bool TryParse(AuthChallenge challenge, [NotNullWhen(true)] out EvmCharge? charge)
    {
        charge = null;
        if (challenge is not { Method: Method, Intent: Intent }
            || !HeaderBytes.TryDecode(challenge.Request, SessionHeaders.MaxChallengeLength, out var bytes)
            || !JsonFields.TryParse(bytes, out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.TryGetProperty("methodDetails", out var details) && details.ValueKind == JsonValueKind.Object
                && details.TryGetProperty("chainId", out var chain) && chain.ValueKind == JsonValueKind.Number
                && chain.TryGetUInt64(out var chainId) && TakesAuthorizations(details)
                && Amount.TryParseAtomic(JsonFields.Text(root, "amount"), out var amount)
                && Address.TryParse(JsonFields.Text(root, "currency"), out var asset)
                && Address.TryParse(JsonFields.Text(root, "recipient"), out var recipient))
            {
                var known = details.TryGetProperty("decimals", out var number)
                    && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var decimals)
                    ? decimals
                    : 0;
                charge = new EvmCharge(new NetworkId(chainId), asset, recipient, amount, known);
            }
        }

        return charge is not null;
    }

    /// <summary>The nonce that binds an authorization to a challenge: Keccak-256 of id and realm.</summary>
    public static Hash256 NonceOf(AuthChallenge challenge) =>
        Keccak256.Hash(Encoding.UTF8.GetBytes(challenge.Id + challenge.Realm));

    /// <summary>A receipt of the Payment scheme: base64url of {method, reference, status, timestamp}.</summary>
    public static string EncodeReceipt(Hash256 transaction, DateTimeOffset time)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("method", Method);
            json.WriteString("reference", transaction.ToString());
            json.WriteString("status", "success");
            json.WriteString("timestamp", time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    private static bool TakesAuthorizations(JsonElement details) =>
        !details.TryGetProperty("splits", out _)
        && details.TryGetProperty("credentialTypes", out var types) && types.ValueKind == JsonValueKind.Array
        && types.EnumerateArray().Any(type =>
            type.ValueKind == JsonValueKind.String && type.GetString() == Authorization);
}

/// <summary>What a buyer answers such a challenge with, after the word "Payment". spec/http.md#H-41.</summary>
internal sealed record EvmCredential(AuthChallenge Challenge, EvmCharge Charge, Authorization Authorization)
{
    private const int MaxLength = 16 * 1024;
    private const string Type = "authorization";

    private static readonly string[] Fields =
        ["id", "realm", "method", "intent", "request", "expires", "digest", "opaque"];

    /// <summary>The value of the Authorization header.</summary>
    public static string Encode(AuthChallenge challenge, NetworkId network, Authorization authorization)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("challenge");
            string?[] values =
            [
                challenge.Id, challenge.Realm, challenge.Method, challenge.Intent, challenge.Request,
                challenge.Expires, challenge.Digest, challenge.Opaque,
            ];
            foreach (var (name, value) in Fields.Zip(values).Where(pair => pair.Second is not null))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteStartObject("payload");
            AuthorizationJson.WriteFields(json, authorization);
            json.WriteString("signature", Hex.Format(authorization.Signature.ToArray()));
            json.WriteString("type", Type);
            json.WriteEndObject();
            json.WriteString("source", $"did:pkh:{network}:{authorization.From}");
            json.WriteEndObject();
        }

        return $"{SessionHeaders.Scheme} {Base64Url.EncodeToString(buffer.WrittenSpan)}";
    }

    public static bool TryDecode(string parameter, [NotNullWhen(true)] out EvmCredential? credential)
    {
        credential = null;
        if (!HeaderBytes.TryDecode(parameter.Trim(), MaxLength, out var bytes)
            || !JsonFields.TryParse(bytes, out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.TryGetProperty("challenge", out var echoed) && echoed.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object
                && JsonFields.Text(payload, "type") == Type
                && AuthChallenge.Of(TextsOf(echoed)) is { } challenge
                && EvmCharge.TryParse(challenge, out var charge)
                && AuthorizationJson.TryRead(
                    payload, JsonFields.Text(payload, "signature"), charge.Asset, out var authorization))
            {
                credential = new EvmCredential(challenge, charge, authorization);
            }
        }

        return credential is not null;
    }

    private static Dictionary<string, string> TextsOf(JsonElement json) => Fields
        .Select(name => (Name: name, Value: JsonFields.Text(json, name)))
        .Where(field => field.Value is not null)
        .ToDictionary(field => field.Name, field => field.Value!);
}
