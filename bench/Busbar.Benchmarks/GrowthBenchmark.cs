using System.Globalization;
using System.Text.Json;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Benchmarks;

/// <summary>
/// What a transfer costs, and how much memory an account takes, as the number of accounts grows: all in one run, so
/// that ratios mean something. dotnet run -c Release --project bench/Busbar.Benchmarks -- growth
/// </summary>
internal static class GrowthBenchmark
{
    private const int TransfersPerBlock = 1_000;
    private const int WarmUpBlocks = 10;
    private const int Blocks = 40;
    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    /// <summary>Measures every size and prints a line for each, then all of it as one line of JSON.</summary>
    public static void Run()
    {
        Write($"Blocks of {TransfersPerBlock} transfers between random accounts, {Blocks} timed after {WarmUpBlocks}.");
        Write("accounts   apply+seal  times the smallest  log ratio   fold   heap an account");
        var sizes = new List<GrowthLine>();
        Measure(Sizes[0]);
        foreach (var accounts in Sizes)
        {
            var measured = Measure(accounts);
            var first = sizes.Count == 0 ? measured : sizes[0];
            sizes.Add(measured = measured with
            {
                TimesSmallest = Math.Round(measured.MicrosecondsPerTransfer / first.MicrosecondsPerTransfer, 2),
                LogarithmRatio = Math.Round(Math.Log(accounts) / Math.Log(Sizes[0]), 2),
            });
            Write(
                $"{accounts,8}   {measured.MicrosecondsPerTransfer,7:F2} µs   {measured.TimesSmallest,16:F2}   "
                + $"{measured.LogarithmRatio,9:F2}   {measured.FoldMicrosecondsPerTransfer:F2} µs   "
                + $"{measured.HeapBytesPerAccount,8} bytes");
        }

        var isSlow = sizes.Any(size => size.TimesSmallest > size.LogarithmRatio);
        Write("Time per transfer grows " + (isSlow ? "faster than" : "no faster than") + " the logarithm of accounts.");
        Write(JsonSerializer.Serialize(new GrowthReport("growth", sizes), JsonSerializerOptions.Web));
    }

    private static void Write(FormattableString line) => Write(line.ToString(CultureInfo.InvariantCulture));

    private static void Write(string line) => Console.Out.WriteLine(line);

    private static GrowthLine Measure(int accounts)
    {
        var random = new Random(1);
        var transfers = (WarmUpBlocks + Blocks) * TransfersPerBlock;
        var plan = new (int From, int To)[transfers];
        for (var i = 0; i < transfers; i++)
        {
            plan[i] = (random.Next(accounts), random.Next(accounts));
        }

        // Only who pays needs a key; keys live in guarded memory, of which there is little.
        var payers = new Dictionary<int, Address>();
        foreach (var (from, _) in plan)
        {
            using var key = KeyOf(from);
            payers[from] = key.Address;
        }

        Address AddressAt(int account) =>
            payers.TryGetValue(account, out var address) ? address : BenchmarkLedger.AddressOf(account);
        var verified = new Verified<CheckedTransaction>[transfers];
        for (var i = 0; i < transfers; i++)
        {
            using var key = KeyOf(plan[i].From);
            verified[i] = BenchmarkLedger.Transfer(key, AddressAt(plan[i].To), i);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var state = LedgerState.FromGenesis(
            BenchmarkLedger.GenesisOf(Enumerable.Range(0, accounts).Select(AddressAt)));
        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        var (applied, folded) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var block = 0; block < WarmUpBlocks + Blocks; block++)
        {
            var start = Environment.CpuUsage.TotalTime;
            var next = BenchmarkLedger.Apply(
                state, verified.AsSpan(block * TransfersPerBlock, TransfersPerBlock)).Seal().State;
            var sealedAt = Environment.CpuUsage.TotalTime;
            next.Fold();
            if (block >= WarmUpBlocks)
            {
                applied += sealedAt - start;
                folded += Environment.CpuUsage.TotalTime - sealedAt;
            }

            state = next;
        }

        double PerTransfer(TimeSpan time) => Math.Round(time.TotalMicroseconds / (Blocks * TransfersPerBlock), 2);
        return new GrowthLine(accounts, PerTransfer(applied), PerTransfer(folded), heap / accounts, 1, 1);
    }

    private static PrivateKey KeyOf(int account) => BenchmarkLedger.Key(1 + account);

    private sealed record GrowthReport(string Kind, IReadOnlyList<GrowthLine> Sizes);

    /// <summary>One size: processor time of executing and sealing, of folding the final block, and live heap.</summary>
    private sealed record GrowthLine(
        int Accounts,
        double MicrosecondsPerTransfer,
        double FoldMicrosecondsPerTransfer,
        long HeapBytesPerAccount,
        double TimesSmallest,
        double LogarithmRatio);
}
