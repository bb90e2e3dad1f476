using BenchmarkDotNet.Attributes;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Benchmarks;

/// <summary>
/// Executes blocks of verified transfers between random accounts, with and without the state root.
/// dotnet run -c Release --project bench/Busbar.Benchmarks -- --filter '*Ledger*'
/// </summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 2, iterationCount: 5)]
public class LedgerBenchmarks
{
    private const int TransfersPerBlock = 2_000;
    private readonly Verified<CheckedTransaction>[] transactions =
        new Verified<CheckedTransaction>[TransfersPerBlock];
    private LedgerState state = null!;

    [Params(10_000, 100_000)]
    public int Accounts { get; set; }

    [GlobalSetup]
    public void Fund()
    {
        var payers = Enumerable.Range(1, 64).Select(FundedLedger.Key).ToArray();
        state = LedgerState.FromGenesis(FundedLedger.Genesis([.. payers.Select(key => key.Address)], Accounts));
        var random = new Random(1);
        for (var i = 0; i < transactions.Length; i++)
        {
            transactions[i] = FundedLedger.Transfer(
                payers[i % payers.Length], FundedLedger.AddressOf(random.Next(Accounts)), i);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = TransfersPerBlock)]
    public BlockExecution Apply()
    {
        var time = new UnixTime(state.Time.Ms + 1_000);
        var block = state.Begin(time, state.UptimeAt(time));
        foreach (var transaction in transactions)
        {
            if (block.Apply(transaction, out _) != InclusionStatus.Included)
            {
                throw new InvalidOperationException("Every transfer of the benchmark stands.");
            }
        }

        return block;
    }

    [Benchmark(OperationsPerInvoke = TransfersPerBlock)]
    public Hash256 ApplyWithRoots() => Apply().Seal().StateRoot;
}
