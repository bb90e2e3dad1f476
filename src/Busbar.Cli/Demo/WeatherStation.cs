using System.Net;
using Busbar.AspNetCore;

namespace Busbar.Cli.Demo;

/// <summary>
/// The seller: an ordinary ASP.NET Core server whose one endpoint costs money. Everything that makes it a seller is
/// AddBusbar and RequirePayment.
/// </summary>
internal sealed class WeatherStation : IAsyncDisposable
{
    private readonly WebApplication app;

    private WeatherStation(WebApplication app, Uri address)
    {
        this.app = app;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts it on 127.0.0.1; port 0 picks a free one.</summary>
    public static async Task<WeatherStation> StartAsync(
        WeatherRows rows, Uri node, Amount price, Amount claimAt, string folder, int port, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.AddBusbar(options =>
        {
            options.Node = node;
            options.Key = DemoParties.Station;
            options.DataFolder = folder;
            options.ClaimAt = claimAt;
        });

        var app = builder.Build();
        app.MapGet("/readings/{number:int}", (int number) => number >= 1 && number <= rows.Count
                ? Results.Bytes(rows.Row(number), "text/csv")
                : Results.NotFound())
            .RequirePayment(Price.Dollars(price.ToUnits(Commands.CommonOptions.DollarDecimals)));
        await app.StartAsync(stop);
        return new WeatherStation(app, new Uri(app.Urls.Single()));
    }

    /// <summary>Claims and closes.</summary>
    public Task SettleAsync(CancellationToken stop) =>
        app.Services.GetRequiredService<BusbarSeller>().SettleAsync(close: true, stop);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
