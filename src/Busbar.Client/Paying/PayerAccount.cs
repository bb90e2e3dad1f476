using System.Net;
using Busbar.Api;
using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>What all sessions of a handler share: node, wallet, store, budget and counts. Thread-safe.</summary>
internal sealed class PayerAccount : IAsyncDisposable
{
    private readonly Lock sync = new();
    private readonly PayingOptions options;
    private Amount committed;
    private Amount paid;
    private Amount fees;
    private long payments;
    private long ticks;
    private long transactions;

    private PayerAccount(
        PayingOptions options, PayerStore store, BusbarClient node, NetworkInfo network, Wallet wallet)
    {
        Network = network;
        this.options = options;
        Store = store;
        Node = node;
        Wallet = wallet;
    }

    public PayerStore Store { get; }

    public BusbarClient Node { get; }

    public NetworkInfo Network { get; }

    public Wallet Wallet { get; }

    public PayingOptions Options => options;

    /// <summary>Opens the data folder, asks the node for its network and takes up what was stored.</summary>
    public static async Task<(PayerAccount Account, List<PayerChannel> Channels)> OpenAsync(
        PayingOptions options, CancellationToken cancellation)
    {
        var store = await PayerStore.OpenAsync(options.DataFolder, options.Key.Address, cancellation);
        var node = new BusbarClient(options.Node);
        try
        {
            var network = await NodeRetry.RunAsync<NetworkInfo>(
                async token => await node.GetNetworkAsync(token), options.Patience, cancellation);
            var account = new PayerAccount(options, store, node, network, new Wallet(options.Key, network));
            var channels = await store.LoadAsync(cancellation);
            foreach (var channel in channels)
            {
                account.committed += channel.Committed;
            }

            account.committed += await store.LoadChargedAsync(cancellation);

            return (account, channels);
        }
        catch
        {
            node.Dispose();
            await store.DisposeAsync();
            throw;
        }
    }

    public Amount Left
    {
        get
        {
            lock (sync)
            {
                return committed >= options.Budget ? Amount.Zero : options.Budget - committed;
            }
        }
    }

    /// <summary>Binds a part of the budget: as much as wanted if it is there, never less than needed.</summary>
    public bool TryCommit(Amount wanted, Amount needed, out Amount granted)
    {
        lock (sync)
        {
            granted = Amount.Min(wanted, committed >= options.Budget ? Amount.Zero : options.Budget - committed);
            if (granted < needed || granted.IsZero)
            {
                granted = Amount.Zero;
                return false;
            }

            committed += granted;
            return true;
        }
    }

    public void Release(Amount amount)
    {
        lock (sync)
        {
            committed -= amount;
        }
    }

    public void CountPayment(long tickCount, Amount price)
    {
        lock (sync)
        {
            payments++;
            ticks += tickCount;
            paid += price;
        }
    }

    public PayingSpend Spend()
    {
        lock (sync)
        {
            return new PayingSpend(
                payments, ticks, paid, Wallet.SignatureCount, transactions, fees, committed, options.Budget);
        }
    }

    /// <summary>
    /// Sees a stored transaction through. Null when the ledger did it; the reason otherwise. BuyerNodeUnavailable
    /// leaves it undecided: the same transaction is to be submitted again.
    /// </summary>
    public async Task<PaymentRefusal?> SubmitAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        IntentInfo info;
        try
        {
            info = await Node.SubmitUntilFinalAsync(transaction, options.Patience, cancellation);
        }
        catch (BusbarException exception) when (exception.Code == "NodeUnavailable")
        {
            return new PaymentRefusal(PaymentCode.BuyerNodeUnavailable, exception.Message);
        }
        catch (BusbarException exception) when (exception.Status is >= HttpStatusCode.BadRequest)
        {
            return new PaymentRefusal(PaymentCode.LedgerRefused, $"{exception.Code}: {exception.Message}");
        }

        if (info.Status == "final")
        {
            lock (sync)
            {
                transactions++;
                fees += Amount.TryParseAtomic(info.FeeAtomic, out var fee) ? fee : Amount.Zero;
            }
        }

        return info is { Status: "final", Result: "Ok" }
            ? null
            : new PaymentRefusal(PaymentCode.LedgerRefused, $"The ledger answered {info.Result ?? info.Status}.");
    }

    public async ValueTask DisposeAsync()
    {
        Node.Dispose();
        await Store.DisposeAsync();
    }
}
