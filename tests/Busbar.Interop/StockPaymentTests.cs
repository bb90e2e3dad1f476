using System.Globalization;
using System.Text.Json;
using Busbar.AspNetCore;
using Busbar.Client;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Busbar.Interop;

/// <summary>
/// Packages of others, as they are, pay and are paid on a network of Busbar: each test looks at the ledger's money.
/// </summary>
public sealed class StockPaymentTests : IAsyncLifetime
{
    private const ulong PriceAtomic = 2_000_000;
    private const string PriceUnits = "0.002";
    private RunningNetwork network = null!;
    private BusbarClient node = null!;
    private Busbar.Api.NetworkInfo info = null!;
    private Busbar.Api.AssetInfo asset = null!;

    public async ValueTask InitializeAsync()
    {
        network = await RunningNetwork.StartAsync("--port", "0");
        node = new BusbarClient(new Uri(network.Api));
        info = await node.GetNetworkAsync();
        asset = info.Assets.Single(one => one.Address == info.FeeAsset);
    }

    public async ValueTask DisposeAsync()
    {
        node.Dispose();
        await network.DisposeAsync();
    }

    [Fact]
    public async Task X402_fetch_buys_from_our_seller()
    {
        await using var seller = await SellAsync();
        var (earned, spent) = (await BalanceAsync(0), await BalanceAsync(1));
        var lines = await NodeProgram.RunAsync("x402-buy.mjs", Buyer(Urls(seller.Url, 5)));
        Assert.Equal(Enumerable.Range(1, 5).Select(i => $"reading {i} run {i}"), Bodies(lines));
        Assert.All(lines, line =>
        {
            Assert.Equal(200, line.GetProperty("status").GetInt32());
            Assert.True(line.GetProperty("settled").GetProperty("success").GetBoolean());
        });
        await MovedAsync(earned, spent, payments: 5);
    }

    [Fact]
    public async Task X402_fetch_sends_one_payment_many_times_and_our_seller_serves_it_once()
    {
        await using var seller = await SellAsync();
        var earned = await BalanceAsync(0);
        var lines = await NodeProgram.RunAsync("x402-replay.mjs", Cheat($"{seller.Url}/reading/1", times: 5));
        Assert.Equal(6, lines.Count);
        Assert.All(Bodies(lines), body => Assert.Equal("reading 1 run 1", body));
        Assert.Equal(earned + PriceAtomic, await BalanceAsync(0));
    }

    [Fact]
    public async Task X402_fetch_buys_from_x402_express_through_our_facilitator()
    {
        await using var seller = NodeProgram.Start("x402-sell.mjs", Seller());
        var url = (await seller.LineAsync(_ => true)).GetProperty("url").GetString()!;
        var (earned, spent) = (await BalanceAsync(0), await BalanceAsync(1));
        var lines = await NodeProgram.RunAsync("x402-buy.mjs", Buyer(Urls(url, 5)));
        Assert.Equal(Enumerable.Range(1, 5).Select(i => $"reading {i} run {i}"), Bodies(lines));
        Assert.All(lines, line => Assert.True(line.GetProperty("settled").GetProperty("success").GetBoolean()));
        await MovedAsync(earned, spent, payments: 5);

        // The stock server verifies first, and the facilitator knows what has executed.
        lines = await NodeProgram.RunAsync("x402-replay.mjs", Cheat($"{url}/reading/9", times: 3));
        Assert.Equal([200, 402, 402, 402], lines.Select(line => line.GetProperty("status").GetInt32()));
        Assert.Equal(earned + (6 * PriceAtomic), await BalanceAsync(0));
    }

    [Fact]
    public async Task Our_buyer_buys_from_x402_express_through_our_facilitator()
    {
        await using var seller = NodeProgram.Start("x402-sell.mjs", Seller());
        var url = (await seller.LineAsync(_ => true)).GetProperty("url").GetString()!;
        await BuyAsync(url, "/reading/");
    }

    [Fact]
    public async Task Mppx_buys_from_our_seller()
    {
        await using var seller = await SellAsync();
        var (earned, spent) = (await BalanceAsync(0), await BalanceAsync(1));
        var lines = await NodeProgram.RunAsync("mppx-buy.mjs", MppBuyer(Urls(seller.Url, 3)));
        Assert.Equal(Enumerable.Range(1, 3).Select(i => $"reading {i} run {i}"), Bodies(lines));
        Assert.All(lines, line => Assert.Equal(
            "success", line.GetProperty("receipt").GetProperty("status").GetString()));
        await MovedAsync(earned, spent, payments: 3);
    }

    [Fact]
    public async Task Mppx_buys_from_mppx_through_our_facilitator()
    {
        await using var seller = NodeProgram.Start("mppx-sell.mjs", MppSeller());
        var url = (await seller.LineAsync(_ => true)).GetProperty("url").GetString()!;
        var (earned, spent) = (await BalanceAsync(0), await BalanceAsync(1));
        var lines = await NodeProgram.RunAsync("mppx-buy.mjs", MppBuyer(Urls(url, 3)));
        Assert.Equal(["run 1", "run 2", "run 3"], Bodies(lines));
        await MovedAsync(earned, spent, payments: 3);
    }

    [Fact]
    public async Task Our_buyer_buys_from_mppx_through_our_facilitator()
    {
        await using var seller = NodeProgram.Start("mppx-sell.mjs", MppSeller());
        var url = (await seller.LineAsync(_ => true)).GetProperty("url").GetString()!;
        await BuyAsync(url, "/");
    }

    private async Task BuyAsync(string url, string path)
    {
        var (earned, spent) = (await BalanceAsync(0), await BalanceAsync(1));
        await using var handler = new PayingHandler(new PayingOptions
        {
            Node = new Uri(network.Api),
            Key = DevelopmentKeys.Account(1),
            Budget = PayingOptions.Dollars("1"),
        });
        using var http = new HttpClient(handler) { BaseAddress = new Uri(url) };
        for (var i = 1; i <= 3; i++)
        {
            using var response = await http.GetAsync($"{path}{i}");
            var body = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, $"{response.GetPaymentRefusal()} {body}");
            Assert.EndsWith($"run {i}", body, StringComparison.Ordinal);
        }

        Assert.Equal((3L, 0L), (handler.Spend.Payments, handler.Spend.Ticks));
        await MovedAsync(earned, spent, payments: 3);
    }

    // What the seller got is the price, to the atom; what the buyer paid beyond it is the tariff's fee.
    private async Task MovedAsync(UInt128 earned, UInt128 spent, ulong payments)
    {
        var fee = UInt128.Parse(info.Tariff["transferWithAuthorization"], CultureInfo.InvariantCulture);
        Assert.Equal(earned + (payments * PriceAtomic), await BalanceAsync(0));
        Assert.Equal(spent - (payments * (PriceAtomic + fee)), await BalanceAsync(1));
    }

    private object Buyer(string[] urls) =>
        new { key = Secret(1), network = info.Network, asset = asset.Address, urls, atOnce = false };

    private object Cheat(string url, int times) =>
        new { key = Secret(1), network = info.Network, asset = asset.Address, url, times };

    private object Seller() => new
    {
        facilitator = network.Api.TrimEnd('/') + "/x402",
        network = info.Network,
        asset = asset.Address,
        name = asset.Name,
        version = asset.Version,
        amount = PriceAtomic.ToString(CultureInfo.InvariantCulture),
        payTo = network.Account(0),
    };

    private object MppBuyer(string[] urls) => new
    {
        key = Secret(1),
        chainId = info.ChainId,
        asset = asset.Address,
        name = asset.Name,
        version = asset.Version,
        decimals = asset.Decimals,
        urls,
    };

    private object MppSeller() => new
    {
        facilitator = network.Api.TrimEnd('/') + "/x402",
        chainId = info.ChainId,
        asset = asset.Address,
        name = asset.Name,
        version = asset.Version,
        decimals = asset.Decimals,
        amount = PriceUnits,
        payTo = network.Account(0),
    };

    private static string[] Urls(string url, int count) =>
        [.. Enumerable.Range(1, count).Select(i => $"{url}/reading/{i}")];

    private static IEnumerable<string?> Bodies(IEnumerable<JsonElement> lines) =>
        lines.Select(line => line.GetProperty("body").GetString());

    private static string Secret(int account)
    {
        using var key = DevelopmentKeys.Account(account);
        Span<byte> secret = stackalloc byte[PrivateKey.SecretSizeBytes];
        key.ExportSecret(secret);
        return Hex.Format(secret);
    }

    private async Task<UInt128> BalanceAsync(int account)
    {
        var found = await node.GetAccountAsync(Address.Parse(network.Account(account)));
        return UInt128.Parse(
            found.Balances.Single(balance => balance.Asset == asset.Address).Atomic, CultureInfo.InvariantCulture);
    }

    private async Task<Shop> SellAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        builder.Services.AddBusbar(options =>
        {
            options.Node = new Uri(network.Api);
            options.Key = DevelopmentKeys.Account(0);
        });
        var app = builder.Build();
        var runs = 0;
        app.MapGet("/reading/{id}", (string id) => $"reading {id} run {Interlocked.Increment(ref runs)}")
            .RequirePayment(Price.Dollars(PriceUnits));
        await app.StartAsync();
        return new Shop(app, app.Urls.First());
    }

    private sealed record Shop(WebApplication App, string Url) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await App.StopAsync();
            await App.DisposeAsync();
        }
    }
}
