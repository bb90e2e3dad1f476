namespace Busbar.Simulation.Fuzzing;

/// <summary>A property does not hold for an input.</summary>
internal sealed class FuzzFaultException(string message) : Exception(message);

/// <summary>
/// Something that takes bytes from outside: it makes inputs for it, hands them over, and throws when a property does
/// not hold. Not thread-safe.
/// </summary>
/// <param name="name">What it is called on the command line.</param>
/// <param name="covers">The methods that it calls, as "Type.Method".</param>
internal abstract class FuzzTarget(string name, params string[] covers)
{
    /// <summary>Bytes that a decoder may allocate for each byte of its input.</summary>
    public const long AllocatedBytesPerInputByte = 64;

    /// <summary>Bytes that a decoder may allocate whatever its input: lists that it makes room in at once.</summary>
    public const long AllocatedBytesPerInput = 16 * 1024;

    /// <summary>
    /// Bytes of numbers of 256 bits and more that recovering the key of one wallet's signature leaves to be collected.
    /// </summary>
    public const long AllocatedBytesPerRecovery = 320 * 1024;

    private readonly SortedDictionary<string, ulong> counts = new(StringComparer.Ordinal);

    /// <summary>What it is called on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>The methods that it calls, as "Type.Method".</summary>
    public IReadOnlyList<string> Covers { get; } = covers;

    /// <summary>How often what came about.</summary>
    public IReadOnlyDictionary<string, ulong> Counts => counts;

    /// <summary>The most that one input made it allocate, in bytes.</summary>
    public long MostAllocatedBytes { get; private set; }

    /// <summary>Valid inputs, which mutations begin from.</summary>
    public abstract IReadOnlyList<byte[]> Corpus { get; }

    /// <summary>The next input.</summary>
    public abstract byte[] Make(SimulatedRandom random);

    /// <summary>Takes an input; throws when a property does not hold.</summary>
    /// <exception cref="FuzzFaultException">A property does not hold.</exception>
    public abstract void Run(byte[] input);

    /// <summary>
    /// Takes every valid input once, so that what is made once for all is not counted as an allocation of the first.
    /// </summary>
    public virtual void WarmUp()
    {
        foreach (var input in Corpus)
        {
            try
            {
                Run(input);
            }
            catch (FuzzFaultException)
            {
                // It is found again when it counts, with its number.
            }
        }

        counts.Clear();
        MostAllocatedBytes = 0;
    }

    /// <summary>Counts something that came about.</summary>
    protected void Count(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;

    /// <summary>Checks what was allocated since a reading of the thread's counter.</summary>
    protected void CheckAllocation(
        long before,
        int inputSizeBytes,
        long perByte = AllocatedBytesPerInputByte,
        long fixedBytes = AllocatedBytesPerInput)
    {
        var used = GC.GetAllocatedBytesForCurrentThread() - before;
        MostAllocatedBytes = Math.Max(MostAllocatedBytes, used);
        if (used > (perByte * inputSizeBytes) + fixedBytes)
        {
            throw new FuzzFaultException($"allocated {used} bytes for an input of {inputSizeBytes}");
        }
    }
}
