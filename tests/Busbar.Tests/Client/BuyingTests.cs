using Busbar.Client;
using Busbar.Tests.AspNetCore;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Tests.Client;

public sealed class BuyingTests
{
    private static readonly Amount Price = PayingOptions.Dollars(Market.Price);

    [Fact]
    public async Task H17_a_restarted_buyer_carries_on_in_the_same_channel()
    {
        await using var market = await Market.OpenAsync();
        for (var life = 0; life < 3; life++)
        {
            await using var handler = new PayingHandler(market.Options(name: "buyer"));
            using var http = market.Client(handler);
            for (var i = 0; i < 5; i++)
            {
                await http.GetStringAsync($"/reading/{life}-{i}");
            }
        }

        Assert.Equal(1, market.Seller.Totals.OpenChannels);
        await market.Seller.SettleAsync();
        Assert.Equal(new Amount(Price.Atomic * 15), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H17_a_buyer_that_crashed_pays_nothing_twice_and_gets_nothing_stale()
    {
        await using var market = await Market.OpenAsync();
        var options = market.Options(name: "buyer");
        await using (var handler = new PayingHandler(options))
        {
            using var http = market.Client(handler);
            for (var i = 0; i < 5; i++)
            {
                await http.GetStringAsync("/reading/same");
            }

            // A crash: the folder as it stands now, without the last words of an orderly end.
            Copy(options.DataFolder!, options.DataFolder! + "-crashed");
        }

        await using var second = new PayingHandler(market.Options(name: "buyer-crashed"));
        using var again = market.Client(second);
        Assert.Equal("reading same run 6", await again.GetStringAsync("/reading/same"));
        Assert.Equal("reading same run 7", await again.GetStringAsync("/reading/same"));
        await market.Seller.SettleAsync();
        Assert.Equal(new Amount(Price.Atomic * 7), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H19_a_buyer_that_lost_its_state_takes_its_channel_up_on_the_best_token()
    {
        await using var market = await Market.OpenAsync();
        await using (var lost = new PayingHandler(market.Options()))
        {
            using var first = market.Client(lost);
            await first.GetStringAsync("/reading/0");
            await first.GetStringAsync("/reading/1");
        }

        await using var handler = new PayingHandler(market.Options());
        using var http = market.Client(handler);
        Assert.Equal("reading 2 run 3", await http.GetStringAsync("/reading/2"));
        Assert.Equal(1, market.Seller.Totals.OpenChannels);
        await market.Seller.SettleAsync();
        Assert.Equal(new Amount(Price.Atomic * 3), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H15_the_budget_holds_over_restarts_and_a_folder_has_one_user()
    {
        await using var market = await Market.OpenAsync();
        await using (var handler = new PayingHandler(market.Options("0.0003", name: "buyer")))
        {
            using var http = market.Client(handler);
            await http.GetStringAsync("/reading/0");
            await http.GetStringAsync("/reading/1");
            await using var rival = new PayingHandler(market.Options("0.0003", name: "buyer"));
            using var refused = market.Client(rival);
            var exception = await Assert.ThrowsAsync<BusbarException>(() => refused.GetAsync("/reading/2"));
            Assert.Equal("DataFolderInUse", exception.Code);
        }

        await using var second = new PayingHandler(market.Options("0.0003", name: "buyer"));
        using var again = market.Client(second);
        await again.GetStringAsync("/reading/2");
        var response = await again.GetAsync("/reading/3");
        Assert.Equal(PaymentCode.BudgetExhausted, response.GetPaymentRefusal()?.Code);
    }

    [Fact]
    public async Task H7_the_deposit_is_topped_up_within_the_budget()
    {
        await using var market = await Market.OpenAsync();
        var options = market.Options("0.002");
        await using var handler = new PayingHandler(new PayingOptions
        {
            Node = options.Node, Key = options.Key, Budget = options.Budget, Deposit = PayingOptions.Dollars("0.0005"),
        });
        using var http = market.Client(handler);
        for (var i = 0; i < 20; i++)
        {
            await http.GetStringAsync($"/reading/{i}");
        }

        Assert.Equal(4, handler.Spend.Transactions);
        Assert.Equal(options.Budget, handler.Spend.Committed);
        var response = await http.GetAsync("/reading/20");
        Assert.Equal(PaymentCode.BudgetExhausted, response.GetPaymentRefusal()?.Code);
    }

    [Fact]
    public async Task H11_a_named_purchase_is_made_once_even_across_restarts()
    {
        await using var market = await Market.OpenAsync();
        for (var life = 0; life < 2; life++)
        {
            await using var handler = new PayingHandler(market.Options(name: "buyer"));
            using var http = market.Client(handler);
            using var request = new HttpRequestMessage(HttpMethod.Get, "/reading/7");
            request.Options.Set(PayingHandler.PurchaseId, "row-7");
            using var response = await http.SendAsync(request);
            Assert.Equal("reading 7 run 1", await response.Content.ReadAsStringAsync());
        }

        await market.Seller.SettleAsync();
        Assert.Equal(Price, market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H20_a_seller_cannot_make_a_buyer_read_without_end()
    {
        await using var market = await Market.OpenAsync();
        using var wire = new Babbler();
        await using var handler = new PayingHandler(market.Options(), wire);
        using var http = market.Client(handler);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync("/reading/1"));
        Assert.InRange(wire.ReadBytes, 1, 256 * 1024);
    }

    [Fact]
    public async Task H4_a_price_above_the_limit_is_not_paid()
    {
        await using var market = await Market.OpenAsync();
        var options = market.Options();
        await using var handler = new PayingHandler(new PayingOptions
        {
            Node = options.Node,
            Key = options.Key,
            Budget = options.Budget,
            MaxPrice = PayingOptions.Dollars("0.00009"),
        });
        using var http = market.Client(handler);
        var response = await http.GetAsync("/reading/0");
        Assert.Equal(PaymentCode.PriceAboveLimit, response.GetPaymentRefusal()?.Code);
        Assert.Equal(0, handler.Spend.Signatures);
    }

    [Fact]
    public async Task H6_a_body_is_sent_again_with_its_payment_up_to_a_limit()
    {
        await using var market = await Market.OpenAsync();
        await using var handler = new PayingHandler(market.Options());
        using var http = market.Client(handler);
        using var small = new StringContent("hello");
        var answer = await http.PostAsync("/echo", small);
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
        using var large = new ByteArrayContent(new byte[1024 * 1024 + 1]);
        var exception = await Assert.ThrowsAsync<BusbarException>(() => http.PostAsync("/echo", large));
        Assert.Equal("BodyNotReplayable", exception.Code);
    }

    [Fact]
    public async Task H7_a_channel_that_the_seller_closed_is_replaced_by_a_new_one()
    {
        await using var market = await Market.OpenAsync();
        await using var handler = new PayingHandler(market.Options("0.001"));
        using var http = market.Client(handler);
        await http.GetStringAsync("/reading/0");
        await market.Seller.SettleAsync(close: true);
        Assert.Equal("reading 1 run 2", await http.GetStringAsync("/reading/1"));
        Assert.Equal(2, handler.Spend.Payments);
        Assert.Equal(PayingOptions.Dollars("0.001"), handler.Spend.Committed);
    }

    [Fact]
    public async Task H16_a_stored_channel_is_opening_then_open_then_ended()
    {
        await using var market = await Market.OpenAsync();
        var options = market.Options("0.001", name: "buyer");
        await using (var handler = new PayingHandler(options))
        {
            using var http = market.Client(handler);
            await http.GetStringAsync("/reading/0");
        }

        PayerChannel open;
        await using (var store = await PayerStore.OpenAsync(options.DataFolder, options.Key.Address, default))
        {
            open = Assert.Single(await store.LoadAsync(default));
            Assert.Equal(PayerChannelStatus.Open, open.Status);
        }

        // As a crash before the node answered would leave it: the opening is submitted again and found done.
        var lost = market.Options("0.001", account: 2, name: "other");
        var wallet = new Wallet(lost.Key, await new BusbarClient(market.Network.Api).GetNetworkAsync());
        await using (var store = await PayerStore.OpenAsync(lost.DataFolder, lost.Key.Address, default))
        {
            await store.SaveAsync(Opening(wallet, store, market));
        }

        await using (var handler = new PayingHandler(lost))
        {
            using var http = market.Client(handler);
            Assert.StartsWith("reading 1 ", await http.GetStringAsync("/reading/1"), StringComparison.Ordinal);
            Assert.Equal(1, handler.Spend.Transactions);
            await market.Seller.SettleAsync(close: true);
            Assert.StartsWith("reading 2 ", await http.GetStringAsync("/reading/2"), StringComparison.Ordinal);
        }

        await using var last = await PayerStore.OpenAsync(lost.DataFolder, lost.Key.Address, default);
        var statuses = (await last.LoadAsync(default)).Select(channel => channel.Status).Order();
        Assert.Equal([PayerChannelStatus.Open, PayerChannelStatus.Ended], statuses);
    }

    private static PayerChannel Opening(Wallet wallet, PayerStore store, Market market)
    {
        var intent = wallet.NewIntent();
        var id = Transaction.ChannelIdFor(wallet.Network, wallet.Address, wallet.Address, intent, 0);
        var deposit = PayingOptions.Dollars("0.0005");
        var voucher = TickGenerator.Create(
            wallet.Network, id, 1, Amount.Zero, Price, 1, 16, store.TickSecret).Voucher;
        var open = new Operation.OpenChannel(
            market.SellerKey.Address, wallet.PublicKey, wallet.FeeAsset, deposit, 900_000, voucher);
        return new PayerChannel
        {
            Id = id,
            Payee = market.SellerKey.Address,
            Asset = wallet.FeeAsset,
            Status = PayerChannelStatus.Opening,
            Deposit = Amount.Zero,
            Start = Amount.Zero,
            Committed = deposit,
            EarlierRevealed = Amount.Zero,
            Voucher = voucher,
            Proof = null,
            Reserved = 0,
            Settled = 0,
            Pending = wallet.Sign(intent, open),
        };
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    // A seller that takes a tick and answers with a refusal that never ends.
    private sealed class Babbler : DelegatingHandler
    {
        private readonly Endless body = new();

        public Babbler()
            : base(new SocketsHttpHandler())
        {
        }

        public long ReadBytes => body.Position;

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Headers.Contains("Busbar-Tick")
                ? Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.PaymentRequired)
                {
                    Content = new StreamContent(body),
                })
                : base.SendAsync(request, cancellationToken);
    }

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Position += count;
            return count;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
