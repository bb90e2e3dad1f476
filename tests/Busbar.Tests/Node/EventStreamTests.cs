using System.Text.Json;
using Busbar.Api;
using Busbar.Node;

namespace Busbar.Tests.Node;

public sealed class EventStreamTests
{
    [Fact]
    public async Task A14_a_reader_that_comes_back_gets_exactly_what_it_missed()
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Validators = 1 }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = network.Api };
        var (from, to) = (network.Accounts[0], network.Accounts[1].Address);
        await TestPayments.PayAsync(http, TestPayments.SignedTransfer(from, to, 1));
        await TestPayments.PayAsync(http, TestPayments.SignedTransfer(from, to, 2));
        var first = await ReadAsync(http, to, null, 2);
        Assert.Equal([1UL, 2UL], first.Select(one => one.Atomic));

        await TestPayments.PayAsync(http, TestPayments.SignedTransfer(from, to, 3));
        var resumed = await ReadAsync(http, to, first[0].Id, 2);
        Assert.Equal([2UL, 3UL], resumed.Select(one => one.Atomic));
    }

    [Fact]
    public async Task A14_an_event_arrives_while_the_stream_is_open()
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Validators = 1 }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = network.Api };
        var (from, to) = (network.Accounts[0], network.Accounts[1].Address);
        var waiting = ReadAsync(http, to, null, 1);
        await TestPayments.PayAsync(http, TestPayments.SignedTransfer(from, to, 9));
        Assert.Equal(9UL, Assert.Single(await waiting).Atomic);
    }

    [Fact]
    public async Task A14_a_place_that_is_none_is_refused()
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Validators = 1 }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = network.Api };
        using var response = await http.GetAsync(
            new Uri($"/v1/accounts/{network.Accounts[0].Address}/events?after=zzz", UriKind.Relative),
            TestContext.Current.CancellationToken);
        Assert.Equal("BadValue", await TestPayments.CodeAsync(response));
    }

    private static async Task<List<(string Id, ulong Atomic)>> ReadAsync(
        HttpClient http, Address account, string? after, int count)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/accounts/{account}/events");
        if (after is not null)
        {
            request.Headers.Add("Last-Event-ID", after);
        }

        using var response = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var events = new List<(string, ulong)>();
        var id = string.Empty;
        while (events.Count < count)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(line);
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                var one = JsonSerializer.Deserialize(line[6..], ApiJson.Default.LedgerEvent);
                events.Add((id, ulong.Parse(one!.Atomic, System.Globalization.CultureInfo.InvariantCulture)));
            }
        }

        return events;
    }
}
