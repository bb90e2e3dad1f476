using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Busbar.Ticks;

namespace Busbar.Benchmarks;

/// <summary>
/// What one tick costs the payee and the payer, next to the bare SHA256.HashData of an input of the same length:
/// dotnet run -c Release --project bench/Busbar.Benchmarks -- --filter '*TickBenchmarks*'.
/// </summary>
[MemoryDiagnoser]
public class TickBenchmarks
{
    private const int Ticks = 65_536;
    private const int StepInputSizeBytes = 52;

    private static readonly byte[] Secret = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
    private readonly Tick[] ticks = new Tick[Ticks];
    private readonly IReadOnlyList<TickHash>[] paths = new IReadOnlyList<TickHash>[256];
    private TickGenerator payer = null!;

    /// <summary>Derives the default voucher and all its ticks.</summary>
    [GlobalSetup]
    public void Setup()
    {
        payer = Create();
        for (var number = 1; number <= Ticks; number++)
        {
            ticks[number - 1] = payer.TickAt(number);
        }

        for (var chain = 0; chain < paths.Length; chain++)
        {
            paths[chain] = payer.PathOf(chain);
        }
    }

    /// <summary>One hash an operation: the floor of what a tick can cost with SHA256.HashData.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Ticks)]
    public byte HashData()
    {
        Span<byte> input = stackalloc byte[StepInputSizeBytes];
        Span<byte> digest = stackalloc byte[32];
        input.Clear();
        for (var i = 0; i < Ticks; i++)
        {
            SHA256.HashData(input, digest);
            digest[..TickHash.SizeBytes].CopyTo(input[36..]);
        }

        return digest[0];
    }

    /// <summary>A payee accepts every tick of a voucher, one after the other.</summary>
    [Benchmark(OperationsPerInvoke = Ticks)]
    public long PayeeAccepts()
    {
        var payee = new TickVerifier(payer.Voucher);
        foreach (var tick in ticks)
        {
            payee.Accept(tick, paths[tick.Chain]);
        }

        return payee.BestNumber;
    }

    /// <summary>A payer gives every tick of a voucher, one after the other; the voucher is made already.</summary>
    [Benchmark(OperationsPerInvoke = Ticks)]
    public int PayerReveals()
    {
        var positions = 0;
        for (var number = 1; number <= Ticks; number++)
        {
            positions += payer.TickAt(number).Position;
        }

        return positions;
    }

    /// <summary>A payer derives a voucher's heads and tree.</summary>
    [Benchmark(OperationsPerInvoke = Ticks)]
    public Voucher PayerSetsUp() => Create().Voucher;

    private static TickGenerator Create() => TickGenerator.Create(
        NetworkId.Development,
        new ChannelId(Hash256.Sha256("bench"u8)),
        1,
        Amount.Zero,
        new Amount(100_000),
        256,
        256,
        Secret);
}
