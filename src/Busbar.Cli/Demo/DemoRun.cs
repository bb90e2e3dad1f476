using Busbar.Api;
using Busbar.Cli.Output;
using Busbar.Client;
using Busbar.Node;

namespace Busbar.Cli.Demo;

/// <summary>
/// One run of the demo, from a network to the closed books. A run in a named folder may be killed at any moment and
/// started again: it goes on where it stopped.
/// </summary>
internal static class DemoRun
{
    /// <summary>
    /// Claims of the station while it sells: one each time it is owed a fifth of what the buyer wants.
    /// </summary>
    private const int ClaimsWhileSelling = 5;

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(CommandOutput output, DemoOptions options, CancellationToken stop)
    {
        using var folder = DemoFolder.Open(options.DataFolder);
        await using var local = options.Api is null ? await StartNetworkAsync(folder, options.Validators, stop) : null;
        var api = options.Api ?? local!.Api;
        using var client = new BusbarClient(api);
        var patience = new NodePatience(output);
        var network = await patience.TryAsync(() => client.GetNetworkAsync(stop), stop);
        CheckIsDevelopment(network);
        var journal = DemoJournal.TryRead(folder.Path);
        journal?.CheckContinues(network, options.Price);

        var rows = WeatherRows.Load();
        var claimAt = new Amount(Wanted(options).Atomic / ClaimsWhileSelling + 1);
        await using var station = await WeatherStation.StartAsync(
            rows, api, options.Price, claimAt, folder.Of("station"), journal?.StationPort ?? 0, stop);
        journal ??= await BeginAsync(client, network, options, station, folder, stop);

        using var purchases = PurchaseFile.Open(folder.Of("bought.csv"), rows.Header.Span);
        using var buyer = new BuyerMachine(
            api, station.Address, DemoParties.Buyer, Wanted(options), folder.Of("buyer"));
        var progress = new DemoProgress(output, purchases.Rows, options.Rows);
        await buyer.BuyAsync(purchases, options.Rows, progress, patience, stop);
        var elapsed = progress.End();

        await patience.TryAsync(() => station.SettleAsync(stop), stop);
        var finality = await FinalityProbe.MeasureAsync(client, network, patience, stop);
        var books = await patience.TryAsync(() => DemoBooks.ReadAsync(client, journal, stop), stop);
        if (options.OutFile is not null)
        {
            purchases.CopyTo(options.OutFile);
        }

        var report = new DemoReport(
            options, purchases.Rows, books, buyer.Spend, buyer.Latencies, finality, elapsed);
        report.Write(output);
        return report.AddsUp ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>What the buyer may spend: the budget, and never more than all rows cost.</summary>
    private static Amount Wanted(DemoOptions options)
    {
        if (!Amount.TryMultiply(options.Price, (ulong)options.Rows, out var all))
        {
            throw new CommandFailedException(
                "PriceTooHigh", "All rows together cost more than an amount can be.", "Choose a lower --price.");
        }

        return Amount.Min(options.Budget ?? all, all);
    }

    private static Task<LocalNetwork> StartNetworkAsync(DemoFolder folder, int validators, CancellationToken stop) =>
        LocalNetwork.StartAsync(
            new LocalNetworkOptions { DataFolder = folder.Of("network"), Validators = validators }, stop);

    private static void CheckIsDevelopment(NetworkInfo network)
    {
        if (network.ChainId != NetworkId.Development.ChainId)
        {
            throw new CommandFailedException(
                "NotADevelopmentNetwork",
                $"This is {network.Network}; the demo pays with development keys, whose secrets everybody knows.",
                "Use the network of `busbar up`.");
        }
    }

    private static async Task<DemoJournal> BeginAsync(
        BusbarClient client,
        NetworkInfo network,
        DemoOptions options,
        WeatherStation station,
        DemoFolder folder,
        CancellationToken stop)
    {
        var journal = DemoJournal.Begin(
            network,
            options.Price,
            await DemoBooks.BalanceAsync(client, network, DemoParties.Buyer.Address, stop),
            await DemoBooks.BalanceAsync(client, network, DemoParties.Station.Address, stop),
            station.Address.Port);
        journal.Write(folder.Path);
        return journal;
    }
}
