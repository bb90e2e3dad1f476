using Busbar.AspNetCore;
using Busbar.Client;
using Busbar.Keys;
using Busbar.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Busbar.Tests.AspNetCore;

/// <summary>A real network, a real seller on loopback, and buyers of it. Account 0 sells, the others buy.</summary>
internal sealed class Market : IAsyncDisposable
{
    public const string Price = "0.0001";

    private readonly string folder = Directory.CreateTempSubdirectory("busbar-market-").FullName;
    private int port;

    private Market(LocalNetwork network) => Network = network;

    public LocalNetwork Network { get; private set; }

    public WebApplication App { get; private set; } = null!;

    public int HandlerRuns;

    /// <summary>What /priced costs now.</summary>
    public string CurrentPrice { get; set; } = Price;

    /// <summary>Handler runs of /shaky that still fail.</summary>
    public int FailuresLeft;

    /// <summary>/slow answers when this ends.</summary>
    public TaskCompletionSource Gate { get; set; } = new();

    public Uri Origin => new($"http://127.0.0.1:{port}");

    public BusbarSeller Seller => App.Services.GetRequiredService<BusbarSeller>();

    public PrivateKey SellerKey => Network.Accounts[0];

    public static async Task<Market> OpenAsync(Action<BusbarOptions>? configure = null)
    {
        var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions
            {
                Validators = 1,
                DataFolder = Directory.CreateTempSubdirectory("busbar-net-").FullName,
            });
        var market = new Market(network);
        await market.StartSellerAsync(configure);
        return market;
    }

    public async Task StartSellerAsync(Action<BusbarOptions>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging();
        builder.Services.AddBusbar(options =>
        {
            options.Node = Network.Api;
            options.Key = SellerKey;
            options.DataFolder = Path.Combine(folder, "seller");
            configure?.Invoke(options);
        });
        App = builder.Build();
        App.MapGet("/reading/{id}", (string id) => $"reading {id} run {Interlocked.Increment(ref HandlerRuns)}")
            .RequirePayment(Busbar.AspNetCore.Price.Dollars(Price));
        App.MapPost("/echo", async (HttpRequest request) =>
        {
            Interlocked.Increment(ref HandlerRuns);
            using var reader = new StreamReader(request.Body);
            return await reader.ReadToEndAsync();
        }).RequirePayment(Busbar.AspNetCore.Price.Dollars(Price));
        App.MapGet("/priced", () => $"run {Interlocked.Increment(ref HandlerRuns)}")
            .RequirePayment(_ => Busbar.AspNetCore.Price.Dollars(CurrentPrice));
        App.MapGet("/shaky", () => Interlocked.Decrement(ref FailuresLeft) >= 0
            ? Results.StatusCode(500)
            : Results.Text($"run {Interlocked.Increment(ref HandlerRuns)}"))
            .RequirePayment(Busbar.AspNetCore.Price.Dollars(Price));
        App.MapGet("/slow", async () =>
        {
            var run = Interlocked.Increment(ref HandlerRuns);
            await Gate.Task;
            return $"run {run}";
        }).RequirePayment(Busbar.AspNetCore.Price.Dollars(Price));
        App.MapGet("/free", () => "free");
        await App.StartAsync();
        port = new Uri(App.Urls.First()).Port;
    }

    public async Task StopSellerAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
    }

    public async Task RestartSellerAsync(Action<BusbarOptions>? configure = null)
    {
        await StopSellerAsync();
        await StartSellerAsync(configure);
    }

    /// <summary>Stops the node; what runs goes on without it.</summary>
    public ValueTask StopNodeAsync() => Network.DisposeAsync();

    /// <summary>Starts it again on the same folder and port.</summary>
    public async Task StartNodeAsync() => Network = await LocalNetwork.StartAsync(
        new LocalNetworkOptions { Validators = 1, DataFolder = Network.DataFolder, Port = Network.Api.Port });

    public PayingOptions Options(string budget = "1", int account = 1, string? name = null) => new()
    {
        Node = Network.Api,
        Key = Network.Accounts[account],
        Budget = PayingOptions.Dollars(budget),
        DataFolder = name is null ? null : Path.Combine(folder, name),
        Patience = TimeSpan.FromSeconds(10),
    };

    public HttpClient Client(PayingHandler handler) => new(handler) { BaseAddress = Origin };

    public async Task<Amount> BalanceAsync(int account)
    {
        using var node = new BusbarClient(Network.Api);
        var info = await node.GetAccountAsync(Network.Accounts[account].Address);
        return info.Balances.Count == 0
            ? Amount.Zero
            : new Amount(UInt128.Parse(info.Balances[0].Atomic, System.Globalization.CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await StopSellerAsync();
        await Network.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        if (Directory.Exists(Network.DataFolder))
        {
            Directory.Delete(Network.DataFolder, recursive: true);
        }
    }
}

/// <summary>Notes the headers that were sent and can break connections.</summary>
internal sealed class Wire : DelegatingHandler
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<Sent> sent = new();

    public Wire()
        : base(new SocketsHttpHandler())
    {
    }

    /// <summary>Answers that are dropped after the seller gave them.</summary>
    public int DropAnswers;

    /// <summary>The tick of the latest request, also while it has no answer yet.</summary>
    public string? LastTick { get; private set; }

    public IReadOnlyList<Sent> All => [.. sent];

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        LastTick = Header(request, "Busbar-Tick");
        var response = await base.SendAsync(request, cancellationToken);
        sent.Enqueue(new Sent(
            request.RequestUri!.PathAndQuery,
            Header(request, "Busbar-Tick"),
            Header(request, "Busbar-Voucher"),
            (int)response.StatusCode));
        if (Interlocked.Decrement(ref DropAnswers) >= 0)
        {
            response.Dispose();
            throw new HttpRequestException("the connection broke before the answer came");
        }

        return response;
    }

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? values.First() : null;

    internal sealed record Sent(string Target, string? Tick, string? Voucher, int Status);
}
