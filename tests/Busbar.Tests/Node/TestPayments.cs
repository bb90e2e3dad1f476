using System.Net.Http.Headers;
using System.Security.Cryptography;
using Busbar.Api;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

/// <summary>Builds and posts signed transfers by hand, apart from the client that ships.</summary>
internal static class TestPayments
{
    public static readonly Amount MaxFee = new(1_000_000);

    public static IntentId NewIntent(TimeSpan ahead) => IntentId.Create(
        new UnixTime((ulong)(DateTimeOffset.UtcNow + ahead).ToUnixTimeMilliseconds()),
        RandomNumberGenerator.GetBytes(IntentId.NonceSizeBytes));

    public static Transaction Transfer(PrivateKey from, Address to, ulong atomic, IntentId? intent = null) => new(
        NetworkId.Development,
        from.Address,
        from.Address,
        intent ?? NewIntent(TimeSpan.FromMinutes(1)),
        [new Operation.Transfer(DevelopmentNetwork.Dollar, to, new Amount(atomic), Hash256.Zero)],
        DevelopmentNetwork.Dollar,
        MaxFee,
        null);

    public static byte[] Sign(PrivateKey key, Transaction transaction) =>
        new SignedTransaction(transaction, [new SignatureProof(key.PublicKey, key.Sign(transaction.SigningHash()))])
            .Encode();

    public static byte[] SignedTransfer(PrivateKey from, Address to, ulong atomic, IntentId? intent = null) =>
        Sign(from, Transfer(from, to, atomic, intent));

    public static async Task<HttpResponseMessage> PostAsync(HttpClient http, byte[] transaction, int waitMs = 10_000)
    {
        var body = new ByteArrayContent(transaction);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/cbor");
        return await http.PostAsync($"/v1/transactions?waitMs={waitMs}", body, TestContext.Current.CancellationToken);
    }

    public static async Task<IntentInfo> PayAsync(HttpClient http, byte[] transaction)
    {
        using var response = await PostAsync(http, transaction);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        var intent = await ReadAsync(response, ApiJson.Default.IntentInfo);
        Assert.Equal("final", intent.Status);
        return intent;
    }

    public static async Task<string> CodeAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await ReadAsync(response, ApiJson.Default.ApiProblem);
        Assert.Equal((int)response.StatusCode, problem.Status);
        Assert.NotEmpty(problem.Title);
        return problem.Code;
    }

    public static async Task<Amount> BalanceAsync(HttpClient http, Address account)
    {
        using var response = await http.GetAsync(
            new Uri($"/v1/accounts/{account}", UriKind.Relative), TestContext.Current.CancellationToken);
        var info = await ReadAsync(response, ApiJson.Default.AccountInfo);
        Assert.True(Amount.TryParseAtomic(info.Balances.SingleOrDefault()?.Atomic ?? "0", out var amount));
        return amount;
    }

    public static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var value = await System.Text.Json.JsonSerializer.DeserializeAsync(
            stream, type, TestContext.Current.CancellationToken);
        Assert.NotNull(value);
        return value;
    }
}
