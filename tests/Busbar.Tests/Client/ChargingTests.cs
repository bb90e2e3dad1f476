using System.Net;
using Busbar.Client;
using Busbar.Tests.AspNetCore;

namespace Busbar.Tests.Client;

/// <summary>A buyer pays sellers that take no ticks: one authorization a request, never two for one.</summary>
public sealed class ChargingTests
{
    private static readonly Amount Price = PayingOptions.Dollars(Market.Price);

    [Theory]
    [InlineData("PAYMENT-REQUIRED")]
    [InlineData("WWW-Authenticate")]
    public async Task H42_a_seller_that_takes_no_ticks_is_paid_with_an_authorization_each(string offered)
    {
        await using var market = await Market.OpenAsync();
        await using var handler = new PayingHandler(market.Options(), new WithoutTicks(offered));
        using var http = market.Client(handler);
        var seller = await market.BalanceAsync(0);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal($"reading {i} run {i}", await http.GetStringAsync($"/reading/{i}"));
        }

        Assert.Equal(new Amount(seller.Atomic + (3 * Price.Atomic)), await market.BalanceAsync(0));
        var spend = handler.Spend;
        Assert.Equal((3L, 0L, 3L), (spend.Payments, spend.Ticks, spend.Signatures));
        Assert.Equal(new Amount(3 * Price.Atomic), spend.Paid);
    }

    [Fact]
    public async Task H42_a_lost_answer_is_asked_for_again_with_the_same_authorization()
    {
        await using var market = await Market.OpenAsync();
        var wire = new WithoutTicks("PAYMENT-REQUIRED") { DropPaidAnswers = 3 };
        await using var handler = new PayingHandler(market.Options(), wire);
        using var http = market.Client(handler);
        var seller = await market.BalanceAsync(0);
        Assert.Equal("reading 1 run 1", await http.GetStringAsync("/reading/1"));
        Assert.Equal((0, 1), (wire.DropPaidAnswers, market.HandlerRuns));
        Assert.Equal(seller + Price, await market.BalanceAsync(0));
        Assert.Equal(1, handler.Spend.Signatures);
    }

    [Fact]
    public async Task H15_H42_the_budget_bounds_what_is_signed_also_after_a_restart()
    {
        await using var market = await Market.OpenAsync();
        var options = market.Options("0.0005", name: "buyer");
        var bought = 0;
        Amount committed;
        await using (var handler = new PayingHandler(options, new WithoutTicks("PAYMENT-REQUIRED")))
        {
            using var http = market.Client(handler);
            while ((await http.GetAsync($"/reading/{bought}")).IsSuccessStatusCode)
            {
                bought++;
            }

            committed = handler.Spend.Committed;
        }

        Assert.InRange(bought, 2, 4);
        Assert.True(committed <= options.Budget);
        await using var restarted = new PayingHandler(options, new WithoutTicks("PAYMENT-REQUIRED"));
        using var again = market.Client(restarted);
        using var refused = await again.GetAsync("/reading/9");
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        Assert.Equal(PaymentCode.BudgetExhausted, refused.GetPaymentRefusal()?.Code);
        Assert.Equal((bought, committed), (market.HandlerRuns, restarted.Spend.Committed));
    }

    [Fact]
    public async Task H42_a_named_purchase_is_paid_once_across_a_restart()
    {
        await using var market = await Market.OpenAsync();
        var options = market.Options(name: "buyer");
        var seller = await market.BalanceAsync(0);
        for (var run = 0; run < 3; run++)
        {
            await using var handler = new PayingHandler(options, new WithoutTicks("PAYMENT-REQUIRED"));
            using var http = market.Client(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/reading/1");
            request.Options.Set(PayingHandler.PurchaseId, "order 7");
            using var response = await http.SendAsync(request);
            Assert.Equal("reading 1 run 1", await response.Content.ReadAsStringAsync());
            Assert.Equal(run == 0 ? 1 : 0, handler.Spend.Signatures);
        }

        Assert.Equal((1, seller + Price), (market.HandlerRuns, await market.BalanceAsync(0)));
    }

    [Fact]
    public async Task H4_H42_what_is_too_dear_or_on_another_network_is_not_signed()
    {
        await using var market = await Market.OpenAsync();
        var options = new PayingOptions
        {
            Node = market.Network.Api,
            Key = market.Network.Accounts[1],
            Budget = PayingOptions.Dollars("1"),
            MaxPrice = Price - new Amount(1),
        };
        await using var careful = new PayingHandler(options, new WithoutTicks("PAYMENT-REQUIRED"));
        using var http = market.Client(careful);
        using var dear = await http.GetAsync("/reading/1");
        Assert.Equal(PaymentCode.PriceAboveLimit, dear.GetPaymentRefusal()?.Code);
        await using var elsewhere = new PayingHandler(
            market.Options(), new WithoutTicks("PAYMENT-REQUIRED") { Network = "eip155:1" });
        using var other = market.Client(elsewhere);
        using var foreign = await other.GetAsync("/reading/1");
        Assert.Equal(PaymentCode.OfferNotSupported, foreign.GetPaymentRefusal()?.Code);
        Assert.Equal((0L, 0L, 0), (careful.Spend.Signatures, elsewhere.Spend.Signatures, market.HandlerRuns));
    }

    /// <summary>Takes the other offers out of a seller's 402, and breaks connections after the answer.</summary>
    private sealed class WithoutTicks(string kept) : DelegatingHandler(new SocketsHttpHandler())
    {
        /// <summary>Paid answers that are dropped.</summary>
        public int DropPaidAnswers;

        /// <summary>What the offer of x402 says its network is; null for what the seller says.</summary>
        public string? Network { get; init; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.PaymentRequired)
            {
                var charges = AuthChallenge.FindAll(response.Headers.WwwAuthenticate)
                    .Where(one => one.Method == EvmCharge.Method)
                    .ToArray();
                response.Headers.WwwAuthenticate.Clear();
                var x402 = response.Headers.GetValues("PAYMENT-REQUIRED").First();
                response.Headers.Remove("PAYMENT-REQUIRED");
                if (kept == "PAYMENT-REQUIRED")
                {
                    response.Headers.Add(kept, Network is null ? x402 : Elsewhere(x402));
                }
                else
                {
                    response.Headers.TryAddWithoutValidation(kept, charges.Select(one => one.ToHeader()));
                }
            }
            else if (Interlocked.Decrement(ref DropPaidAnswers) >= 0)
            {
                response.Dispose();
                throw new HttpRequestException("the connection broke before the answer came");
            }
            else
            {
                DropPaidAnswers = 0;
            }

            return response;
        }

        private string Elsewhere(string header)
        {
            var (exact, _) = X402Offer.Decode(header)[0];
            Assert.True(NetworkId.TryParse(Network, out var network));
            return X402Offer.Encode(new Uri("http://127.0.0.1/"), null, [exact with { Network = network }]);
        }
    }
}
