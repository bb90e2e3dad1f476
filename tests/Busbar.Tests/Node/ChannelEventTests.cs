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

    [Fact]
    public async Task A5_A14_A17_assets_streams_and_escrows_are_read_by_their_ids_and_told_to_their_parties()
    {
        var (payer, payee) = (network.Local.Accounts[0], network.Local.Accounts[8]);
        var plain = TestPayments.Transfer(payer, payee.Address, 1) with { MaxFee = new Amount(2_000_000) };
        Operation[] made = [new Operation.CreateAsset("Made", "MADE", "1", 2, new Amount(900), true)];
        var create = plain with { Operations = made };
        var asset = create.AssetAddressAt(0);
        await FinalAsync(payer, create);
        var start = plain with
        {
            IntentId = TestPayments.NewIntent(TimeSpan.FromMinutes(1)),
            Operations =
            [
                new Operation.StartStream(payee.Address, asset, new Amount(100), new Amount(1)),
                new Operation.LockEscrow(
                    payee.Address, asset, new Amount(50), new UnixTime(create.IntentId.ValidUntil.Ms + 3_600_000),
                    new EscrowConditions(Hash256.Zero, new AttestorSet(1, [payer.Address]))),
                new Operation.Freeze(asset, payer.Address),
            ],
        };
        await FinalAsync(payer, start);

        using var client = new Busbar.Client.BusbarClient(Http);
        var stop = TestContext.Current.CancellationToken;
        var supply = await client.GetAssetAsync(asset, stop);
        Assert.Equal(
            ("900", payer.Address.ToString(), true), (supply.SupplyAtomic, supply.Issuer, supply.Freezable));
        var held = (await client.GetAccountAsync(payer.Address, stop)).Balances;
        Assert.Equal(("750", true), held.Where(one => one.Asset == asset.ToString())
            .Select(one => (one.Atomic, one.Frozen)).Single());
        var stream = await client.GetStreamAsync(start.StreamIdAt(0), stop);
        Assert.Equal(("100", "1", "0"), (stream.DepositAtomic, stream.RateAtomic, stream.WithdrawnAtomic));
        var escrow = await client.GetEscrowAsync(start.EscrowIdAt(1), stop);
        Assert.Equal(("50", 1, Hash256.Zero.ToString()), (escrow.Atomic, escrow.Threshold, escrow.HashLock));
        var told = await ReadAsync($"/v1/accounts/{payee.Address}/events", null, 2);
        Assert.Equal(["streamStarted", "escrowLocked"], told.Select(one => one.Event.Kind));
        Assert.Equal(start.StreamIdAt(0).ToString(), told[0].Event.Reference);

        foreach (var (path, code) in new[]
        {
            ($"/v1/assets/{payee.Address}", "AssetUnknown"), ($"/v1/streams/{Hash256.Zero}", "StreamUnknown"),
            ($"/v1/escrows/{Hash256.Zero}", "EscrowUnknown"), ("/v1/assets/x", "BadValue"),
            ("/v1/streams/x", "BadValue"), ("/v1/escrows/x", "BadValue"),
        })
        {
            using var refused = await Http.GetAsync(new Uri(path, UriKind.Relative), stop);
            Assert.Equal(code, await TestPayments.CodeAsync(refused));
        }
    }

    [Fact]
    public async Task A14_A24_an_x402_channel_is_read_by_its_id_and_told_to_its_parties()
    {
        var (payer, authorizer) = (network.Local.Accounts[2], network.Local.Accounts[3]);
        var receiver = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256([24]).ToArray()).Address;
        var config = new X402ChannelConfig(
            payer.Address, default, receiver, authorizer.Address, DevelopmentNetwork.Dollar, 900, Hash256.Sha256([1]));
        var channel = config.IdIn(NetworkId.Development);
        var deposit = TestPayments.Transfer(payer, receiver, 1) with
        {
            Operations =
            [
                new Operation.DepositX402Channel(config, new Amount(500)),
                new Operation.RequestX402Withdrawal(channel, new Amount(60)),
            ],
        };
        await FinalAsync(payer, deposit);
        await FinalAsync(authorizer, TestPayments.Transfer(authorizer, receiver, 1) with
        {
            Operations = [new Operation.RefundX402Channel(channel, new Amount(20), null)],
        });

        using var client = new Busbar.Client.BusbarClient(Http);
        var stop = TestContext.Current.CancellationToken;
        var found = await client.GetX402ChannelAsync(channel, stop);
        Assert.Equal(
            new X402ChannelInfo(
                channel.ToString(), payer.Address.ToString(), Address.Zero.ToString(), receiver.ToString(),
                authorizer.Address.ToString(), DevelopmentNetwork.Dollar.ToString(), 900, config.Salt.ToString(),
                "480", "0", 1, "40", found.WithdrawableUptimeMs),
            found);
        var told = await ReadAsync($"/v1/channels/{channel}/events", null, 3);
        Assert.Equal(
            ["x402ChannelDeposited", "x402WithdrawalRequested", "x402ChannelRefunded"],
            told.Select(one => one.Event.Kind));
        Assert.Equal(["500", "60", "20"], told.Select(one => one.Event.Atomic));
        Assert.Equal(found.WithdrawableUptimeMs, told[1].Event.WithdrawableUptimeMs);
        Assert.Equal(told, await ReadAsync($"/v1/accounts/{receiver}/events", null, 3));

        foreach (var (path, code) in new[] { (Hash256.Zero.ToString(), "X402ChannelUnknown"), ("x", "BadValue") })
        {
            using var refused = await Http.GetAsync(new Uri($"/v1/x402-channels/{path}", UriKind.Relative), stop);
            Assert.Equal(code, await TestPayments.CodeAsync(refused));
        }
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
