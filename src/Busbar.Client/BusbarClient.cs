using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Busbar.Api;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// A node's HTTP API (spec/api.md), typed. Thread-safe. A refusal is a <see cref="BusbarException"/>, a node that
/// does not answer an <see cref="HttpRequestException"/>; nothing is retried here.
/// </summary>
public sealed class BusbarClient : IDisposable
{
    /// <summary>Bytes of the longest answer that is read.</summary>
    public const int MaxAnswerSizeBytes = 16 * 1024 * 1024;

    /// <summary>The longest that a node holds an answer back while it waits for an outcome.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    private readonly HttpClient http;
    private readonly bool owned;

    /// <summary>Talks to the API at an address, with an HttpClient of its own.</summary>
    public BusbarClient(Uri node)
    {
        ArgumentNullException.ThrowIfNull(node);
        http = new HttpClient { BaseAddress = node, MaxResponseContentBufferSize = MaxAnswerSizeBytes };
        owned = true;
    }

    /// <summary>Uses the caller's HttpClient, whose base address is the API's.</summary>
    public BusbarClient(HttpClient http)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(http.BaseAddress);
        this.http = http;
    }

    /// <summary>The network: what must be known before something is signed.</summary>
    public Task<NetworkInfo> GetNetworkAsync(CancellationToken cancellation = default) =>
        GetAsync("/v1/network", ApiJson.Default.NetworkInfo, cancellation);

    /// <summary>All balances of an account.</summary>
    public Task<AccountInfo> GetAccountAsync(Address address, CancellationToken cancellation = default) =>
        GetAsync($"/v1/accounts/{address}", ApiJson.Default.AccountInfo, cancellation);

    /// <summary>
    /// The open and closing channels of an account, in order of id, at most 1,000: one that is missing may exist.
    /// </summary>
    /// <param name="address">The account.</param>
    /// <param name="role">"payer" or "payee".</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<IReadOnlyList<ChannelInfo>> GetChannelsAsync(
        Address address, string role, CancellationToken cancellation = default)
    {
        var path = $"/v1/accounts/{address}/channels?role={role}";
        return (await GetAsync(path, ApiJson.Default.ChannelList, cancellation)).Channels;
    }

    /// <summary>A channel that is open or closing; code ChannelUnknown otherwise.</summary>
    public Task<ChannelInfo> GetChannelAsync(ChannelId channel, CancellationToken cancellation = default) =>
        GetAsync($"/v1/channels/{channel}", ApiJson.Default.ChannelInfo, cancellation);

    /// <summary>An x402 channel; code X402ChannelUnknown where nothing was ever deposited.</summary>
    public Task<X402ChannelInfo> GetX402ChannelAsync(ChannelId channel, CancellationToken cancellation = default) =>
        GetAsync($"/v1/x402-channels/{channel}", ApiJson.Default.X402ChannelInfo, cancellation);

    /// <summary>An asset, of genesis or created; code AssetUnknown otherwise.</summary>
    public Task<AssetSupplyInfo> GetAssetAsync(Address asset, CancellationToken cancellation = default) =>
        GetAsync($"/v1/assets/{asset}", ApiJson.Default.AssetSupplyInfo, cancellation);

    /// <summary>A stream that has not ended; code StreamUnknown otherwise.</summary>
    public Task<StreamInfo> GetStreamAsync(StreamId stream, CancellationToken cancellation = default) =>
        GetAsync($"/v1/streams/{stream}", ApiJson.Default.StreamInfo, cancellation);

    /// <summary>An escrow that was neither released nor refunded; code EscrowUnknown otherwise.</summary>
    public Task<EscrowInfo> GetEscrowAsync(EscrowId escrow, CancellationToken cancellation = default) =>
        GetAsync($"/v1/escrows/{escrow}", ApiJson.Default.EscrowInfo, cancellation);

    /// <summary>An account's mandate for a signer; code MandateUnknown when there is none.</summary>
    public Task<MandateInfo> GetMandateAsync(
        Address account, Address signer, CancellationToken cancellation = default) =>
        GetAsync($"/v1/mandates/{account}/{signer}", ApiJson.Default.MandateInfo, cancellation);

    /// <summary>Who may act for an account, and within which limits.</summary>
    public async Task<IReadOnlyList<MandateInfo>> GetMandatesAsync(
        Address account, CancellationToken cancellation = default) =>
        (await GetAsync($"/v1/accounts/{account}/mandates", ApiJson.Default.MandateList, cancellation)).Mandates;

    /// <summary>A final block.</summary>
    public Task<BlockInfo> GetBlockAsync(ulong height, CancellationToken cancellation = default) =>
        GetAsync(Invariantly($"/v1/blocks/{height}"), ApiJson.Default.BlockInfo, cancellation);

    /// <summary>Where an intent stands.</summary>
    /// <param name="intentId">The intent.</param>
    /// <param name="account">Whose it is, where several accounts used the same id; null otherwise.</param>
    /// <param name="wait">How long to wait for an outcome, at most <see cref="MaxWait"/>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<IntentInfo> GetIntentAsync(
        IntentId intentId, Address? account, TimeSpan wait, CancellationToken cancellation = default)
    {
        var path = Invariantly($"/v1/intents/{intentId}?waitMs={(long)wait.TotalMilliseconds}");
        return GetAsync(
            account is null ? path : $"{path}&account={account}", ApiJson.Default.IntentInfo, cancellation);
    }

    /// <summary>A proof of what the object under a state key is, or that there is none: spec/ledger.md#L-50.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fromEpoch">The epoch whose validators are known already.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ProofInfo> GetObjectProofAsync(
        ReadOnlyMemory<byte> key, ulong fromEpoch, CancellationToken cancellation = default) => GetAsync(
            Invariantly($"/v1/proofs/objects/{Hex.Format(key.Span)}?fromEpoch={fromEpoch}"),
            ApiJson.Default.ProofInfo,
            cancellation);

    /// <summary>A proof of what the transaction under an intent did.</summary>
    /// <param name="intent">Account, signer and intent id.</param>
    /// <param name="fromEpoch">The epoch whose validators are known already.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ProofInfo> GetReceiptProofAsync(
        IntentKey intent, ulong fromEpoch, CancellationToken cancellation = default) => GetAsync(
            Invariantly(
                $"/v1/proofs/receipts/{intent.Account}/{intent.Signer}/{intent.Id}?fromEpoch={fromEpoch}"),
            ApiJson.Default.ProofInfo,
            cancellation);

    /// <summary>
    /// Follows an intent that was submitted: pending, notarized (a promise of two thirds of the validators, which may
    /// still be taken back), and at last final or expired. Each is given as soon as the node knows it.
    /// </summary>
    /// <param name="intentId">The intent.</param>
    /// <param name="account">Whose it is, where several accounts used the same id; null otherwise.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async IAsyncEnumerable<IntentInfo> FollowIntentAsync(
        IntentId intentId, Address? account, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var info = await GetIntentAsync(intentId, account, TimeSpan.Zero, cancellation);
        yield return info;
        while (info.Status is "pending" or "notarized")
        {
            var seen = info.Status;
            var path = Invariantly(
                $"/v1/intents/{intentId}?waitMs={(long)MaxWait.TotalMilliseconds}&account={info.Account}&seen={seen}");
            info = await GetAsync(path, ApiJson.Default.IntentInfo, cancellation);
            if (info.Status != seen)
            {
                yield return info;
            }
        }
    }

    /// <summary>
    /// Submits a transaction. Submitting the same content again, even with other signature bytes, gives the first
    /// result: retrying is always safe.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="wait">How long to wait until it is final, at most <see cref="MaxWait"/>.</param>
    /// <param name="cancellation">Stops waiting; the transaction may still execute.</param>
    public Task<IntentInfo> SubmitAsync(
        SignedTransaction transaction, TimeSpan wait, CancellationToken cancellation = default) =>
        PostAsync(
            Invariantly($"/v1/transactions?waitMs={(long)wait.TotalMilliseconds}"),
            transaction.Encode(),
            ApiJson.Default.IntentInfo,
            cancellation);

    /// <summary>The fee of a transaction if it executed on the last final state; nothing needs to be signed.</summary>
    public Task<FeeInfo> QuoteFeeAsync(Transaction transaction, CancellationToken cancellation = default)
    {
        var writer = new CanonicalWriter();
        transaction.Write(writer);
        return PostAsync("/v1/fee", writer.ToArray(), ApiJson.Default.FeeInfo, cancellation);
    }

    /// <summary>What happens to an account from now on, or from after an event id; ends with the connection.</summary>
    public IAsyncEnumerable<(string Id, LedgerEvent Event)> EventsAsync(
        Address account, string? lastEventId = null, CancellationToken cancellation = default) =>
        EventsAsync($"/v1/accounts/{account}/events", lastEventId, cancellation);

    /// <summary>What happens to a channel from now on, or from after an event id; ends with the connection.</summary>
    public IAsyncEnumerable<(string Id, LedgerEvent Event)> EventsAsync(
        ChannelId channel, string? lastEventId = null, CancellationToken cancellation = default) =>
        EventsAsync($"/v1/channels/{channel}/events", lastEventId, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (owned)
        {
            http.Dispose();
        }
    }

    private async IAsyncEnumerable<(string Id, LedgerEvent Event)> EventsAsync(
        string path, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await ThrowIfRefusedAsync(response, cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var parser = SseParser.Create(stream, (_, data) =>
            JsonSerializer.Deserialize(data, ApiJson.Default.LedgerEvent));
        await foreach (var item in parser.EnumerateAsync(cancellation))
        {
            if (item.Data is { } happened)
            {
                yield return (item.EventId ?? "", happened);
            }
        }
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
        return await ReadAsync(response, type, cancellation);
    }

    private async Task<T> PostAsync<T>(
        string path, byte[] body, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cbor");
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content, cancellation);
        return await ReadAsync(response, type, cancellation);
    }

    private static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        await ThrowIfRefusedAsync(response, cancellation);
        return await response.Content.ReadFromJsonAsync(type, cancellation)
            ?? throw new BusbarException("AnswerInvalid", "The node answered with null.", response.StatusCode);
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        if (response.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json")
        {
            var problem = await response.Content.ReadFromJsonAsync(ApiJson.Default.ApiProblem, cancellation);
            if (problem is not null)
            {
                var message = problem.Detail is null ? problem.Title : problem.Title + " " + problem.Detail;
                throw new BusbarException(problem.Code ?? "Refused", message, response.StatusCode);
            }
        }

        throw response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout
            ? new HttpRequestException("a gateway answered instead of the node", null, response.StatusCode)
            : new BusbarException("Refused", Invariantly($"HTTP {(int)response.StatusCode}"), response.StatusCode);
    }

    private static string Invariantly(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
