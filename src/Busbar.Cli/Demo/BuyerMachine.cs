using System.Diagnostics;
using System.Globalization;
using Busbar.Client;
using Busbar.Keys;

namespace Busbar.Cli.Demo;

/// <summary>
/// The buyer: an ordinary HttpClient whose handler pays what it is asked, within a budget, and a file that says what
/// it has already.
/// </summary>
internal sealed class BuyerMachine : IDisposable
{
    private readonly PayingHandler payments;
    private readonly HttpClient http;

    public BuyerMachine(Uri node, Uri station, PrivateKey key, Amount budget, string folder)
    {
        payments = new PayingHandler(new PayingOptions
        {
            Node = node,
            Key = key,
            Budget = budget,
            Deposit = budget,
            DataFolder = folder,
        });
        http = new HttpClient(payments) { BaseAddress = station };
    }

    /// <summary>One sample for each row: from sending the request to having the row.</summary>
    public LatencySamples Latencies { get; } = new();

    /// <summary>What it paid and signed, earlier runs in the same folder included.</summary>
    public PayingSpend Spend => payments.Spend;

    /// <summary>
    /// Buys the rows that are missing, one after the other, until it has them or the budget is used up.
    /// </summary>
    public async Task BuyAsync(
        PurchaseFile purchases, int rows, DemoProgress progress, NodePatience patience, CancellationToken stop)
    {
        while (purchases.Rows < rows)
        {
            var number = purchases.Rows + 1;
            var start = Stopwatch.GetTimestamp();
            var row = await patience.TryAsync(() => BuyAsync(number, stop), stop);
            if (row is null)
            {
                return;
            }

            purchases.Append(row);
            Latencies.AddSince(start);
            progress.Bought(purchases.Rows, Latencies);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        payments.Dispose();
    }

    /// <summary>A row, or null when the budget does not cover it. Asked again, it is the same purchase.</summary>
    private async Task<byte[]?> BuyAsync(int number, CancellationToken stop)
    {
        var name = number.ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/readings/" + name, UriKind.Relative));
        request.Options.Set(PayingHandler.PurchaseId, name);
        using var response = await http.SendAsync(request, stop);
        if (response.GetPaymentRefusal() is { } refusal)
        {
            return refusal.Code switch
            {
                PaymentCode.BudgetExhausted => null,
                PaymentCode.BuyerNodeUnavailable => throw new HttpRequestException(refusal.Detail),
                _ => throw new CommandFailedException(refusal.Code.ToString(), refusal.Detail),
            };
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsByteArrayAsync(stop);
    }
}
