using System.Diagnostics;

namespace Busbar.Simulation.Fuzzing;

/// <summary>What a run takes.</summary>
public sealed record FuzzOptions
{
    /// <summary>With the number of an input, determines it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of the first input.</summary>
    public ulong From { get; init; }

    /// <summary>Inputs to take.</summary>
    public ulong Count { get; init; }

    /// <summary>The one target to take them, or null for all.</summary>
    public string? Target { get; init; }
}

/// <summary>An input for which a property does not hold.</summary>
/// <param name="Target">What took it.</param>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Input">The bytes.</param>
/// <param name="Message">What does not hold.</param>
public sealed record FuzzFinding(string Target, ulong Number, ReadOnlyMemory<byte> Input, string Message);

/// <summary>What became of the inputs of one target.</summary>
/// <param name="Name">The target.</param>
/// <param name="Inputs">How many it took.</param>
/// <param name="Counts">How often what came about.</param>
/// <param name="MostAllocatedBytes">The most that one input made it allocate.</param>
public sealed record FuzzTally(
    string Name, ulong Inputs, IReadOnlyDictionary<string, ulong> Counts, long MostAllocatedBytes);

/// <summary>
/// Hands inputs to everything that takes bytes from outside, one after the other. The same seed and numbers give the
/// same inputs in every process. Not thread-safe.
/// </summary>
public sealed class FuzzRun
{
    /// <summary>Findings after which a run ends: more of them say little more.</summary>
    public const int MaxFindings = 10;

    // One input in so many is a transaction for the ledger, which takes longest.
    private const ulong LedgerShare = 20;

    private readonly FuzzOptions options;
    private readonly IReadOnlyList<FuzzTarget> targets;
    private readonly ulong[] inputs;
    private readonly List<FuzzFinding> findings = [];
    private readonly Stopwatch watch = new();

    /// <summary>A run over all targets, or the one that the options name.</summary>
    /// <exception cref="ArgumentException">There is no such target.</exception>
    public FuzzRun(FuzzOptions options)
        : this(options, FuzzTargets.Make())
    {
    }

    internal FuzzRun(FuzzOptions options, IReadOnlyList<FuzzTarget> all)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        targets = options.Target is null ? all : [.. all.Where(target => target.Name == options.Target)];
        if (targets.Count == 0)
        {
            throw new ArgumentException(
                $"There is no target {options.Target}: " + string.Join(", ", all.Select(target => target.Name)) + ".",
                nameof(options));
        }

        inputs = new ulong[targets.Count];
        Next = options.From;
        foreach (var target in targets)
        {
            target.WarmUp();
        }
    }

    /// <summary>Number of the next input.</summary>
    public ulong Next { get; private set; }

    /// <summary>Inputs that were taken.</summary>
    public ulong Taken => Next - options.From;

    /// <summary>Seconds that inputs took so far.</summary>
    public double Seconds => watch.Elapsed.TotalSeconds;

    /// <summary>True when all were taken, or enough findings are there.</summary>
    public bool IsDone => Taken >= options.Count || findings.Count >= MaxFindings;

    /// <summary>What was found.</summary>
    public IReadOnlyList<FuzzFinding> Findings => findings;

    /// <summary>What became of the inputs, in the order of targets.</summary>
    public IReadOnlyList<FuzzTally> Tallies =>
    [
        .. targets.Select((target, place) =>
            new FuzzTally(target.Name, inputs[place], target.Counts, target.MostAllocatedBytes)),
    ];

    internal IReadOnlyList<FuzzTarget> Targets => targets;

    /// <summary>Takes some of the inputs that are left.</summary>
    public void Take(ulong count)
    {
        watch.Start();
        for (; count > 0 && !IsDone; count--)
        {
            TakeOne();
        }

        watch.Stop();
    }

    private void TakeOne()
    {
        var number = Next++;
        var random = new SimulatedRandom(Mix(options.Seed, number));
        var place = random.Below(LedgerShare) == 0 || targets.Count == 1
            ? 0
            : 1 + (int)random.Below((ulong)targets.Count - 1);
        inputs[place]++;
        var input = targets[place].Make(random);
        try
        {
            targets[place].Run(input);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var message = fault is FuzzFaultException ? fault.Message : fault.GetType().Name + ": " + fault.Message;
            findings.Add(new FuzzFinding(targets[place].Name, number, input, message));
        }
    }

    // Neighbouring numbers have nothing in common.
    private static ulong Mix(ulong seed, ulong number) =>
        new SimulatedRandom(new SimulatedRandom(seed).Next() ^ number).Next();
}
