using System.Net;
using Busbar.Client;

namespace Busbar.Tests.AspNetCore;

public sealed class SellingTests
{
    private static readonly Amount Price = PayingOptions.Dollars(Market.Price);

    [Fact]
    public async Task H1_H9_H21_a_buyer_pays_each_request_with_one_tick_and_signs_once()
    {
        await using var market = await Market.OpenAsync();
        var wire = new Wire();
        await using var handler = new PayingHandler(market.Options(), wire);
        using var http = market.Client(handler);
        for (var i = 0; i < 300; i++)
        {
            Assert.StartsWith($"reading {i} ", await http.GetStringAsync($"/reading/{i}"), StringComparison.Ordinal);
        }

        Assert.Equal(300, handler.Spend.Payments);
        Assert.Equal(300, handler.Spend.Ticks);
        Assert.Equal(1, handler.Spend.Signatures);
        Assert.Equal(new Amount(Price.Atomic * 300), handler.Spend.Paid);
        Assert.Single(wire.All, sent => sent.Status == 402);
        Assert.Equal(300, market.HandlerRuns);

        var before = await market.BalanceAsync(0);
        await market.Seller.SettleAsync(close: true);
        var totals = market.Seller.Totals;
        Assert.Equal(handler.Spend.Paid, totals.Claimed);
        Assert.Equal(handler.Spend.Paid, totals.Accepted);
        Assert.Equal(before + totals.Claimed - totals.Fees, await market.BalanceAsync(0));
    }

    [Fact]
    public async Task H8_eight_requests_at_once_pay_once_each()
    {
        await using var market = await Market.OpenAsync();
        await using var handler = new PayingHandler(market.Options());
        using var http = market.Client(handler);
        var answers = new System.Collections.Concurrent.ConcurrentBag<string>();
        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, stop) =>
            answers.Add(await http.GetStringAsync($"/reading/{i}", stop)));
        Assert.Equal(200, answers.Distinct().Count());
        Assert.Equal(200, handler.Spend.Payments);
        Assert.Equal(new Amount(Price.Atomic * 200), market.Seller.Totals.Accepted);
        await market.Seller.SettleAsync();
        Assert.Equal(new Amount(Price.Atomic * 200), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H15_a_budget_of_five_buys_five_and_says_why_it_stops()
    {
        await using var market = await Market.OpenAsync();
        await using var handler = new PayingHandler(market.Options("0.0005"));
        using var http = market.Client(handler);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"/reading/{i}")).StatusCode);
        }

        var refused = await http.GetAsync("/reading/5");
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        Assert.Equal(PaymentCode.BudgetExhausted, refused.GetPaymentRefusal()?.Code);
        Assert.Equal(5, handler.Spend.Payments);
        Assert.Equal(5, market.HandlerRuns);
        Assert.Equal("free", await http.GetStringAsync("/free"));
    }

    [Fact]
    public async Task H11_a_lost_answer_is_asked_for_again_with_the_same_tick_and_the_handler_ran_once()
    {
        await using var market = await Market.OpenAsync();
        var wire = new Wire();
        await using var handler = new PayingHandler(market.Options(), wire);
        using var http = market.Client(handler);
        await http.GetStringAsync("/reading/0");
        wire.DropAnswers = 2;
        Assert.Equal("reading 1 run 2", await http.GetStringAsync("/reading/1"));
        Assert.Equal(2, market.HandlerRuns);
        Assert.Single(wire.All.Where(sent => sent.Target == "/reading/1").Select(sent => sent.Tick).Distinct());
        Assert.Equal(2, handler.Spend.Payments);
    }

    [Fact]
    public async Task H10_H20_a_tick_pays_for_no_second_request()
    {
        await using var market = await Market.OpenAsync();
        var wire = new Wire();
        await using var handler = new PayingHandler(market.Options(), wire);
        using var http = market.Client(handler);
        await http.GetStringAsync("/reading/0");
        var tick = wire.All[^1].Tick!;
        using var plain = new HttpClient { BaseAddress = market.Origin };
        Assert.Equal((409, "TickAlreadyUsed"), await SendAsync(plain, "/reading/1", tick));
        Assert.Equal((200, "reading 0 run 1"), await SendAsync(plain, "/reading/0", tick));
        Assert.Equal(1, market.HandlerRuns);
    }

    [Fact]
    public async Task H12_a_failed_handler_costs_nothing()
    {
        await using var market = await Market.OpenAsync();
        await using var handler = new PayingHandler(market.Options());
        using var http = market.Client(handler);
        market.FailuresLeft = 2;
        Assert.Equal(HttpStatusCode.InternalServerError, (await http.GetAsync("/shaky")).StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, (await http.GetAsync("/shaky")).StatusCode);
        Assert.Equal("run 1", await http.GetStringAsync("/shaky"));
        Assert.Equal(1, handler.Spend.Payments);
        Assert.Equal(Price, market.Seller.Totals.Accepted);
        await market.Seller.SettleAsync();
        Assert.Equal(Price, market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H11_five_identical_requests_at_once_run_the_handler_once()
    {
        await using var market = await Market.OpenAsync();
        var wire = new Wire();
        await using var handler = new PayingHandler(market.Options(), wire);
        using var http = market.Client(handler);
        await http.GetStringAsync("/reading/0");
        var first = http.GetStringAsync("/slow");
        while (market.HandlerRuns < 2)
        {
            await Task.Yield();
        }

        var tick = wire.LastTick!;
        using var plain = new HttpClient { BaseAddress = market.Origin };
        var others = Enumerable.Range(0, 5).Select(_ => SendAsync(plain, "/slow", tick)).ToList();
        market.Gate.SetResult();
        Assert.Equal("run 2", await first);
        var answers = await Task.WhenAll(others);
        Assert.All(answers, answer => Assert.Equal((200, "run 2"), answer));
        Assert.Equal(2, market.HandlerRuns);
    }

    [Fact]
    public async Task H13_H14_a_price_that_changes_between_requests_is_followed()
    {
        await using var market = await Market.OpenAsync();
        await using var handler = new PayingHandler(market.Options());
        using var http = market.Client(handler);
        var expected = UInt128.Zero;
        foreach (var price in new[] { "0.0001", "0.00015", "0.00015", "0.0002", "0.00005", "0.00005" })
        {
            market.CurrentPrice = price;
            expected += PayingOptions.Dollars(price).Atomic;
            await http.GetStringAsync("/priced");
        }

        Assert.Equal(new Amount(expected), handler.Spend.Paid);
        Assert.Equal(new Amount(expected), market.Seller.Totals.Accepted);
        await market.Seller.SettleAsync();
        Assert.True(market.Seller.Totals.Claimed.Atomic - expected <= PayingOptions.Dollars("0.0002").Atomic);
    }

    [Fact]
    public async Task H16_a_stopped_node_stops_no_payment_and_settlement_ends_when_it_is_back()
    {
        await using var market = await Market.OpenAsync(options => options.Patience = TimeSpan.FromSeconds(20));
        await using var handler = new PayingHandler(market.Options());
        using var http = market.Client(handler);
        await http.GetStringAsync("/reading/0");
        await market.StopNodeAsync();
        for (var i = 1; i < 20; i++)
        {
            await http.GetStringAsync($"/reading/{i}");
        }

        var settling = market.Seller.SettleAsync(close: true);
        await market.StartNodeAsync();
        await settling;
        Assert.Equal(new Amount(Price.Atomic * 20), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H17_a_restarted_seller_carries_on_and_answers_old_requests_from_its_store()
    {
        await using var market = await Market.OpenAsync();
        var wire = new Wire();
        await using var handler = new PayingHandler(market.Options(), wire);
        using var http = market.Client(handler);
        await http.GetStringAsync("/reading/0");
        var tick = wire.All[^1].Tick!;
        await market.RestartSellerAsync();
        using var plain = new HttpClient { BaseAddress = market.Origin };
        Assert.Equal((200, "reading 0 run 1"), await SendAsync(plain, "/reading/0", tick));
        Assert.Equal((409, "TickAlreadyUsed"), await SendAsync(plain, "/reading/9", tick));
        Assert.Equal("reading 1 run 2", await http.GetStringAsync("/reading/1"));
        await market.Seller.SettleAsync();
        Assert.Equal(new Amount(Price.Atomic * 2), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H18_the_oldest_response_in_memory_makes_room_and_its_tick_stays_used()
    {
        await using var market = await Market.OpenAsync();
        var wire = new Wire();
        await using var handler = new PayingHandler(market.Options(), wire);
        using var http = market.Client(handler);
        await http.GetStringAsync("/reading/first");
        var tick = wire.All[^1].Tick!;
        using var plain = new HttpClient { BaseAddress = market.Origin };
        await Parallel.ForAsync(1, Busbar.AspNetCore.SellerLimits.Responses, async (i, stop) =>
            await http.GetStringAsync($"/reading/{i}", stop));
        Assert.Equal((200, "reading first run 1"), await SendAsync(plain, "/reading/first", tick));
        await http.GetStringAsync("/reading/last");
        Assert.Equal((409, "TickAlreadyUsed"), await SendAsync(plain, "/reading/first", tick));
    }

    [Theory]
    [InlineData("!", 400, "TickMalformed")]
    [InlineData("AAAA", 400, "TickMalformed")]
    [InlineData("", 402, "PaymentRequired")]
    public async Task H6_H20_garbage_in_the_tick_header_has_a_code(string tick, int status, string code)
    {
        await using var market = await Market.OpenAsync();
        using var plain = new HttpClient { BaseAddress = market.Origin };
        Assert.Equal((status, code), await SendAsync(plain, "/reading/0", tick));
        Assert.Equal((431, "HeaderTooLarge"), await SendAsync(plain, "/reading/0", new string('A', 1_025)));
    }

    private static async Task<(int Status, string Answer)> SendAsync(HttpClient http, string target, string tick)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.TryAddWithoutValidation("Busbar-Tick", tick);
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode
            ? ((int)response.StatusCode, System.Text.Encoding.UTF8.GetString(body))
            : ((int)response.StatusCode, PaymentProblem.Parse(body).Code.ToString());
    }
}
