using System.Net;
using System.Text.Json;
using Busbar.Api;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

public sealed class ChannelEventTests(ApiTests.Network network) : IClassFixture<ApiTests.Network>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private HttpClient Http => network.Http;

    [Fact]
    public async Task A6_A7_A14_a_channels_life_is_told_to_both_ends()
    {
        var (payer, payee) = (network.Local.Accounts[4], network.Local.Accounts[5]);
        var open = TestPayments.Transfer(payer, payee.Address, 1) with
        {
            Operations =
            [
                new Operation.OpenChannel(
                    payee.Address, payer.PublicKey, DevelopmentNetwork.Dollar, new Amount(500), 1_000, null),
            ],
        };
        var channel = open.ChannelIdAt(0);
        await FinalAsync(payer, open);
        Assert.Equal([channel.ToString()], await ChannelsAsync(payer, "payer"));
        Assert.Equal([channel.ToString()], await ChannelsAsync(payee, "payee"));
        Assert.Empty(await ChannelsAsync(payee, "payer"));

        await FinalAsync(payer, open with
        {
            IntentId = TestPayments.NewIntent(TimeSpan.FromMinutes(1)),
            Operations = [new Operation.TopUpChannel(channel, new Amount(20))],
        });
        await FinalAsync(payee, TestPayments.Transfer(payee, payer.Address, 1) with
        {
            Operations = [new Operation.CloseChannel(channel)],
        });
        var told = await ReadAsync($"/v1/channels/{channel}/events", null, 3);
        Assert.Equal(["channelOpened", "channelToppedUp", "channelClosed"], told.Select(one => one.Event.Kind));
        Assert.Equal(told, await ReadAsync($"/v1/accounts/{payee.Address}/events", null, 3));
        Assert.Empty(await ChannelsAsync(payer, "payer"));
        Assert.Empty(await ChannelsAsync(payee, "payee"));
        using var gone = await Http.GetAsync(
            new Uri($"/v1/channels/{channel}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("ChannelUnknown", await TestPayments.CodeAsync(gone));
    }

    [Theory]
    [InlineData("1.2")]
    [InlineData("-1.0.0")]
    [InlineData("1.0.99999999999")]
    [InlineData("latest")]
    public async Task A14_a_place_that_is_no_event_id_is_refused(string place)
    {
        using var response = await Http.GetAsync(
            new Uri($"/v1/accounts/{network.Local.Accounts[0].Address}/events?after={place}", UriKind.Relative),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("BadValue", await TestPayments.CodeAsync(response));
    }

    [Fact]
    public async Task A12_a_payment_is_found_by_its_account_however_many_others_used_its_id()
    {
        var intent = TestPayments.NewIntent(TimeSpan.FromMinutes(1));
        var others = Enumerable.Range(0, NodeLimits.IntentsPerLookup + 1)
            .Select(i => PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256([7, (byte)i]).ToArray()))
            .OrderBy(key => key.Address).ToArray();
        var to = network.Local.Accounts[7].Address;
        foreach (var other in others)
        {
            await PayAsync(network.Local.Accounts[6], other.Address, 10_000_000);
            await TestPayments.PayAsync(Http, TestPayments.SignedTransfer(other, to, 1, intent));
        }

        using var response = await Http.GetAsync(
            new Uri($"/v1/intents/{intent}?account={others[^1].Address}", UriKind.Relative),
            TestContext.Current.CancellationToken);
        Assert.Equal("final", (await TestPayments.ReadAsync(response, ApiJson.Default.IntentInfo)).Status);
    }

    private Task PayAsync(PrivateKey from, Address to, ulong atomic) =>
        TestPayments.PayAsync(Http, TestPayments.SignedTransfer(from, to, atomic));

    private async Task FinalAsync(PrivateKey key, Transaction content) =>
        Assert.Equal("Ok", (await TestPayments.PayAsync(Http, TestPayments.Sign(key, content))).Result);

    private async Task<IEnumerable<string>> ChannelsAsync(PrivateKey account, string role)
    {
        using var response = await Http.GetAsync(
            new Uri($"/v1/accounts/{account.Address}/channels?role={role}", UriKind.Relative),
            TestContext.Current.CancellationToken);
        var list = await TestPayments.ReadAsync(response, ApiJson.Default.ChannelList);
        return list.Channels.Select(channel => channel.Channel);
    }

    private async Task<IReadOnlyList<(string Id, LedgerEvent Event)>> ReadAsync(
        string path, string? lastEventId, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        var events = new List<(string, LedgerEvent)>();
        var id = string.Empty;
        while (events.Count < count && await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                events.Add((id, JsonSerializer.Deserialize(line[6..], ApiJson.Default.LedgerEvent)!));
            }
        }

        return events;
    }
}
