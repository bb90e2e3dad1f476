using System.Buffers.Text;
using Busbar.Client;
using Busbar.Http402;
using Busbar.Node.X402;
using Busbar.Simulation.Model;

namespace Busbar.Simulation.Fuzzing;

// What is said over HTTP to sell one request, in the words of x402 and MPP.
internal static partial class FuzzTargets
{
    private static readonly Uri Resource = new("http://127.0.0.1/x");

    private static readonly X402Exact Exact = new(
        LedgerWorld.Network, LedgerWorld.Dollar, LedgerWorld.AddressOf(0), new Amount(5), 300, "Dollar", "1");

    private static IEnumerable<FuzzTarget> OfCharges(FuzzSources sources)
    {
        yield return sources.Text<X402Exact[]>(
            "X402Offer",
            [X402Offer.Encode(Resource, "PaymentTooSmall", [Exact, Exact with { Amount = new Amount(9) }])],
            TryReadOffer,
            static value => X402Offer.Encode(Resource, null, value),
            InputShape.PlainBase64OfText,
            "X402Offer.Decode",
            "X402Headers.TryDecode",
            "X402Exact.TryRead");
        var authorization = LedgerWorld.SignTransfer(new LedgerWorld().Write3009()).Authorization;
        yield return sources.Text(
            "X402Payment",
            [X402Payment.Encode(JsonOf(Exact), authorization)],
            static (string text, out X402Payment value) => X402Payment.TryDecode(text, out value!),
            static value => X402Payment.Encode(JsonOf(value.Accepted), value.Authorization),
            InputShape.PlainBase64OfText,
            "X402Payment.TryDecode",
            "AuthorizationJson.TryRead");
        yield return sources.Text(
            "X402Settlement",
            [
                new X402Settlement(Hash256.Sha256("a"u8), LedgerWorld.Network, LedgerWorld.AddressOf(0), null).Encode(),
                new X402Settlement(null, LedgerWorld.Network, null, "insufficient_funds").Encode(),
            ],
            static (string text, out X402Settlement value) => X402Settlement.TryDecode(text, out value!),
            static value => value.Encode(),
            InputShape.PlainBase64OfText,
            "X402Settlement.TryDecode");
        var charge = new EvmCharge(
            LedgerWorld.Network, LedgerWorld.Dollar, LedgerWorld.AddressOf(0), new Amount(5), 9);
        var challenge = AuthChallenge.Create(
            [1],
            new AuthChallenge(
                "",
                "shop",
                "evm",
                "charge",
                Base64Url.EncodeToString(charge.ToJson()),
                "2026-11-23T00:00:00Z",
                null,
                "e30"));
        yield return sources.Text(
            "EvmCredential",
            [EncodeCredential(challenge, LedgerWorld.Network, authorization)],
            static (string text, out EvmCredential value) => EvmCredential.TryDecode(text, out value!),
            static value => EncodeCredential(value.Challenge, value.Charge.Network, value.Authorization),
            InputShape.Base64OfText,
            "EvmCredential.TryDecode");
        yield return Json(
            sources,
            "EvmCharge",
            [charge.ToJson()],
            (byte[] input, out EvmCharge value) => EvmCharge.TryParse(
                challenge with { Request = Base64Url.EncodeToString(input) }, out value!),
            static value => value.ToJson(),
            "EvmCharge.TryParse");
        yield return Json<FacilitatorRequest>(
            sources,
            "FacilitatorRequest",
            [EncodeRequest(new FacilitatorRequest(Exact, authorization))],
            static (byte[] input, out FacilitatorRequest value) =>
                FacilitatorRequest.TryRead(input, out value!) is null,
            EncodeRequest,
            "FacilitatorRequest.TryRead",
            "AuthorizationJson.TryReadPayload");
        yield return new DecoderTarget<AuthChallenge>(
            "AuthChallenge",
            sources,
            InputShape.Text,
            [System.Text.Encoding.UTF8.GetBytes(challenge.ToHeader())],
            TryFindChallenge,
            static value => System.Text.Encoding.UTF8.GetBytes(value.ToHeader()),
            EncodedForm.TheUsual,
            "AuthChallenge.FindAll");
    }

    private static System.Text.Json.JsonElement JsonOf(X402Exact exact) =>
        X402Offer.Decode(X402Offer.Encode(Resource, null, [exact]))[0].Json;

    private static byte[] EncodeRequest(FacilitatorRequest value)
    {
        var asked = JsonOf(value.Asked);
        var payment = Convert.FromBase64String(X402Payment.Encode(asked, value.Authorization));
        return
        [
            .. "{\"x402Version\":2,\"paymentPayload\":"u8, .. payment, .. ",\"paymentRequirements\":"u8,
            .. System.Text.Encoding.UTF8.GetBytes(asked.GetRawText()), .. "}"u8,
        ];
    }

    private static string EncodeCredential(
        AuthChallenge challenge, NetworkId network, Transactions.Authorization authorization) =>
        EvmCredential.Encode(challenge, network, authorization)["Payment ".Length..];

    private static bool TryReadOffer(string text, out X402Exact[] value)
    {
        value = [.. X402Offer.Decode(text).Select(one => one.Exact)];
        return value.Length > 0;
    }

    // As it arrives: a header of a response.
    private static bool TryFindChallenge(byte[] input, out AuthChallenge value)
    {
        value = null!;
        using var response = new HttpResponseMessage();
        var text = System.Text.Encoding.UTF8.GetString(input);
        if (response.Headers.TryAddWithoutValidation("WWW-Authenticate", text))
        {
            value = AuthChallenge.FindAll(response.Headers.WwwAuthenticate).FirstOrDefault()!;
        }

        return value is not null;
    }
}
