using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Busbar.Api;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Config;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

public sealed class ApiTests(ApiTests.Network network) : IClassFixture<ApiTests.Network>
{
    private HttpClient Http => network.Http;

    private LocalNetwork Local => network.Local;

    [Fact]
    public async Task A4_the_network_says_what_a_client_must_know()
    {
        using var response = await GetAsync("/v1/network");
        var info = await TestPayments.ReadAsync(response, ApiJson.Default.NetworkInfo);
        Assert.Equal("eip155:402402", info.Network);
        Assert.Equal(Local.Dollar.ToString(), info.FeeAsset);
        Assert.Equal("10000", info.Tariff["transfer"]);
        Assert.Equal(9, Assert.Single(info.Assets).Decimals);
    }

    [Fact]
    public async Task A15_governance_names_the_validators_their_accounts_and_what_decides()
    {
        var text = await Http.GetStringAsync(
            new Uri("/v1/governance", UriKind.Relative), TestContext.Current.CancellationToken);
        var told = JsonSerializer.Deserialize(text, ApiJson.Default.GovernanceInfo)!;
        var key = DevelopmentKeys.Validator(0).PublicKey;
        Assert.Equal([new ValidatorInfo(KeyText.Format(key), key.Address.ToString())], told.Validators);
        Assert.Equal((0UL, 1UL, 1UL), (told.Epoch, told.ProtocolVersion, told.Quorum));
        Assert.Null(told.UpgradeVersion);
        Assert.Null(told.UpgradeHeight);
        Assert.Empty(told.Ballots);
    }

    [Fact]
    public async Task A5_A10_a_transfer_is_final_and_moves_exactly_its_amount_and_fee()
    {
        var (from, to) = (Local.Accounts[0], Local.Accounts[1].Address);
        var before = await TestPayments.BalanceAsync(Http, from.Address);
        var toBefore = await TestPayments.BalanceAsync(Http, to);
        var paid = await TestPayments.PayAsync(Http, TestPayments.SignedTransfer(from, to, 123));
        Assert.Equal("Ok", paid.Result);
        Assert.Equal("10000", paid.FeeAtomic);
        Assert.Equal(before - new Amount(123 + 10_000), await TestPayments.BalanceAsync(Http, from.Address));
        Assert.Equal(toBefore + new Amount(123), await TestPayments.BalanceAsync(Http, to));
    }

    [Fact]
    public async Task A10_the_same_content_many_times_at_once_is_paid_once_and_answers_alike()
    {
        var (from, to) = (Local.Accounts[2], Local.Accounts[3].Address);
        var before = await TestPayments.BalanceAsync(Http, to);
        var transaction = TestPayments.SignedTransfer(from, to, 77);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => TestPayments.PayAsync(Http, transaction)));
        var later = await TestPayments.PayAsync(Http, transaction);
        Assert.All(answers, answer => Assert.Equal(later, answer));
        Assert.Equal(before + new Amount(77), await TestPayments.BalanceAsync(Http, to));
    }

    [Theory]
    [InlineData("seen=final")]
    [InlineData("seen=")]
    [InlineData("waitMs=-1")]
    public async Task A12_a_question_that_makes_no_sense_is_refused(string query)
    {
        var intent = TestPayments.NewIntent(TimeSpan.FromMinutes(1));
        using var response = await Http.GetAsync(
            new Uri($"/v1/intents/{intent}?{query}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("BadValue", await TestPayments.CodeAsync(response));
    }

    [Fact]
    public async Task A12_an_intent_is_followed_to_its_end()
    {
        using var client = new Busbar.Client.BusbarClient(Http);
        var transaction = TestPayments.SignedTransfer(Local.Accounts[0], Local.Accounts[1].Address, 5);
        Assert.Equal(DecodeError.Unset, SignedTransaction.TryDecode(transaction, out var signed));
        var content = signed!.Value.Transaction;
        (await TestPayments.PostAsync(Http, transaction, waitMs: 0)).Dispose();
        var seen = new List<string>();
        await foreach (var info in client.FollowIntentAsync(
            content.IntentId, content.Account, TestContext.Current.CancellationToken))
        {
            seen.Add(info.Status);
        }

        Assert.Equal("final", seen[^1]);
        Assert.Equal(seen.Distinct(), seen);
    }

    [Fact]
    public async Task A10_json_and_cbor_bodies_mean_the_same()
    {
        var transaction = TestPayments.SignedTransfer(Local.Accounts[4], Local.Accounts[5].Address, 1);
        var first = await TestPayments.PayAsync(Http, transaction);
        using var json = new StringContent(
            $$"""{"transaction":"{{Hex.Format(transaction)}}"}""", Encoding.UTF8, "application/json");
        using var response = await Http.PostAsync(
            new Uri("/v1/transactions", UriKind.Relative), json, TestContext.Current.CancellationToken);
        Assert.Equal(first, await TestPayments.ReadAsync(response, ApiJson.Default.IntentInfo));
    }

    [Fact]
    public async Task A10_another_content_under_a_used_intent_is_IntentReused()
    {
        var intent = TestPayments.NewIntent(TimeSpan.FromMinutes(1));
        var (from, to) = (Local.Accounts[6], Local.Accounts[7].Address);
        await TestPayments.PayAsync(Http, TestPayments.SignedTransfer(from, to, 1, intent));
        using var second = await TestPayments.PostAsync(Http, TestPayments.SignedTransfer(from, to, 2, intent));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Equal("IntentReused", await TestPayments.CodeAsync(second));
    }

    [Theory]
    [InlineData(-1, "Expired")]
    [InlineData(120, "TooFarAhead")]
    public async Task A10_an_intent_outside_its_window_is_refused(int minutesAhead, string code)
    {
        var intent = TestPayments.NewIntent(TimeSpan.FromMinutes(minutesAhead));
        using var response = await TestPayments.PostAsync(
            Http, TestPayments.SignedTransfer(Local.Accounts[0], Local.Accounts[1].Address, 1, intent));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal(code, await TestPayments.CodeAsync(response));
    }

    [Fact]
    public async Task A10_garbage_truncation_and_a_wrong_key_are_refused_and_change_nothing()
    {
        var from = Local.Accounts[8];
        var before = await TestPayments.BalanceAsync(Http, from.Address);
        var good = TestPayments.SignedTransfer(from, Local.Accounts[9].Address, 5);
        foreach (var (body, code) in new (byte[], string)[]
        {
            ([], "Truncated"),
            (good[..^1], "Truncated"),
            ([.. good, 0], "TrailingBytes"),
            ([0xFF, 0x00, 0x12], "WrongType"),
        })
        {
            using var refused = await TestPayments.PostAsync(Http, body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Equal(code, await TestPayments.CodeAsync(refused));
        }

        var content = TestPayments.Transfer(from, Local.Accounts[9].Address, 5);
        var thief = Local.Accounts[0];
        using var stolen = await TestPayments.PostAsync(Http, TestPayments.Sign(thief, content));
        Assert.Equal("SignerKeyMismatch", await TestPayments.CodeAsync(stolen));
        var forged = new SignedTransaction(
            content, [new SignatureProof(from.PublicKey, thief.Sign(content.SigningHash()))]).Encode();
        using var invalid = await TestPayments.PostAsync(Http, forged);
        Assert.Equal("SignatureInvalid", await TestPayments.CodeAsync(invalid));
        Assert.Equal(before, await TestPayments.BalanceAsync(Http, from.Address));
    }

    [Fact]
    public async Task A2_a_body_one_past_the_limit_is_TooLarge_and_one_at_it_is_read()
    {
        using var at = await TestPayments.PostAsync(Http, new byte[Limits.TransactionSizeBytes]);
        Assert.Equal(HttpStatusCode.BadRequest, at.StatusCode);
        using var past = await TestPayments.PostAsync(Http, new byte[Limits.TransactionSizeBytes + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, past.StatusCode);
        Assert.Equal("TooLarge", await TestPayments.CodeAsync(past));
        using var far = await TestPayments.PostAsync(Http, new byte[NodeLimits.RequestBodySizeBytes + 1]);
        Assert.Equal("TooLarge", await TestPayments.CodeAsync(far));
    }

    [Fact]
    public async Task A11_fees_of_what_waits_are_reserved_against_the_balance()
    {
        using var poor = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("poor"u8).ToArray());
        await TestPayments.PayAsync(
            Http, TestPayments.SignedTransfer(Local.Accounts[0], poor.Address, (ulong)TestPayments.MaxFee.Atomic - 1));
        using var refused = await TestPayments.PostAsync(
            Http, TestPayments.SignedTransfer(poor, Local.Accounts[0].Address, 1));
        Assert.Equal("FeeNotPayable", await TestPayments.CodeAsync(refused));
    }

    [Fact]
    public async Task A12_an_intent_is_found_final_unknown_and_expired()
    {
        var paid = await TestPayments.PayAsync(
            Http, TestPayments.SignedTransfer(Local.Accounts[0], Local.Accounts[1].Address, 1));
        using var found = await GetAsync($"/v1/intents/{paid.Intent}");
        Assert.Equal(paid, await TestPayments.ReadAsync(found, ApiJson.Default.IntentInfo));

        using var unknown = await GetAsync($"/v1/intents/{TestPayments.NewIntent(TimeSpan.FromMinutes(1))}");
        Assert.Equal("IntentUnknown", await TestPayments.CodeAsync(unknown));
        using var expired = await GetAsync($"/v1/intents/{TestPayments.NewIntent(-TimeSpan.FromMinutes(2))}");
        Assert.Equal("expired", (await TestPayments.ReadAsync(expired, ApiJson.Default.IntentInfo)).Status);
        using var forgotten = await GetAsync($"/v1/intents/{TestPayments.NewIntent(-TimeSpan.FromHours(3))}");
        Assert.Equal("OutsideRetention", await TestPayments.CodeAsync(forgotten));
    }

    [Fact]
    public async Task A12_an_id_that_two_accounts_used_asks_for_the_account()
    {
        var intent = TestPayments.NewIntent(TimeSpan.FromMinutes(1));
        var to = Local.Accounts[1].Address;
        await TestPayments.PayAsync(Http, TestPayments.SignedTransfer(Local.Accounts[2], to, 1, intent));
        await TestPayments.PayAsync(Http, TestPayments.SignedTransfer(Local.Accounts[3], to, 1, intent));
        using var ambiguous = await GetAsync($"/v1/intents/{intent}");
        Assert.Equal("AmbiguousIntent", await TestPayments.CodeAsync(ambiguous));
        using var named = await GetAsync($"/v1/intents/{intent}?account={Local.Accounts[3].Address}");
        var one = await TestPayments.ReadAsync(named, ApiJson.Default.IntentInfo);
        Assert.Equal(Local.Accounts[3].Address.ToString(), one.Account);
    }

    [Fact]
    public async Task A13_the_quoted_fee_is_the_fee_with_and_without_an_opening()
    {
        using var fresh = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("fresh"u8).ToArray());
        var content = TestPayments.Transfer(Local.Accounts[0], fresh.Address, 1);
        var first = await QuoteAsync(content);
        Assert.Equal("100000", first.AccountOpeningsAtomic);
        var paid = await TestPayments.PayAsync(Http, TestPayments.Sign(Local.Accounts[0], content));
        Assert.Equal(first.FeeAtomic, paid.FeeAtomic);
        Assert.Equal("0", (await QuoteAsync(content)).AccountOpeningsAtomic);
    }

    [Theory]
    [InlineData("/v1/accounts/0x12", HttpStatusCode.BadRequest, "BadValue")]
    [InlineData("/v1/accounts/0xd8da6BF26964aF9D7eEd9e03E53415D37aA96045", HttpStatusCode.BadRequest, "BadValue")]
    [InlineData("/v1/channels/xyz", HttpStatusCode.BadRequest, "BadValue")]
    [InlineData("/v1/blocks/-1", HttpStatusCode.BadRequest, "BadValue")]
    [InlineData("/v1/blocks/0", HttpStatusCode.NotFound, "BlockUnknown")]
    [InlineData("/v1/intents/12", HttpStatusCode.BadRequest, "BadValue")]
    [InlineData("/nothing/here", HttpStatusCode.NotFound, "NoSuchRoute")]
    [InlineData("/v1/transactions", HttpStatusCode.MethodNotAllowed, "MethodNotAllowed")]
    public async Task A1_A3_A7_A8_every_wrong_request_has_a_code(string path, HttpStatusCode status, string code)
    {
        using var response = await GetAsync(path);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, await TestPayments.CodeAsync(response));
    }

    [Fact]
    public async Task A3_a_body_of_another_type_is_UnsupportedMediaType()
    {
        using var body = new StringContent("hello", Encoding.UTF8, "text/plain");
        using var response = await Http.PostAsync(
            new Uri("/v1/transactions", UriKind.Relative), body, TestContext.Current.CancellationToken);
        Assert.Equal("UnsupportedMediaType", await TestPayments.CodeAsync(response));
    }

    [Fact]
    public async Task A9_health_readiness_the_document_and_the_page_answer()
    {
        foreach (var path in new[] { "/health", "/ready", "/openapi/v1.json", "/" })
        {
            using var response = await GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private Task<HttpResponseMessage> GetAsync(string path) =>
        Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private async Task<FeeInfo> QuoteAsync(Transaction content)
    {
        var writer = new CanonicalWriter();
        content.Write(writer);
        using var body = new ByteArrayContent(writer.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/cbor");
        using var response = await Http.PostAsync(
            new Uri("/v1/fee", UriKind.Relative), body, TestContext.Current.CancellationToken);
        return await TestPayments.ReadAsync(response, ApiJson.Default.FeeInfo);
    }

    public sealed class Network : IAsyncLifetime
    {
        public LocalNetwork Local { get; private set; } = null!;

        public HttpClient Http { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Local = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Validators = 1 }, TestContext.Current.CancellationToken);
            Http = new HttpClient { BaseAddress = Local.Api };
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await Local.DisposeAsync();
        }
    }
}
