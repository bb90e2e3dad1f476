using System.Globalization;
using Busbar.Cli.Commands;
using Busbar.Cli.Output;
using Busbar.Client;
using Spectre.Console;

namespace Busbar.Cli.Demo;

/// <summary>The account that the demo gives at its end.</summary>
/// <param name="Options">What was asked.</param>
/// <param name="Bought">Rows that the buyer has.</param>
/// <param name="Books">What the ledger says.</param>
/// <param name="Spend">What the buyer paid and signed.</param>
/// <param name="Payments">Durations of the payments of this run.</param>
/// <param name="Finality">Durations from submitting a transaction to its being final.</param>
/// <param name="Elapsed">From the first request to the last row of this run.</param>
internal sealed record DemoReport(
    DemoOptions Options,
    int Bought,
    DemoBooks Books,
    PayingSpend Spend,
    LatencySamples Payments,
    LatencySamples Finality,
    TimeSpan Elapsed)
{
    /// <summary>
    /// True when the three accounts of the demo agree: what the buyer's rows cost, what left its account and what the
    /// ledger gave the station; and when the ledger neither made nor lost an atom.
    /// </summary>
    public bool AddsUp => Books.Conserved && Books.Paid == Owed && Books.SellerReceived == Owed;

    private Amount Owed => new(Options.Price.Atomic * (UInt128)Bought);

    /// <summary>
    /// Transactions by the ledger's account, which knows the runs that were killed too, and this run's vouchers.
    /// </summary>
    private long Signatures => Books.BuyerTransactions + Spend.Signatures - Spend.Transactions;

    private long Ticks => (long)(Books.Paid.Atomic / Options.Price.Atomic);

    /// <summary>Writes it.</summary>
    public void Write(CommandOutput output)
    {
        if (output.Json)
        {
            CommandOutput.WriteJson(ToLine(), OutputJson.Lines.DemoLine);
        }
        else
        {
            WriteForPeople(output.Result);
        }
    }

    private DemoLine ToLine() => new(
        "demo",
        Options.Rows,
        Bought,
        Options.Price.ToString(),
        Books.Paid.ToString(),
        Books.SellerReceived.ToString(),
        Books.Fees.ToString(),
        Ticks,
        Signatures,
        Books.LedgerTransactions,
        AddsUp,
        Finality.PercentileMs(50),
        Payments.PercentileMs(50),
        Payments.PercentileMs(99));

    private void WriteForPeople(IAnsiConsole console)
    {
        var perSecond = Payments.Count / Math.Max(Elapsed.TotalSeconds, 0.001);
        console.WriteLine();
        console.WriteTable(
            ("readings bought", Text($"{Bought} of {Options.Rows}")),
            ("paid", Text($"{Dollars(Books.Paid)} ({Dollars(Options.Price)} each)")),
            ("claimed by the station", Text($"{Dollars(Books.SellerReceived)} in {Books.Claims} claims")),
            ("fees of both", Text($"{Dollars(Books.Fees)} for {Books.LedgerTransactions} ledger transactions")),
            ("payments", Text($"{perSecond:F0} a second, one HTTP request each")),
            ("a payment took", Text(
                $"p50 {Payments.PercentileMs(50):F2} ms, p99 {Payments.PercentileMs(99):F2} ms; no ledger in it")),
            ("the ledger took", Text(
                $"p50 {Finality.PercentileMs(50):F2} ms until final ({Finality.Count} transfers measured)")),
            ("the buyer signed", Text($"{Signatures} times for {Ticks} payments; the rest were hashes")));
        console.WriteLine();
        var (before, after) = (Books.BuyerBefore + Books.StationBefore, Books.BuyerAfter + Books.StationAfter);
        console.WriteTable(
            ("buyer", Text($"{Dollars(Books.BuyerBefore)} -> {Dollars(Books.BuyerAfter)}")),
            ("station", Text($"{Dollars(Books.StationBefore)} -> {Dollars(Books.StationAfter)}")),
            ("before", Text($"{before} atoms")),
            ("after, and fees", Text($"{after} + {Books.Fees} = {after + Books.Fees} atoms")),
            ("still in channels", Text($"{Books.Deposited} atoms")));
        console.MarkupLine(AddsUp
            ? "[green]It adds up, to the atom.[/]"
            : "[red]It does not add up. This is a bug: please report it.[/]");
    }

    private static string Dollars(Amount amount) => amount.ToUnits(CommonOptions.DollarDecimals) + " dollars";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
