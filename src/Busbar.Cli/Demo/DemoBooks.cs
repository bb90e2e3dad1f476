using Busbar.Api;
using Busbar.Client;

namespace Busbar.Cli.Demo;

/// <summary>
/// What the demo cost, read from the ledger and from nothing else: every block since it began, and the balances
/// before and after.
/// </summary>
/// <param name="SellerReceived">What the station's claims paid it.</param>
/// <param name="Fees">All fees of buyer and station.</param>
/// <param name="BuyerFees">The buyer's part of them.</param>
/// <param name="BuyerTransactions">Transactions that the buyer signed.</param>
/// <param name="StationTransactions">Transactions that the station signed.</param>
/// <param name="Claims">Claims of the station that were paid.</param>
/// <param name="BuyerBefore">The buyer's balance before.</param>
/// <param name="BuyerAfter">The buyer's balance after.</param>
/// <param name="StationBefore">The station's balance before.</param>
/// <param name="StationAfter">The station's balance after.</param>
/// <param name="Deposited">What still lies in channels between the two.</param>
internal sealed record DemoBooks(
    Amount SellerReceived,
    Amount Fees,
    Amount BuyerFees,
    int BuyerTransactions,
    int StationTransactions,
    int Claims,
    Amount BuyerBefore,
    Amount BuyerAfter,
    Amount StationBefore,
    Amount StationAfter,
    Amount Deposited)
{
    /// <summary>
    /// True when buyer, station, open deposits and fees are together what the two had before, to the atom.
    /// </summary>
    public bool Conserved => BuyerBefore + StationBefore == BuyerAfter + StationAfter + Deposited + Fees;

    /// <summary>
    /// What left the buyer for rows: its balance before, less what it has, has deposited, and spent on fees.
    /// </summary>
    public Amount Paid => BuyerBefore - BuyerAfter - Deposited - BuyerFees;

    /// <summary>All transactions of the two.</summary>
    public int LedgerTransactions => BuyerTransactions + StationTransactions;

    /// <summary>Reads them.</summary>
    public static async Task<DemoBooks> ReadAsync(
        BusbarClient client, DemoJournal journal, CancellationToken stop)
    {
        var (buyer, station) = (DemoParties.Buyer.Address, DemoParties.Station.Address);
        var network = await client.GetNetworkAsync(stop);
        var (received, fees, buyerFees) = (Amount.Zero, Amount.Zero, Amount.Zero);
        var (buyerTransactions, stationTransactions, claims) = (0, 0, 0);
        for (var height = journal.StartHeight + 1; height <= network.Height; height++)
        {
            var block = await client.GetBlockAsync(height, stop);
            foreach (var transaction in block.Transactions)
            {
                var byBuyer = transaction.Account == buyer.ToString();
                if (!byBuyer && transaction.Account != station.ToString())
                {
                    continue;
                }

                buyerTransactions += byBuyer ? 1 : 0;
                stationTransactions += byBuyer ? 0 : 1;
                fees += Parse(transaction.FeeAtomic);
                buyerFees += byBuyer ? Parse(transaction.FeeAtomic) : Amount.Zero;
                foreach (var claim in transaction.Claims ?? [])
                {
                    var paid = Parse(claim.PaidAtomic);
                    received += paid;
                    claims += paid.IsZero ? 0 : 1;
                }
            }
        }

        return new DemoBooks(
            received,
            fees,
            buyerFees,
            buyerTransactions,
            stationTransactions,
            claims,
            Parse(journal.BuyerAtomic),
            await BalanceAsync(client, network, buyer, stop),
            Parse(journal.StationAtomic),
            await BalanceAsync(client, network, station, stop),
            await DepositedAsync(client, buyer, station, stop));
    }

    /// <summary>Dollars of an account.</summary>
    public static async Task<Amount> BalanceAsync(
        BusbarClient client, NetworkInfo network, Address address, CancellationToken stop)
    {
        var account = await client.GetAccountAsync(address, stop);
        return Parse(account.Balances.FirstOrDefault(balance => balance.Asset == network.FeeAsset)?.Atomic);
    }

    private static async Task<Amount> DepositedAsync(
        BusbarClient client, Address buyer, Address station, CancellationToken stop)
    {
        var deposited = Amount.Zero;
        foreach (var channel in await client.GetChannelsAsync(buyer, "payer", stop))
        {
            if (channel.Payee == station.ToString())
            {
                deposited += Parse(channel.DepositAtomic) - Parse(channel.ClaimedAtomic);
            }
        }

        return deposited;
    }

    private static Amount Parse(string? atomic) => Amount.TryParseAtomic(atomic, out var amount) ? amount : default;
}
