using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Busbar.Client;

/// <summary>
/// A challenge of the Payment scheme with method busbar and intent session (spec/http.md#H-2). Its id is an HMAC over
/// everything in it, so a seller needs no memory of the challenges it sent.
/// </summary>
internal sealed record PaymentChallenge(string Id, string Realm, string Request, PaymentTerms Terms)
{
    /// <summary>Makes the challenge of a seller whose id secret this is.</summary>
    public static PaymentChallenge Create(ReadOnlySpan<byte> idSecret, string realm, PaymentTerms terms)
    {
        var request = Base64Url.EncodeToString(terms.ToJson());
        return new PaymentChallenge(ComputeId(idSecret, realm, request), realm, request, terms);
    }

    /// <summary>
    /// base64url(HMAC-SHA256(secret, realm|method|intent|request|expires|digest|opaque)), the last three empty.
    /// </summary>
    public static string ComputeId(ReadOnlySpan<byte> idSecret, string realm, string request)
    {
        var input = string.Join('|', realm, SessionHeaders.Method, SessionHeaders.Intent, request, "", "", "");
        return Base64Url.EncodeToString(HMACSHA256.HashData(idSecret, Encoding.UTF8.GetBytes(input)));
    }

    /// <summary>The value of the WWW-Authenticate header.</summary>
    public string ToHeader() =>
        $"{SessionHeaders.Scheme} id=\"{Id}\", realm=\"{Realm}\", method=\"{SessionHeaders.Method}\", "
        + $"intent=\"{SessionHeaders.Intent}\", request=\"{Request}\"";

    /// <summary>Finds the first busbar session challenge among a response's.</summary>
    public static bool TryFind(
        HttpHeaderValueCollection<AuthenticationHeaderValue> headers,
        [NotNullWhen(true)] out PaymentChallenge? challenge)
    {
        challenge = null;
        foreach (var header in headers)
        {
            if (challenge is null && header.Parameter is { } text
                && header.Scheme.Equals(SessionHeaders.Scheme, StringComparison.OrdinalIgnoreCase))
            {
                challenge = Parse(text);
            }
        }

        return challenge is not null;
    }

    private static PaymentChallenge? Parse(string text)
    {
        if (text.Length > SessionHeaders.MaxChallengeLength)
        {
            return null;
        }

        var fields = ParseParameters(text);
        return fields.GetValueOrDefault("method") == SessionHeaders.Method
            && fields.GetValueOrDefault("intent") == SessionHeaders.Intent
            && fields.TryGetValue("request", out var request)
            && HeaderBytes.TryDecode(request, SessionHeaders.MaxChallengeLength, out var json)
            && PaymentTerms.TryParse(json, out var terms)
                ? new PaymentChallenge(
                    fields.GetValueOrDefault("id", ""), fields.GetValueOrDefault("realm", ""), request, terms)
                : null;
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
