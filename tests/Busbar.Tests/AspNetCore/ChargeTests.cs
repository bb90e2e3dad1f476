using System.Net;
using System.Text.Json;
using Busbar.Api;
using Busbar.Client;
using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Transactions;
using Authorization = Busbar.Transactions.Authorization;

namespace Busbar.Tests.AspNetCore;

/// <summary>Requests that are paid with one authorization each, in the words of x402 and of MPP.</summary>
public sealed class ChargeTests
{
    private static readonly Amount Price = PayingOptions.Dollars(Market.Price);

    [Fact]
    public async Task H1_H30_H31_H40_an_unpaid_request_gets_every_offer()
    {
        await using var market = await Market.OpenAsync();
        using var http = Plain(market);
        using var response = await http.GetAsync("/reading/1");
        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        Assert.True(PaymentChallenge.TryFind(response.Headers.WwwAuthenticate, out var session));
        Assert.Equal(Price, session.Terms.Price);
        var (exact, _) = Assert.Single(X402Offer.Decode(Header(response, "PAYMENT-REQUIRED")!));
        Assert.Equal((Price, market.SellerKey.Address), (exact.Amount, exact.PayTo));
        var charge = Assert.Single(AuthChallenge.FindAll(response.Headers.WwwAuthenticate), one => one.Method == "evm");
        Assert.True(EvmCharge.TryParse(charge, out var asked));
        Assert.Equal((exact.Amount, exact.Asset, exact.PayTo), (asked.Amount, asked.Asset, asked.Recipient));
        using var again = await http.GetAsync("/reading/1");
        var other = Assert.Single(AuthChallenge.FindAll(again.Headers.WwwAuthenticate), one => one.Method == "evm");
        Assert.NotEqual(charge.Id, other.Id);
        Assert.Equal(0, market.HandlerRuns);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task H33_H34_H35_an_authorization_pays_one_request_once_and_the_ledger_has_it(bool isX402)
    {
        await using var market = await Market.OpenAsync();
        using var http = Plain(market);
        var (seller, buyer) = (await market.BalanceAsync(0), await market.BalanceAsync(1));
        var pay = await PayForAsync(market, http, "/reading/1", isX402);
        using var first = await SendAsync(http, "/reading/1", pay);
        Assert.Equal("reading 1 run 1", await first.Content.ReadAsStringAsync());
        Assert.Equal(seller + Price, await market.BalanceAsync(0));
        var info = await InfoOfAsync(market, pay.Authorization);
        Assert.Equal(("final", "Ok"), (info.Status, info.Result));
        Assert.True(Amount.TryParseAtomic(info.FeeAtomic, out var fee));
        Assert.Equal(buyer - Price - fee, await market.BalanceAsync(1));
        if (isX402)
        {
            Assert.True(X402Settlement.TryDecode(Header(first, "PAYMENT-RESPONSE")!, out var settled));
            Assert.Equal((null, pay.Authorization.From), (settled.ErrorReason, settled.Payer));
            Assert.NotNull(settled.Transaction);
        }
        else
        {
            Assert.NotNull(Header(first, "Payment-Receipt"));
        }

        using var repeated = await SendAsync(http, "/reading/1", pay);
        Assert.Equal("reading 1 run 1", await repeated.Content.ReadAsStringAsync());
        await RefusedAsync(http, "/reading/2", pay, 409, PaymentCode.ChargeAlreadyUsed);
        Assert.Equal((1, seller + Price), (market.HandlerRuns, await market.BalanceAsync(0)));
        Assert.Equal((1L, Price), (market.Seller.Totals.Charges, market.Seller.Totals.Charged));
    }

    [Fact]
    public async Task H34_twenty_identical_requests_at_once_run_the_handler_once_and_pay_once()
    {
        await using var market = await Market.OpenAsync();
        using var http = Plain(market);
        var seller = await market.BalanceAsync(0);
        var pay = await PayForAsync(market, http, "/slow", isX402: true);
        var requests = Enumerable.Range(0, 20).Select(_ => SendAsync(http, "/slow", pay)).ToArray();
        while (Volatile.Read(ref market.HandlerRuns) == 0)
        {
            // The handler starts by itself; there is no signal of it but its count.
            await Task.Delay(5);
        }

        market.Gate.SetResult();
        foreach (var response in await Task.WhenAll(requests))
        {
            Assert.Equal("run 1", await response.Content.ReadAsStringAsync());
            response.Dispose();
        }

        Assert.Equal((1, seller + Price), (market.HandlerRuns, await market.BalanceAsync(0)));
    }

    [Fact]
    public async Task H12_H34_a_handler_that_fails_is_run_again_for_the_same_payment()
    {
        await using var market = await Market.OpenAsync();
        using var http = Plain(market);
        var seller = await market.BalanceAsync(0);
        market.FailuresLeft = 2;
        var pay = await PayForAsync(market, http, "/shaky", isX402: true);
        for (var i = 0; i < 2; i++)
        {
            using var failed = await SendAsync(http, "/shaky", pay);
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
            Assert.Null(Header(failed, "PAYMENT-RESPONSE"));
        }

        using var served = await SendAsync(http, "/shaky", pay);
        Assert.Equal("run 1", await served.Content.ReadAsStringAsync());
        Assert.Equal(seller + Price, await market.BalanceAsync(0));
    }

    [Fact]
    public async Task H34_a_seller_that_was_restarted_serves_no_charge_twice()
    {
        await using var market = await Market.OpenAsync();
        using var http = Plain(market);
        var pay = await PayForAsync(market, http, "/reading/1", isX402: true);
        using var first = await SendAsync(http, "/reading/1", pay);
        await market.RestartSellerAsync();
        using var again = Plain(market);
        using var repeated = await SendAsync(again, "/reading/1", pay);
        Assert.Equal("reading 1 run 1", await repeated.Content.ReadAsStringAsync());
        await RefusedAsync(again, "/reading/2", pay, 409, PaymentCode.ChargeAlreadyUsed);
        Assert.Equal((1, 1L), (market.HandlerRuns, market.Seller.Totals.Charges));
    }

    [Fact]
    public async Task H33_whoever_had_the_ledger_execute_it_it_counts()
    {
        await using var market = await Market.OpenAsync();
        using var http = Plain(market);
        var pay = await PayForAsync(market, http, "/reading/1", isX402: true);
        using var node = new BusbarClient(market.Network.Api);
        var network = await node.GetNetworkAsync();
        var bare = new BareAuthorization(
            new NetworkId(network.ChainId), new Operation.TransferWithAuthorization(pay.Authorization));
        await node.SubmitUntilFinalAsync(bare, TimeSpan.FromSeconds(10));
        using var served = await SendAsync(http, "/reading/1", pay);
        Assert.Equal("reading 1 run 1", await served.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task H36_while_the_ledger_does_not_answer_the_charge_is_pending_and_not_lost()
    {
        await using var market = await Market.OpenAsync(options => options.Patience = TimeSpan.FromMilliseconds(300));
        using var http = Plain(market);
        var pay = await PayForAsync(market, http, "/reading/1", isX402: true);
        await market.StopNodeAsync();
        await RefusedAsync(http, "/reading/1", pay, 503, PaymentCode.SettlementPending);
        await RefusedAsync(http, "/reading/2", pay, 409, PaymentCode.ChargeAlreadyUsed);
        await market.StartNodeAsync();
        using var served = await SendAsync(http, "/reading/1", pay);
        Assert.Equal("reading 1 run 1", await served.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task H32_H36_what_is_not_the_offer_or_cannot_execute_is_refused_and_nothing_moves()
    {
        await using var market = await Market.OpenAsync();
        using var http = Plain(market);
        var seller = await market.BalanceAsync(0);
        var good = await PayForAsync(market, http, "/reading/1", isX402: true);
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var (offer, json) = (good.Offer, good.Json);
        using var poor = PrivateKey.Create(KeyKind.Secp256k1, Hash256.Sha256([9, 9]).ToArray());
        async Task Is(
            PaymentCode code, string reason, Func<Authorization, Authorization> change, PrivateKey? key = null)
        {
            var signed = Sign(change(good.Authorization), key ?? market.Network.Accounts[1], offer);
            var pay = good with { Authorization = signed, Value = X402Payment.Encode(json, signed) };
            using var refused = await RefusedAsync(http, "/reading/1", pay, 402, code);
            Assert.True(X402Settlement.TryDecode(Header(refused, "PAYMENT-RESPONSE")!, out var settlement));
            Assert.Equal(reason, settlement.ErrorReason);
            Assert.NotNull(Header(refused, "PAYMENT-REQUIRED"));
        }

        await Is(
            PaymentCode.WrongPayee,
            "invalid_exact_evm_recipient_mismatch",
            one => one with { To = market.Network.Accounts[2].Address });
        const string Value = "invalid_exact_evm_payload_authorization_value_mismatch";
        await Is(PaymentCode.PaymentTooSmall, Value, one => one with { Value = Price - new Amount(1) });
        await Is(
            PaymentCode.OfferMismatch,
            "invalid_payment_requirements",
            one => one with { Value = Price + new Amount(1) });
        await Is(
            PaymentCode.AuthorizationSignatureWrong,
            "invalid_exact_evm_signature",
            one => one,
            market.Network.Accounts[2]);
        await Is(
            PaymentCode.AuthorizationExpired,
            "invalid_exact_evm_payload_authorization_valid_before",
            one => one with { ValidBeforeSeconds = now - 1 });
        await Is(
            PaymentCode.AuthorizationNotYetValid,
            "invalid_exact_evm_payload_authorization_valid_after",
            one => one with { ValidAfterSeconds = now + 100 });
        await Is(
            PaymentCode.LedgerRefusesPayment,
            "invalid_exact_evm_insufficient_balance",
            one => one with { From = poor.Address },
            poor);

        // A signature under another network's or another asset's domain is nobody's here.
        var elsewhere = good.Authorization with
        {
            Domain = Eip712.DomainOf(offer.Name, offer.AssetVersion, new NetworkId(1), offer.Asset),
        };
        var foreign = elsewhere with
        {
            Signature = market.Network.Accounts[1].SignRecoverable(Eip712.TransferDigest(elsewhere)),
        };
        await RefusedAsync(
            http,
            "/reading/1",
            good with { Value = X402Payment.Encode(json, foreign) },
            402,
            PaymentCode.AuthorizationSignatureWrong);
        var otherChain = JsonDocument.Parse(json.GetRawText().Replace("eip155:", "eip155:9", StringComparison.Ordinal));
        await RefusedAsync(
            http,
            "/reading/1",
            good with { Value = X402Payment.Encode(otherChain.RootElement, good.Authorization) },
            402,
            PaymentCode.OfferMismatch);
        foreach (var garbage in new[] { "!", "e30=", "AAAA", new string('A', 20_000) })
        {
            var (status, code) = garbage.Length > 16_384
                ? (431, PaymentCode.HeaderTooLarge)
                : (400, PaymentCode.CredentialMalformed);
            await RefusedAsync(http, "/reading/1", good with { Value = garbage }, status, code);
        }

        Assert.Equal((0, seller), (market.HandlerRuns, await market.BalanceAsync(0)));
        using var served = await SendAsync(http, "/reading/1", good);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    [Fact]
    public async Task H2_H36_H41_a_charge_answers_a_challenge_of_this_seller_at_this_price()
    {
        await using var market = await Market.OpenAsync();
        using var http = Plain(market);
        var good = await PayForAsync(market, http, "/reading/1", isX402: false);
        var key = market.Network.Accounts[1];
        async Task Is(PaymentCode code, AuthChallenge challenge, Hash256? nonce = null, int status = 402)
        {
            var signed = Sign(
                good.Authorization with { Nonce = nonce ?? EvmCharge.NonceOf(challenge) }, key, good.Offer);
            var pay = good with { Value = EvmCredential.Encode(challenge, good.Offer.Network, signed) };
            await RefusedAsync(http, "/reading/1", pay, status, code);
        }

        var challenge = good.Challenge!;
        await Is(PaymentCode.ChallengeUnknown, challenge with { Id = challenge.Id + "A" });
        await Is(PaymentCode.ChallengeUnknown, challenge with { Expires = "2099-01-01T00:00:00Z" });
        await Is(PaymentCode.ChallengeUnknown, challenge, Hash256.Sha256([1]));
        market.CurrentPrice = "0.0002";
        await RefusedAsync(http, "/priced", good, 402, PaymentCode.PaymentTooSmall);
        await RefusedAsync(
            http, "/reading/1", good with { Value = "Payment e30" }, 400, PaymentCode.CredentialMalformed);
        Assert.Equal(0, market.HandlerRuns);

        // Another scheme is the seller's own business.
        using var bearer = await SendAsync(http, "/reading/1", good with { Value = "Bearer abc" });
        Assert.Equal(HttpStatusCode.PaymentRequired, bearer.StatusCode);
        using var served = await SendAsync(http, "/reading/1", good);
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
    }

    private static HttpClient Plain(Market market) => new() { BaseAddress = market.Origin };

    private static async Task<Signed> PayForAsync(Market market, HttpClient http, string path, bool isX402)
    {
        using var unpaid = await http.GetAsync(path);
        var (offer, json) = Assert.Single(X402Offer.Decode(Header(unpaid, "PAYMENT-REQUIRED")!));
        var challenge = AuthChallenge.FindAll(unpaid.Headers.WwwAuthenticate).Single(one => one.Method == "evm");
        var key = market.Network.Accounts[1];
        var before = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60;
        var nonce = isX402 ? Hash256.Sha256(Guid.NewGuid().ToByteArray()) : EvmCharge.NonceOf(challenge);
        var signed = Sign(
            new Authorization(
                offer.Asset, default, key.Address, offer.PayTo, offer.Amount, 0, before, nonce, default),
            key,
            offer);
        return isX402
            ? new Signed("PAYMENT-SIGNATURE", X402Payment.Encode(json, signed), signed, offer, json, null)
            : new Signed(
                "Authorization",
                EvmCredential.Encode(challenge, offer.Network, signed),
                signed,
                offer,
                json,
                challenge);
    }

    private static Authorization Sign(Authorization unsigned, PrivateKey key, X402Exact offer)
    {
        var domain = Eip712.DomainOf(offer.Name, offer.AssetVersion, offer.Network, offer.Asset);
        var bound = unsigned with { Domain = domain };
        return bound with { Signature = key.SignRecoverable(Eip712.TransferDigest(bound)) };
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, Signed pay)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(pay.Header, pay.Value);
        return await http.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> RefusedAsync(
        HttpClient http, string path, Signed pay, int status, PaymentCode code)
    {
        var response = await SendAsync(http, path, pay);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal((status, code), ((int)response.StatusCode, PaymentProblem.Parse(body).Code));
        return response;
    }

    private static async Task<IntentInfo> InfoOfAsync(Market market, Authorization authorization)
    {
        using var node = new BusbarClient(market.Network.Api);
        return await node.GetIntentAsync(
            BareAuthorization.IntentOf(authorization), authorization.From, TimeSpan.FromSeconds(5));
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private sealed record Signed(
        string Header,
        string Value,
        Authorization Authorization,
        X402Exact Offer,
        JsonElement Json,
        AuthChallenge? Challenge);
}
