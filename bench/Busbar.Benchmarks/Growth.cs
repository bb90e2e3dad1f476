using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Busbar.Keys;
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
        var payers = Enumerable.Range(1, MaxPayers).Select(FundedLedger.Key).ToArray();

        // Once with few accounts: what is compiled and made at the first use counts for none of the sizes.
        _ = Measure(payers, 1_000);
        var rows = Sizes.Select(accounts => Measure(payers, accounts)).ToArray();
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

    // Half of the accounts pay, as far as there are keys: few payers would touch the same leaves again and again.
    private static Row Measure(PrivateKey[] keys, int accounts)
    {
        var payers = keys[..Math.Min(keys.Length, accounts / 2)];
        var payees = accounts - payers.Length;
        var genesis = FundedLedger.Genesis(payers, payees);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var state = LedgerState.FromGenesis(genesis);
        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        var random = new Random(1);
        var transfers = Enumerable.Range(0, (WarmUpBlocks + Blocks) * TransfersPerBlock)
            .Select(number => FundedLedger.Transfer(
                payers[random.Next(payers.Length)], FundedLedger.AddressOf(random.Next(payees)), number))
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
