using System.Buffers.Text;
using System.Net;
using Busbar.AspNetCore;
using Busbar.Client;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Tests.AspNetCore;

/// <summary>Bad payments by hand: each has its own code, and none runs the handler or loses anything.</summary>
public sealed class RefusalTests
{
    private static readonly Amount Price = PayingOptions.Dollars(Market.Price);
    private static readonly byte[] Secret = new byte[32];

    [Fact]
    public async Task H9_H20_each_bad_tick_has_its_code_and_costs_nothing()
    {
        await using var market = await Market.OpenAsync();
        using var http = new HttpClient { BaseAddress = market.Origin };
        var payer = await HandPayer.OpenAsync(market, 1, ticks: 10);

        Assert.Equal("VoucherRequired", await payer.RefusedAsync(http, payer.Tick(1), null));
        Assert.Equal("VoucherSignatureWrong", await payer.RefusedAsync(http, payer.Tick(1), payer.SignedBy(2)));
        Assert.Equal("VoucherSignatureWrong", await payer.RefusedAsync(
            http, payer.Tick(1), new VoucherHeader(payer.First with { Heads = 2 }, null)));
        await payer.PaidAsync(http, payer.Tick(1), new VoucherHeader(payer.First, null));

        var tick = payer.Tick(2);
        Assert.Equal("TickTokenWrong", await payer.RefusedAsync(
            http, tick with { Tick = tick.Tick with { Position = 3 } }, null));
        Assert.Equal("TickWrongEpoch", await payer.RefusedAsync(
            http, tick with { Tick = tick.Tick with { Epoch = 9 } }, null));
        Assert.Equal("TickPositionOutOfRange", await payer.RefusedAsync(
            http, tick with { Tick = tick.Tick with { Position = 17 } }, null));
        Assert.Equal("TickPositionOutOfRange", await payer.RefusedAsync(
            http, tick with { Tick = tick.Tick with { Chain = 4 } }, null));
        var farther = payer.Tick(17);
        Assert.Equal("TickPathRequired", await payer.RefusedAsync(http, farther with { Path = [] }, null));
        Assert.Equal("TickPathWrong", await payer.RefusedAsync(
            http, farther with { Path = [farther.Path[0]] }, null));
        Assert.Equal("DepositExceeded", await payer.RefusedAsync(http, payer.Tick(11), null));
        Assert.Equal(1, market.HandlerRuns);

        await market.Seller.SettleAsync();
        Assert.Equal(new Amount(Price.Atomic * 10), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H5_H9_a_tick_of_another_channel_and_position_zero_are_refused()
    {
        await using var market = await Market.OpenAsync();
        using var http = new HttpClient { BaseAddress = market.Origin };
        var one = await HandPayer.OpenAsync(market, 1, ticks: 10);
        var two = await HandPayer.OpenAsync(market, 2, ticks: 10);
        await one.PaidAsync(http, one.Tick(1), new VoucherHeader(one.First, null));
        await two.PaidAsync(http, two.Tick(1), new VoucherHeader(two.First, null));
        Assert.Equal("TickTokenWrong", await one.RefusedAsync(
            http, one.Tick(2) with { Tick = two.Tick(2).Tick }, null));
        Assert.Equal("VoucherMismatch", await one.RefusedAsync(
            http, one.Tick(2) with { Tick = one.Tick(2).Tick with { Epoch = 2 } }, two.Next(2, Price, 1)));
        Assert.Equal("TickMalformed", await one.RefusedAsync(
            http, one.Tick(2) with { Tick = one.Tick(2).Tick with { Position = 0 } }, null));
        Assert.Equal("ChannelUnknown", await one.RefusedAsync(
            http, one.Tick(2) with { Channel = new ChannelId(Hash256.Sha256([1])) }, one.Next(2, Price, 1)));
    }

    [Fact]
    public async Task H9_H19_a_base_that_goes_backwards_is_refused_and_the_best_token_comes_along()
    {
        await using var market = await Market.OpenAsync();
        using var http = new HttpClient { BaseAddress = market.Origin };
        var payer = await HandPayer.OpenAsync(market, 1, ticks: 10);
        await payer.PaidAsync(http, payer.Tick(3), new VoucherHeader(payer.First, null));

        var back = payer.Generate(2, new Amount(Price.Atomic * 2));
        var problem = await payer.SendAsync(http, payer.TickOf(back, 2), payer.Sign(back.Voucher));
        Assert.Equal(PaymentCode.VoucherBaseTooLow, problem.Code);
        Assert.NotNull(problem.Best);
        var evidence = ClaimCheck.Evaluate(problem.Best);
        Assert.Equal((ClaimFault.Unset, new Amount(Price.Atomic * 3)), (evidence.Fault, evidence.Value));

        var forward = payer.Generate(2, evidence.Value);
        await payer.PaidAsync(http, payer.TickOf(forward, 1), payer.Sign(forward.Voucher));
        var old = payer.Generate(1, evidence.Value);
        Assert.Equal(
            "VoucherEpochNotHigher", await payer.RefusedAsync(http, payer.TickOf(old, 5), payer.Sign(old.Voucher)));
    }

    [Fact]
    public async Task H9_a_closing_channel_is_refused_and_claimed_at_once()
    {
        await using var market = await Market.OpenAsync();
        using var http = new HttpClient { BaseAddress = market.Origin };
        var payer = await HandPayer.OpenAsync(market, 1, ticks: 10);
        await payer.PaidAsync(http, payer.Tick(4), new VoucherHeader(payer.First, null));
        await payer.SubmitAsync(new Operation.RequestChannelClose(payer.Channel));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (market.Seller.Totals.Claimed.IsZero)
        {
            // The settlement runs by itself; there is no signal of it but its totals.
            await Task.Delay(20, deadline.Token);
        }

        Assert.Equal("ChannelClosing", await payer.RefusedAsync(http, payer.Tick(5), null));
        Assert.Equal(new Amount(Price.Atomic * 4), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H9_a_channel_to_somebody_else_is_refused()
    {
        await using var market = await Market.OpenAsync();
        using var http = new HttpClient { BaseAddress = market.Origin };
        var payer = await HandPayer.OpenAsync(market, 1, ticks: 10, payee: market.Network.Accounts[3].Address);
        Assert.Equal("WrongPayee", await payer.RefusedAsync(http, payer.Tick(1), new VoucherHeader(payer.First, null)));
    }

    [Fact]
    public async Task H18_H21_thousands_of_channels_of_strangers_make_a_seller_forget_nothing()
    {
        await using var market = await Market.OpenAsync();
        using var http = new HttpClient { BaseAddress = market.Origin };
        HandPayer payer;
        do
        {
            payer = await HandPayer.OpenAsync(market, 1, ticks: 10);
        }
        while (payer.Channel.Value.ToArray()[0] < 0xE0);
        await payer.PaidAsync(http, payer.Tick(3), new VoucherHeader(payer.First, null));

        // :: More than an answer of the node lists, of which most come before the channel that owes something.
        using var node = new BusbarClient(market.Network.Api);
        var stranger = new Wallet(market.Network.Accounts[2], await node.GetNetworkAsync());
        var dust = new Operation.OpenChannel(
            market.SellerKey.Address,
            market.Network.Accounts[2].PublicKey,
            stranger.FeeAsset,
            new Amount(1),
            900_000,
            null);
        for (var i = 0; i < 5; i++)
        {
            var opened = await node.SubmitUntilFinalAsync(
                stranger.Sign(stranger.NewIntent(), [.. Enumerable.Repeat(dust, Limits.OperationsPerTransaction)]),
                TimeSpan.FromSeconds(30));
            Assert.Equal("Ok", opened.Result);
        }

        var listed = await node.GetChannelsAsync(market.SellerKey.Address, "payee");
        Assert.DoesNotContain(listed, channel => channel.Channel == payer.Channel.ToString());
        var seller = await market.Seller.OpenAsync(TestContext.Current.CancellationToken);
        await seller.Channels.RefreshAllAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(seller.Channels.Find(payer.Channel));
        await market.Seller.SettleAsync();
        Assert.Equal(new Amount(Price.Atomic * 3), market.Seller.Totals.Claimed);
    }

    [Fact]
    public async Task H18_channels_that_never_paid_make_room_and_those_that_did_stay()
    {
        await using var market = await Market.OpenAsync();
        using var http = new HttpClient { BaseAddress = market.Origin };
        var seller = await market.Seller.OpenAsync(TestContext.Current.CancellationToken);
        var idle = await HandPayer.OpenAsync(market, 1, ticks: 10);
        seller.Channels.Restore(Enumerable.Range(0, SellerLimits.Channels).Select(i => SellerChannel.Open(Made(i))));

        // :: Any number of idle channels keeps nobody out, and only one of them goes for each that pays.
        await idle.PaidAsync(http, idle.Tick(1), new VoucherHeader(idle.First, null));
        Assert.Equal(SellerLimits.Channels, seller.Channels.All.Count);

        // :: Where each has paid, none is forgotten: the next one waits.
        seller.Channels.Restore(Enumerable.Range(0, SellerLimits.Channels).Select(i => SellerChannel.Restore(
            new SellerChannelRow(Made(i), null, new UsedValue().Encode(), 1, Price))));
        var late = await HandPayer.OpenAsync(market, 2, ticks: 10);
        Assert.Equal("SellerBusy", await late.RefusedAsync(http, late.Tick(1), new VoucherHeader(late.First, null)));
        await idle.PaidAsync(http, idle.Tick(2), null);
    }

    private static ChannelTerms Made(int number) => new(
        new ChannelId(Hash256.Sha256(BitConverter.GetBytes(number))),
        Address.Zero,
        DevelopmentKeys.Account(0).PublicKey,
        new Amount(1),
        Amount.Zero,
        null,
        Closing: false);

    [Fact]
    public async Task H20_a_seller_without_its_node_says_so_for_a_new_channel()
    {
        await using var market = await Market.OpenAsync();
        using var http = new HttpClient { BaseAddress = market.Origin };
        var payer = await HandPayer.OpenAsync(market, 1, ticks: 10);
        Assert.Equal("VoucherRequired", await payer.RefusedAsync(http, payer.Tick(1), null));
        await market.StopNodeAsync();
        Assert.Equal(
            "NodeUnavailable", await payer.RefusedAsync(http, payer.Tick(1), new VoucherHeader(payer.First, null)));
        await market.StartNodeAsync();
        await payer.PaidAsync(http, payer.Tick(1), new VoucherHeader(payer.First, null));
    }

    /// <summary>A payer without the library's payer: four chains of sixteen ticks.</summary>
    private sealed class HandPayer
    {
        private readonly Market market;
        private readonly PrivateKey key;
        private readonly Wallet wallet;
        private readonly TickGenerator first;

        private HandPayer(Market market, PrivateKey key, Wallet wallet, IntentId intent)
        {
            this.market = market;
            this.key = key;
            this.wallet = wallet;
            Channel = Transaction.ChannelIdFor(wallet.Network, wallet.Address, wallet.Address, intent, 0);
            first = Generate(1, Amount.Zero);
        }

        public ChannelId Channel { get; }

        public Voucher First => first.Voucher;

        public static async Task<HandPayer> OpenAsync(Market market, int account, ulong ticks, Address? payee = null)
        {
            using var node = new BusbarClient(market.Network.Api);
            var network = await node.GetNetworkAsync();
            var key = market.Network.Accounts[account];
            var wallet = new Wallet(key, network);
            var intent = wallet.NewIntent();
            var payer = new HandPayer(market, key, wallet, intent);
            var deposit = new Amount(Price.Atomic * ticks);
            var info = await node.SubmitUntilFinalAsync(
                wallet.Sign(intent, new Operation.OpenChannel(
                    payee ?? market.SellerKey.Address,
                    key.PublicKey,
                    wallet.FeeAsset,
                    deposit,
                    network.MinGraceMs,
                    payer.First)),
                TimeSpan.FromSeconds(10));
            Assert.Equal("Ok", info.Result);
            return payer;
        }

        public TickGenerator Generate(ulong epoch, Amount @base) =>
            TickGenerator.Create(wallet.Network, Channel, epoch, @base, Price, 4, 16, Secret);

        public TickHeader Tick(long number) => TickOf(first, number);

        public TickHeader TickOf(TickGenerator generator, long number)
        {
            var tick = generator.TickAt(number);
            return new TickHeader(Channel, tick, generator.PathOf(tick.Chain));
        }

        public VoucherHeader Sign(Voucher voucher) => new(voucher, wallet.Sign(voucher));

        public VoucherHeader SignedBy(int account)
        {
            var other = market.Network.Accounts[account];
            return new VoucherHeader(First, new SignatureProof(other.PublicKey, other.Sign(First.SigningHash())));
        }

        public VoucherHeader Next(ulong epoch, Amount tickValue, ulong bought) =>
            Sign(First with { Epoch = epoch, Base = new Amount(tickValue.Atomic * bought) });

        public async Task SubmitAsync(Operation operation)
        {
            using var node = new BusbarClient(market.Network.Api);
            await node.SubmitUntilFinalAsync(wallet.Sign(wallet.NewIntent(), operation), TimeSpan.FromSeconds(10));
        }

        public async Task PaidAsync(HttpClient http, TickHeader tick, VoucherHeader? voucher)
        {
            var problem = await SendAsync(http, tick, voucher);
            Assert.Equal("", problem.Detail);
        }

        public async Task<string> RefusedAsync(HttpClient http, TickHeader tick, VoucherHeader? voucher) =>
            (await SendAsync(http, tick, voucher)).Code.ToString();

        public async Task<PaymentProblem> SendAsync(HttpClient http, TickHeader tick, VoucherHeader? voucher)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/reading/{key.Address}-{tick.Tick.Position}");
            request.Headers.Add("Busbar-Tick", tick.Encode());
            if (voucher is not null)
            {
                request.Headers.Add("Busbar-Voucher", voucher.Encode());
            }

            using var response = await http.SendAsync(request);
            return response.IsSuccessStatusCode
                ? new PaymentProblem(PaymentCode.Unset, "", null)
                : PaymentProblem.Parse(await response.Content.ReadAsByteArrayAsync());
        }
    }
}
