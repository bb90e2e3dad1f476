using System.Net;
using System.Text;
using System.Text.Json;
using Busbar.Client;
using Busbar.Ethereum;
using Busbar.Http402;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Transactions;
using Authorization = Busbar.Transactions.Authorization;

namespace Busbar.Tests.Node;

/// <summary>The x402 facilitator of a node, asked as x402's servers ask.</summary>
public sealed class FacilitatorTests : IAsyncLifetime
{
    private static readonly Amount Price = new(2_000_000);
    private LocalNetwork network = null!;
    private HttpClient http = null!;
    private X402Exact offer = null!;

    public async ValueTask InitializeAsync()
    {
        network = await LocalNetwork.StartAsync(new LocalNetworkOptions { Validators = 1 });
        http = new HttpClient { BaseAddress = network.Api };
        using var node = new BusbarClient(network.Api);
        var info = await node.GetNetworkAsync();
        var asset = info.Assets.Single(one => one.Address == info.FeeAsset);
        offer = new X402Exact(
            new NetworkId(info.ChainId),
            Address.Parse(asset.Address),
            network.Accounts[0].Address,
            Price,
            60,
            asset.Name,
            asset.Version);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await network.DisposeAsync();
    }

    [Fact]
    public async Task A30_A34_it_says_what_it_settles()
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync("/x402/supported"));
        var kinds = answer.RootElement.GetProperty("kinds").EnumerateArray()
            .Select(kind => (
                kind.GetProperty("x402Version").GetInt32(),
                kind.GetProperty("scheme").GetString(),
                kind.GetProperty("network").GetString()));
        Assert.Equal([(2, "exact", offer.Network.ToString()), (1, "exact", offer.Network.ToString())], kinds);
        Assert.Equal(JsonValueKind.Array, answer.RootElement.GetProperty("extensions").ValueKind);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task A31_A32_A33_a_payment_is_verified_settled_and_settled_again_with_the_same_result(int version)
    {
        var body = BodyOf(Sign(), version);
        var (seller, buyer) = (await BalanceAsync(0), await BalanceAsync(1));
        var verified = await AskAsync("verify", body);
        Assert.True(verified.GetProperty("isValid").GetBoolean(), verified.ToString());
        Assert.Equal(network.Accounts[1].Address.ToString(), verified.GetProperty("payer").GetString());
        Assert.Equal(seller, await BalanceAsync(0));

        var settled = await AskAsync("settle", body);
        Assert.True(settled.GetProperty("success").GetBoolean(), settled.ToString());
        Assert.True(Hash256.TryParse(settled.GetProperty("transaction").GetString(), out _));
        Assert.Equal(seller + Price, await BalanceAsync(0));
        Assert.True(await BalanceAsync(1) < buyer - Price);

        var again = await AskAsync("settle", body);
        Assert.Equal(settled.ToString(), again.ToString());
        Assert.Equal(seller + Price, await BalanceAsync(0));
        await RefusedAsync("verify", body, X402Reason.NonceUsed);
    }

    [Fact]
    public async Task A33_two_hundred_payers_at_once_are_settled_and_one_payment_handed_in_fifty_times_is_made_once()
    {
        var seller = await BalanceAsync(0);
        var one = BodyOf(Sign());
        var bodies = Enumerable.Range(0, 200).Select(_ => BodyOf(Sign())).Concat(Enumerable.Repeat(one, 50));
        var answers = await Task.WhenAll(bodies.Select(body => AskAsync("settle", body)));
        Assert.All(answers, answer => Assert.True(answer.GetProperty("success").GetBoolean(), answer.ToString()));
        Assert.Equal(201, answers.Select(answer => answer.GetProperty("transaction").GetString()).Distinct().Count());
        Assert.Equal(new Amount(seller.Atomic + (201 * Price.Atomic)), await BalanceAsync(0));
    }

    [Fact]
    public async Task A32_A33_what_cannot_execute_is_refused_in_x402s_words_and_nothing_moves()
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var poor = PrivateKey.Create(KeyKind.Secp256k1, Hash256.Sha256([5, 5]).ToArray());
        var (seller, buyer) = (await BalanceAsync(0), await BalanceAsync(1));
        var otherDomain = offer with { AssetVersion = "9" };
        (string Reason, byte[] Body)[] cases =
        [
            (X402Reason.Recipient, BodyOf(Sign(to: network.Accounts[2].Address))),
            (X402Reason.Value, BodyOf(Sign(value: Price - new Amount(1)))),
            (X402Reason.Value, BodyOf(Sign(value: Price + new Amount(1)))),
            (X402Reason.Signature, BodyOf(Sign(key: network.Accounts[2], from: network.Accounts[1].Address))),
            (X402Reason.Signature, BodyOf(Sign(under: otherDomain))),
            (X402Reason.Signature, BodyOf(Sign(under: offer with { Network = new NetworkId(1) }))),
            (X402Reason.Version, BodyOf(Sign(), asked: otherDomain)),
            (X402Reason.Name, BodyOf(Sign(), asked: offer with { Name = "Tollar" })),
            (X402Reason.Network, BodyOf(Sign(), asked: offer with { Network = new NetworkId(1) })),
            (X402Reason.Requirements, BodyOf(Sign(), asked: offer with { Asset = network.Accounts[0].Address })),
            (X402Reason.ValidBefore, BodyOf(Sign(before: now - 5))),
            (X402Reason.ValidAfter, BodyOf(Sign(after: now + 100))),
            (X402Reason.Balance, BodyOf(Sign(key: poor))),
            (X402Reason.Payload, "{}"u8.ToArray()),
            (X402Reason.Payload, "nonsense"u8.ToArray()),
            (X402Reason.Payload, [0xFF, 0x00]),
            (X402Reason.Scheme, Replace(BodyOf(Sign()), "\"exact\"", "\"upto\"")),
        ];
        foreach (var (reason, body) in cases)
        {
            await RefusedAsync("verify", body, reason);
            await RefusedAsync("settle", body, reason);
        }

        Assert.Equal((seller, buyer), (await BalanceAsync(0), await BalanceAsync(1)));
    }

    [Fact]
    public async Task A33_a_cancelled_authorization_is_refused()
    {
        var signed = Sign();
        using var node = new BusbarClient(network.Api);
        var wallet = new Wallet(network.Accounts[1], await node.GetNetworkAsync());
        var cancel = wallet.Sign(wallet.NewIntent(), wallet.CancelAuthorization(offer.Asset, signed.Nonce));
        await node.SubmitUntilFinalAsync(cancel, TimeSpan.FromSeconds(10));
        await RefusedAsync("verify", BodyOf(signed), X402Reason.NonceUsed);
        await RefusedAsync("settle", BodyOf(signed), X402Reason.NonceUsed);
    }

    private Authorization Sign(
        Address? to = null,
        Amount? value = null,
        PrivateKey? key = null,
        Address? from = null,
        X402Exact? under = null,
        ulong after = 0,
        ulong? before = null)
    {
        key ??= network.Accounts[1];
        under ??= offer;
        var unsigned = new Authorization(
            offer.Asset,
            Eip712.DomainOf(under.Name, under.AssetVersion, under.Network, offer.Asset),
            from ?? key.Address,
            to ?? offer.PayTo,
            value ?? Price,
            after,
            before ?? (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60,
            Hash256.Sha256(Guid.NewGuid().ToByteArray()),
            default);
        return unsigned with { Signature = key.SignRecoverable(Eip712.TransferDigest(unsigned)) };
    }

    // A request as x402's servers of either version write it.
    private byte[] BodyOf(Authorization authorization, int version = 2, X402Exact? asked = null)
    {
        asked ??= offer;
        var payload = new
        {
            signature = Hex.Format(authorization.Signature.ToArray()),
            authorization = new
            {
                from = authorization.From.ToString(),
                to = authorization.To.ToString(),
                value = authorization.Value.ToString(),
                validAfter = $"{authorization.ValidAfterSeconds}",
                validBefore = $"{authorization.ValidBeforeSeconds}",
                nonce = authorization.Nonce.ToString(),
            },
        };
        var accepted = new Dictionary<string, object>
        {
            ["scheme"] = "exact",
            ["network"] = asked.Network.ToString(),
            [version == 1 ? "maxAmountRequired" : "amount"] = asked.Amount.ToString(),
            ["asset"] = asked.Asset.ToString(),
            ["payTo"] = asked.PayTo.ToString(),
            ["maxTimeoutSeconds"] = 60,
            ["extra"] = new { name = asked.Name, version = asked.AssetVersion },
        };
        object payment = version == 1
            ? new { x402Version = 1, scheme = "exact", network = asked.Network.ToString(), payload }
            : new { x402Version = 2, accepted, payload };
        return JsonSerializer.SerializeToUtf8Bytes(
            new { x402Version = version, paymentPayload = payment, paymentRequirements = accepted });
    }

    private static byte[] Replace(byte[] body, string what, string with)
    {
        var text = Encoding.UTF8.GetString(body);
        var at = text.IndexOf(what, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Remove(at, what.Length).Insert(at, with));
    }

    private async Task<JsonElement> AskAsync(string what, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var response = await http.PostAsync("/x402/" + what, content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return answer.RootElement.Clone();
    }

    private async Task RefusedAsync(string what, byte[] body, string reason)
    {
        var answer = await AskAsync(what, body);
        var (flag, name) = what == "verify" ? ("isValid", "invalidReason") : ("success", "errorReason");
        Assert.False(answer.GetProperty(flag).GetBoolean());
        Assert.Equal(reason, answer.GetProperty(name).GetString());
    }

    private async Task<Amount> BalanceAsync(int account)
    {
        using var node = new BusbarClient(network.Api);
        var info = await node.GetAccountAsync(network.Accounts[account].Address);
        Assert.True(Amount.TryParseAtomic(info.Balances[0].Atomic, out var amount));
        return amount;
    }
}
