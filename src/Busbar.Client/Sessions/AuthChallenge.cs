using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Busbar.Client;

/// <summary>
/// A challenge of the Payment scheme (MPP), whatever its method: spec/http.md#H-2. Its id is an HMAC over everything in
/// it, so a seller needs no memory of the challenges it sent.
/// </summary>
/// <param name="Id">The HMAC.</param>
/// <param name="Realm">Who asks.</param>
/// <param name="Method">How it can be paid.</param>
/// <param name="Intent">Once, or as a session.</param>
/// <param name="Request">What is asked for: JSON in base64url.</param>
/// <param name="Expires">When the offer ends (RFC 3339); null for never.</param>
/// <param name="Digest">What the request's body hashes to; null when that is open.</param>
/// <param name="Opaque">Words of the seller that come back as they are; null for none.</param>
internal sealed record AuthChallenge(
    string Id,
    string Realm,
    string Method,
    string Intent,
    string Request,
    string? Expires = null,
    string? Digest = null,
    string? Opaque = null)
{
    /// <summary>Challenges that are looked at in one response.</summary>
    private const int MaxChallenges = 16;

    /// <summary>Makes the challenge of a seller whose id secret this is.</summary>
    public static AuthChallenge Create(ReadOnlySpan<byte> idSecret, AuthChallenge challenge) =>
        challenge with { Id = challenge.ComputeId(idSecret) };

    /// <summary>True when this seller made it, and nothing in it was changed since.</summary>
    public bool IsMadeWith(ReadOnlySpan<byte> idSecret) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(Id), Encoding.UTF8.GetBytes(ComputeId(idSecret)));

    /// <summary>base64url(HMAC-SHA256(secret, realm|method|intent|request|expires|digest|opaque)).</summary>
    public string ComputeId(ReadOnlySpan<byte> idSecret)
    {
        var input = string.Join('|', Realm, Method, Intent, Request, Expires, Digest, Opaque);
        return Base64Url.EncodeToString(HMACSHA256.HashData(idSecret, Encoding.UTF8.GetBytes(input)));
    }

    /// <summary>The value of the WWW-Authenticate header.</summary>
    public string ToHeader()
    {
        var text = new StringBuilder();
        text.Append(SessionHeaders.Scheme).Append(' ');
        Append(text, "id", Id);
        Append(text, ", realm", Realm);
        Append(text, ", method", Method);
        Append(text, ", intent", Intent);
        Append(text, ", request", Request);
        Append(text, ", digest", Digest);
        Append(text, ", expires", Expires);
        Append(text, ", opaque", Opaque);
        return text.ToString();
    }

    /// <summary>The challenges of this scheme in a response.</summary>
    public static IEnumerable<AuthChallenge> FindAll(HttpHeaderValueCollection<AuthenticationHeaderValue> headers) =>
        headers
            .Where(header => header.Scheme.Equals(SessionHeaders.Scheme, StringComparison.OrdinalIgnoreCase)
                && header.Parameter is { Length: <= SessionHeaders.MaxChallengeLength })
            .Take(MaxChallenges)
            .Select(header => Of(ParseParameters(header.Parameter!)))
            .OfType<AuthChallenge>();

    /// <summary>A challenge of these fields; null when one is missing.</summary>
    public static AuthChallenge? Of(IReadOnlyDictionary<string, string> fields) =>
        fields.TryGetValue("id", out var id) && fields.TryGetValue("realm", out var realm)
        && fields.TryGetValue("method", out var method) && fields.TryGetValue("intent", out var intent)
        && fields.TryGetValue("request", out var request)
            ? new AuthChallenge(
                id,
                realm,
                method,
                intent,
                request,
                fields.GetValueOrDefault("expires"),
                fields.GetValueOrDefault("digest"),
                fields.GetValueOrDefault("opaque"))
            : null;

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append(name).Append("=\"").Append(value).Append('"');
        }
    }

    /// <summary>Reads name="value" pairs (RFC 9110 §11.2); what is no such pair ends the reading.</summary>
    private static Dictionary<string, string> ParseParameters(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = 0;
        while (at < text.Length)
        {
            var equals = text.IndexOf("=\"", at, StringComparison.Ordinal);
            var end = equals < 0 ? -1 : text.IndexOf('"', equals + 2);
            if (end < 0)
            {
                break;
            }

            fields.TryAdd(text[at..equals].Trim(' ', ',', '\t'), text[(equals + 2)..end]);
            at = end + 1;
        }

        return fields;
    }
}
