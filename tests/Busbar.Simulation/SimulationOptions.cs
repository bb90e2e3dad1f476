using Busbar.Transactions;

namespace Busbar.Simulation;

/// <summary>What may go wrong in a run.</summary>
[Flags]
public enum Faults
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Crashes at durability boundaries, rolling restarts, slow disks, damaged tails, wiped nodes.</summary>
    Crash = 1,

    /// <summary>Loss, delay, reordering, duplicates, partitions, clock jumps.</summary>
    Network = 2,

    /// <summary>Up to f validators that lie.</summary>
    Byzantine = 4,

    /// <summary>Everything.</summary>
    All = Crash | Network | Byzantine,
}

/// <summary>One run: these values determine everything that happens in it.</summary>
public sealed record SimulationOptions
{
    /// <summary>Where the random numbers start.</summary>
    public required ulong Seed { get; init; }

    /// <summary>n.</summary>
    public int Validators { get; init; } = 4;

    /// <summary>What may go wrong.</summary>
    public Faults Faults { get; init; } = Faults.All;

    /// <summary>From here on nothing more goes wrong.</summary>
    public ulong HealAtMs { get; init; } = 2_000;

    /// <summary>By then the network must have recovered and every payment must be final.</summary>
    public ulong EndAtMs { get; init; } = 12_000;

    /// <summary>
    /// The validator with index 0 crashes at its durability boundary of this number, counted from 1, and nobody else
    /// by chance; 0 leaves crashes to chance.
    /// </summary>
    public int CrashAtBoundary { get; init; }

    /// <summary>The Byzantine actor of every faulty validator; null draws one by the seed.</summary>
    public string? Actor { get; init; }

    /// <summary>The rate of certification delays, per thousand: a slow disk or processor at certify.</summary>
    public ulong SlowCertifyPermille { get; init; }

    /// <summary>Sees each message that leaves a node; null for nobody.</summary>
    internal Action<byte[]>? Wire { get; init; }

    /// <summary>Told what happens, line by line; null for a silent run.</summary>
    public Action<string>? Trace { get; init; }
}

/// <summary>What a run showed.</summary>
public sealed record SimulationReport
{
    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The first broken promise, or null.</summary>
    public required string? Unsafe { get; init; }

    /// <summary>What did not recover in time, or null.</summary>
    public required string? Stalled { get; init; }

    /// <summary>Different final blocks.</summary>
    public required int FinalizedBlocks { get; init; }

    /// <summary>Validators that died; each came back.</summary>
    public required int Crashes { get; init; }

    /// <summary>Links that were cut, each counted once for a cut.</summary>
    public required int Partitions { get; init; }

    /// <summary>Contradictions of validators that honest ones proved.</summary>
    public required int Equivocations { get; init; }

    /// <summary>Validators that started again.</summary>
    public required int Restarts { get; init; }

    /// <summary>Payments that became final.</summary>
    public required int Payments { get; init; }

    /// <summary>Operations that succeeded, by kind.</summary>
    public required IReadOnlyDictionary<OperationCode, int> Operations { get; init; }

    /// <summary>Epochs that began after the first.</summary>
    public required int Epochs { get; init; }

    /// <summary>Durability boundaries that validator 0 passed.</summary>
    public required int Boundaries { get; init; }

    /// <summary>Which faults and actors the seed drew.</summary>
    public required string Story { get; init; }

    /// <summary>A digest of everything that happened, in order.</summary>
    public required ulong EventHash { get; init; }

    /// <summary>True when nothing was broken and everything recovered.</summary>
    public bool IsGood => Unsafe is null && Stalled is null;
}
