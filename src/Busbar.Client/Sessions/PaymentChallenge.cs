using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace Busbar.Client;

/// <summary>A challenge with method busbar and intent session, and the terms in it: spec/http.md#H-3.</summary>
internal sealed record PaymentChallenge(AuthChallenge Challenge, PaymentTerms Terms)
{
    public string Id => Challenge.Id;

    public string Request => Challenge.Request;

    /// <summary>Makes the challenge of a seller whose id secret this is.</summary>
    public static PaymentChallenge Create(ReadOnlySpan<byte> idSecret, string realm, PaymentTerms terms)
    {
        var request = Base64Url.EncodeToString(terms.ToJson());
        var challenge = new AuthChallenge("", realm, SessionHeaders.Method, SessionHeaders.Intent, request);
        return new PaymentChallenge(AuthChallenge.Create(idSecret, challenge), terms);
    }

    /// <summary>The value of the WWW-Authenticate header.</summary>
    public string ToHeader() => Challenge.ToHeader();

    /// <summary>Finds the first busbar session challenge among a response's.</summary>
    public static bool TryFind(
        HttpHeaderValueCollection<AuthenticationHeaderValue> headers,
        [NotNullWhen(true)] out PaymentChallenge? challenge)
    {
        challenge = AuthChallenge.FindAll(headers)
            .Where(one => one is { Method: SessionHeaders.Method, Intent: SessionHeaders.Intent })
            .Select(Parse)
            .FirstOrDefault(one => one is not null);
        return challenge is not null;
    }

    private static PaymentChallenge? Parse(AuthChallenge challenge) =>
        HeaderBytes.TryDecode(challenge.Request, SessionHeaders.MaxChallengeLength, out var json)
        && PaymentTerms.TryParse(json, out var terms)
            ? new PaymentChallenge(challenge, terms)
            : null;
}
