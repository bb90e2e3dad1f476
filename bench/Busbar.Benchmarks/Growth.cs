using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Benchmarks;

/// <summary>
/// What a transfer costs, and an account takes of memory, while the number of accounts grows: blocks of transfers that
/// were verified before, executed one after the other, with the state root of each.
/// dotnet run -c Release --project bench/Busbar.Benchmarks -- growth
/// </summary>
internal static class Growth
{
    private const int MaxPayers = 20_000;
    private const int TransfersPerBlock = 1_000;
    private const int WarmUpBlocks = 10;
    private const int Blocks = 40;
    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];

    /// <summary>Measures and prints a table, then one line of JSON.</summary>
    public static void Run()
    {
        // Once with few accounts: what is compiled and made at the first use counts for none of the sizes.
        _ = Measure(1_000);
        var rows = Sizes.Select(Measure).ToArray();
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}");
        Console.WriteLine("accounts   CPU us/transfer   wall us/transfer   x smallest   x log   heap bytes/account");
        foreach (var row in rows)
        {
            var first = rows[0];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Accounts,8}   {row.CpuUs,15:F2}   {row.WallUs,16:F2}   {row.CpuUs / first.CpuUs,10:F2}   "
                + $"{Math.Log(row.Accounts) / Math.Log(first.Accounts),5:F2}   {row.HeapBytes,18:F0}"));
        }

        Console.WriteLine(JsonSerializer.Serialize(new { kind = "growth", rows }, JsonSerializerOptions.Web));
    }

    // Thousands of accounts pay: few would touch the same leaves again and again.
    private static Row Measure(int accounts)
    {
        var payers = Enumerable.Range(1, Math.Min(MaxPayers, accounts / 2)).Select(AddressOf).ToArray();
        var payees = accounts - payers.Length;
        var genesis = FundedLedger.Genesis(payers, payees);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var state = LedgerState.FromGenesis(genesis);
        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        var random = new Random(1);
        var transfers = Enumerable.Range(0, (WarmUpBlocks + Blocks) * TransfersPerBlock)
            .Select(number => Transfer(random.Next(payers.Length), random.Next(payees), number))
            .ToArray();
        for (var block = 0; block < WarmUpBlocks; block++)
        {
            state = Execute(state, transfers.AsSpan(block * TransfersPerBlock, TransfersPerBlock));
        }

        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var wall = Stopwatch.StartNew();
        for (var block = WarmUpBlocks; block < WarmUpBlocks + Blocks; block++)
        {
            state = Execute(state, transfers.AsSpan(block * TransfersPerBlock, TransfersPerBlock));
        }

        wall.Stop();
        process.Refresh();
        const double Count = Blocks * TransfersPerBlock;
        var row = new Row(
            accounts,
            (process.TotalProcessorTime - cpu).TotalMicroseconds / Count,
            wall.Elapsed.TotalMicroseconds / Count,
            (double)heap / accounts);
        GC.KeepAlive(genesis);
        return row;
    }

    // Keys lie in memory that is locked, of which there is too little for thousands: each is made when it signs.
    private static Verified<CheckedTransaction> Transfer(int payer, int payee, int number)
    {
        using var key = FundedLedger.Key(payer + 1);
        return FundedLedger.Transfer(key, FundedLedger.AddressOf(payee), number);
    }

    private static Address AddressOf(int number)
    {
        using var key = FundedLedger.Key(number);
        return key.Address;
    }

    private static LedgerState Execute(LedgerState state, ReadOnlySpan<Verified<CheckedTransaction>> transfers)
    {
        var time = new UnixTime(state.Time.Ms + 1_000);
        var block = state.Begin(time, state.UptimeAt(time));
        foreach (var transfer in transfers)
        {
            if (block.Apply(transfer, out _) != InclusionStatus.Included)
            {
                throw new InvalidOperationException("Every transfer of the benchmark stands.");
            }
        }

        return block.Seal().State;
    }

    private sealed record Row(int Accounts, double CpuUs, double WallUs, double HeapBytes);
}
