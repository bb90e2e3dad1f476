namespace Busbar.Simulation;

/// <summary>SplitMix64: the same numbers from the same seed in every process and release. Not thread-safe.</summary>
public sealed class SimulatedRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        unchecked
        {
            state += 0x9E37_79B9_7F4A_7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>A number below a bound of at least 1.</summary>
    public ulong Below(ulong bound) => Next() % bound;

    /// <summary>True this many times in a thousand.</summary>
    public bool Chance(ulong permille) => Below(1_000) < permille;
}
