using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Busbar.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;

namespace Busbar.AspNetCore;

/// <summary>
/// One request at a sold endpoint with everything that it may be paid by: ticks, and one authorization in the words of
/// x402 or of MPP. spec/http.md#H-1.
/// </summary>
internal sealed class Sale
{
    // How long a buyer's authorization should be good, and how long an offer of a charge stands.
    private const int OfferSeconds = 300;
    private const int OpaqueSizeBytes = 16;

    public Sale(BusbarSeller seller, OpenSeller open, HttpContext http, Amount price)
    {
        Open = open;
        Http = http;
        Options = seller.Options;
        Terms = new PaymentTerms(
            open.Wallet.Network,
            open.Wallet.FeeAsset,
            seller.Address,
            price,
            new Amount(checked(price.Atomic * (UInt128)Options.SuggestedRequests)),
            Options.MinGraceMs ?? open.Network.MinGraceMs);
        var asset = open.Network.Assets.First(one => one.Address == open.Network.FeeAsset);
        Exact = new X402Exact(
            Terms.Network, Terms.Asset, Terms.Payee, price, OfferSeconds, asset.Name, asset.Version);
        Charge = new EvmCharge(Terms.Network, Terms.Asset, Terms.Payee, price, asset.Decimals);
    }

    public OpenSeller Open { get; }

    public HttpContext Http { get; }

    public BusbarOptions Options { get; }

    /// <summary>The offer of a session of ticks.</summary>
    public PaymentTerms Terms { get; }

    /// <summary>The offer in x402's words.</summary>
    public X402Exact Exact { get; }

    /// <summary>The offer of one charge in MPP's words.</summary>
    public EvmCharge Charge { get; }

    /// <summary>Answers with every offer, why this request was not served, and what the seller knows.</summary>
    public async Task RefuseAsync(PaymentCode code, SellerChannel? channel = null, string? detail = null)
    {
        var secret = Open.Store.IdSecret;
        var headers = Http.Response.Headers;
        headers.WWWAuthenticate = new StringValues(
        [
            PaymentChallenge.Create(secret, Options.Realm, Terms).ToHeader(),
            AuthChallenge.Create(secret, NewCharge()).ToHeader(),
        ]);
        var resource = new Uri(Http.Request.GetEncodedUrl());
        var error = code == PaymentCode.PaymentRequired ? null : code.ToString();
        headers[X402Headers.Required] = X402Offer.Encode(resource, error, [Exact]);
        await Refusals.AnswerAsync(
            Http, new PaymentProblem(code, detail ?? Refusals.DetailOf(code), channel?.Best().Claim));
    }

    // An authorization's nonce follows from the challenge, so that no two challenges may be the same.
    private AuthChallenge NewCharge()
    {
        var expires = DateTimeOffset.UtcNow.AddSeconds(OfferSeconds)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(OpaqueSizeBytes));
        var opaque = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{\"nonce\":\"{nonce}\"}}"));
        var request = Base64Url.EncodeToString(Charge.ToJson());
        return new AuthChallenge(
            "", Options.Realm, EvmCharge.Method, EvmCharge.Intent, request, expires, null, opaque);
    }
}
