using System.Net;
using System.Net.Sockets;
using System.Text;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

/// <summary>Clients of the API that mean harm: each is bounded, and the node serves the others meanwhile.</summary>
public sealed class HostileClientTests(ApiTests.Network network) : IClassFixture<ApiTests.Network>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", 62, 0, "200")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", 64, 0, "431")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n", 1, NodeLimits.RequestHeadersSizeBytes, "431")]
    [InlineData("GET /v1/network?waitMs=", 0, NodeLimits.RequestLineSizeBytes, "414")]
    public async Task A2_headers_and_a_request_line_past_their_limits_are_refused(
        string start, int headers, int length, string status)
    {
        var request = new StringBuilder(start);
        for (var i = 0; i < headers; i++)
        {
            request.Append("x-").Append(i).Append(": ").Append('x', length).Append("\r\n");
        }

        request.Append(headers == 0 ? new string('1', length) + " HTTP/1.1\r\nHost: a\r\n" : "");
        request.Append("Connection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 " + status, await SendAsync(Encoding.ASCII.GetBytes(request.ToString())));
    }

    [Fact]
    public async Task A2_whoever_sends_headers_or_a_body_slowly_is_cut()
    {
        var headers = SendAsync("GET /v1/network HTTP/1.1\r\nHost: a\r\nx: "u8.ToArray());
        var body = SendAsync(
            "POST /v1/transactions HTTP/1.1\r\nHost: a\r\nContent-Type: application/cbor\r\n"u8.ToArray()
                .Concat("Content-Length: 1000\r\n\r\n1"u8.ToArray()).ToArray());
        Assert.StartsWith("HTTP/1.1 408", await headers);
        var late = await body;
        Assert.StartsWith("HTTP/1.1 408", late);
        Assert.Contains("\"TooSlow\"", late, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A3_a_body_that_is_badly_framed_is_BadValue()
    {
        var answer = await SendAsync(
            "POST /v1/transactions HTTP/1.1\r\nHost: a\r\nContent-Type: application/cbor\r\n"u8.ToArray()
                .Concat("Transfer-Encoding: chunked\r\n\r\nzz\r\n"u8.ToArray()).ToArray());
        Assert.StartsWith("HTTP/1.1 400", answer);
        Assert.Contains("\"BadValue\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A2_bytes_that_are_no_request_end_their_connection_and_nothing_else()
    {
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var noise = new byte[random.Next(1, 4_096)];
            random.NextBytes(noise);
            noise[^1] = (byte)'\n';
            var answer = await SendAsync(noise, end: true);
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        }

        using var health = await network.Http.GetAsync(new Uri("/health", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task A2_A14_one_address_opens_its_part_of_the_event_streams_and_not_one_more()
    {
        using var http = new HttpClient { BaseAddress = network.Local.Api };
        var path = new Uri($"/v1/accounts/{network.Local.Accounts[9].Address}/events", UriKind.Relative);
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < NodeLimits.EventStreamsPerAddress; i++)
        {
            open.Add(await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation));
            Assert.Equal(HttpStatusCode.OK, open[^1].StatusCode);
        }

        using (var past = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, Cancellation))
        {
            Assert.Equal("TooManyStreams", await TestPayments.CodeAsync(past));
        }

        // :: Payments and questions go on beside them.
        var (from, to) = (network.Local.Accounts[8], network.Local.Accounts[7].Address);
        Assert.Equal("Ok", (await TestPayments.PayAsync(http, TestPayments.SignedTransfer(from, to, 1))).Result);

        open.ForEach(one => one.Dispose());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var status = default(HttpStatusCode); status != HttpStatusCode.OK;)
        {
            using var again = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            status = again.StatusCode;
        }
    }

    [Fact]
    public async Task A2_long_transactions_of_a_penniless_stranger_keep_nobody_from_paying()
    {
        using var stranger = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("penniless"u8).ToArray());
        var voucher = new Voucher(
            NetworkId.Development, new ChannelId(Hash256.Sha256([1])), 1, Amount.Zero, Amount.Zero, 1, 1, default);
        var proof = new SignatureProof(stranger.PublicKey, stranger.Sign(voucher.SigningHash()));
        var claims = Enumerable.Repeat(new Claim(voucher, proof, null, []), Limits.ClaimsPerOperation).ToArray();
        var flood = Enumerable.Range(0, 100).Select(_ => TestPayments.PostAsync(
            network.Http,
            TestPayments.Sign(stranger, TestPayments.Transfer(stranger, Address.Zero, 1) with
            {
                Operations = [new Operation.ClaimChannels(claims)],
                MaxFee = new Amount(10_000_000),
            }))).ToArray();
        var (from, to) = (network.Local.Accounts[6], network.Local.Accounts[5].Address);
        var paid = await TestPayments.PayAsync(network.Http, TestPayments.SignedTransfer(from, to, 1));
        Assert.Equal("Ok", paid.Result);
        foreach (var refused in await Task.WhenAll(flood))
        {
            Assert.Equal("FeeNotPayable", await TestPayments.CodeAsync(refused));
        }
    }

    [Fact]
    public async Task A2_so_much_is_checked_at_once_and_the_rest_waits_for_its_turn()
    {
        const int AtOnce = 3;
        using var turnstile = new Turnstile(AtOnce);
        var (now, most) = (0, 0);
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(
            async () => Assert.Equal(number, await turnstile.RunAsync(
                () =>
                {
                    lock (gate)
                    {
                        most = Math.Max(most, ++now);
                    }

                    Thread.Yield();
                    lock (gate)
                    {
                        now--;
                    }

                    return number;
                },
                Cancellation)))));
        Assert.InRange(most, 1, AtOnce);

        // :: Work that fails gives its place back.
        for (var i = 0; i <= AtOnce; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => turnstile.RunAsync<int>(() => throw new InvalidOperationException("it failed"), Cancellation));
        }
    }

    private async Task<string> SendAsync(byte[] bytes, bool end = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(network.Local.Api.Host, network.Local.Api.Port, Cancellation);
        var stream = client.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(bytes, Cancellation);
            if (end)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            await stream.CopyToAsync(answer, Cancellation);
        }
        catch (IOException)
        {
            // It was cut; what it said before counts.
            return Encoding.ASCII.GetString(answer.ToArray());
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
