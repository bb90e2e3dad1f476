using Busbar.Api;
using Busbar.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Busbar.AspNetCore;

/// <summary>
/// Sells: accepts ticks, and settles in the background, many channels in one transaction, when enough is unclaimed,
/// when it is old enough, and before the grace of a closing channel ends. Thread-safe. The address that is paid is
/// that of <see cref="BusbarOptions.Key"/>.
/// </summary>
public sealed partial class BusbarSeller : BackgroundService, IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly BusbarOptions options;
    private readonly ILogger<BusbarSeller> logger;
    private readonly SemaphoreSlim opening = new(1);
    private readonly BusbarClient node;
    private OpenSeller? open;
    private bool disposed;

    /// <summary>Made by <see cref="BusbarServices.AddBusbar"/>.</summary>
    /// <exception cref="ArgumentException">Node or Key is missing.</exception>
    public BusbarSeller(IOptions<BusbarOptions> options, ILogger<BusbarSeller> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options.Value;
        this.logger = logger;
        if (this.options.Node is null || this.options.Key is null)
        {
            throw new ArgumentException("AddBusbar needs a Node and a Key.", nameof(options));
        }

        node = new BusbarClient(this.options.Node);
    }

    /// <summary>The account that is paid.</summary>
    public Address Address => options.Key!.Address;

    /// <summary>What was earned so far.</summary>
    public SellerTotals Totals => open?.Settlement.Totals()
        ?? new SellerTotals(0, Amount.Zero, Amount.Zero, Amount.Zero, 0, 0, 0, 0, Amount.Zero);

    internal BusbarOptions Options => options;

    /// <summary>
    /// Claims everything that is unclaimed, in as few transactions as it takes, and closes the channels afterwards if
    /// asked: what their buyers did not spend goes back to them at once.
    /// </summary>
    /// <param name="close">True to close every channel.</param>
    /// <param name="cancellation">Stops waiting; a submitted settlement may still execute and is never made
    /// twice.</param>
    /// <exception cref="BusbarException">NodeUnavailable when the node did not answer within the patience.</exception>
    public async Task SettleAsync(bool close = false, CancellationToken cancellation = default)
    {
        var seller = await OpenAsync(cancellation);
        await seller.Settlement.SettleAsync(close, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!disposed)
        {
            disposed = true;
            base.Dispose();
            if (open is not null)
            {
                await open.Store.DisposeAsync();
                open.Channels.Dispose();
                open.Settlement.Dispose();
            }

            node.Dispose();
            opening.Dispose();
        }
    }

    /// <summary>Opens the data folder and learns the network, at first use.</summary>
    internal async Task<OpenSeller> OpenAsync(CancellationToken cancellation)
    {
        if (open is { } ready)
        {
            return ready;
        }

        await opening.WaitAsync(cancellation);
        try
        {
            if (open is null)
            {
                var network = await node.GetNetworkAsync(cancellation);
                var store = SellerStore.Open(options.DataFolder);
                var stored = await store.LoadAsync();
                var channels = new SellerChannels(node, store, Address);
                channels.Restore(stored.Channels);
                var wallet = new Wallet(options.Key!, network);
                var settlement = new Settlement(options, node, wallet, store, channels, stored);
                open = new OpenSeller(node, network, wallet, store, channels, new Charges(store), settlement);
            }

            return open;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var seller = await OpenPatientlyAsync(stoppingToken);
            await Task.WhenAll(WatchAsync(seller, stoppingToken), ClaimAsync(seller, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(logger, Totals.Claimed);
        }
    }

    private async Task<OpenSeller> OpenPatientlyAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await OpenAsync(cancellation);
            }
            catch (Exception exception) when (NodeRetry.IsOutage(exception, cancellation))
            {
                LogNodeAway(logger, exception.Message);
                await Task.Delay(LookInterval, cancellation);
            }
        }
    }

    private async Task WatchAsync(OpenSeller seller, CancellationToken cancellation)
    {
        var events = node.FollowAsync(
            Address, null, () => seller.Channels.RefreshAllAsync(cancellation), cancellation);
        await foreach (var (_, happened) in events.WithCancellation(cancellation))
        {
            if (ChannelId.TryParse(happened.Channel, out var id) && seller.Channels.Find(id) is { } channel)
            {
                if (happened.Kind == "channelClosing")
                {
                    LogClosing(logger, id);
                    channel.Update(channel.Terms with { Closing = true });
                }
                else if (happened.Kind == "channelClosed")
                {
                    await seller.Channels.RemoveAsync(id);
                }
            }
        }
    }

    private async Task ClaimAsync(OpenSeller seller, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(LookInterval, cancellation);
            if (!seller.Settlement.IsDue())
            {
                continue;
            }

            try
            {
                await seller.Settlement.SettleAsync(close: false, cancellation);
            }
            catch (BusbarException exception)
            {
                LogNotSettled(logger, exception.Code, exception.Message);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Stopped selling; {Claimed} atomic units claimed.")]
    private static partial void LogStopped(ILogger logger, Amount claimed);

    [LoggerMessage(2, LogLevel.Warning, "The node does not answer: {Reason}")]
    private static partial void LogNodeAway(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Information, "Channel {Channel} is closing; claiming.")]
    private static partial void LogClosing(ILogger logger, ChannelId channel);

    [LoggerMessage(4, LogLevel.Warning, "Settlement not done yet, {Code}: {Reason}")]
    private static partial void LogNotSettled(ILogger logger, string code, string reason);
}

/// <summary>A seller that knows its network and has its data folder open.</summary>
internal sealed record OpenSeller(
    BusbarClient Node,
    NetworkInfo Network,
    Wallet Wallet,
    SellerStore Store,
    SellerChannels Channels,
    Charges Charges,
    Settlement Settlement);
