namespace Busbar.Simulation.Fuzzing;

/// <summary>Something that must not be so, and what shows it again.</summary>
/// <param name="Target">The target.</param>
/// <param name="Number">The number of the input under its seed.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Input">The input.</param>
public sealed record FuzzFinding(string Target, ulong Number, string Problem, byte[] Input);

/// <summary>
/// Tries damaged inputs, each made from the seed and its own number alone, so that any of them can be tried again by
/// itself. Not thread-safe; several may run beside each other.
/// </summary>
public sealed class Fuzzer
{
    private const int Attempts = 16;

    private readonly ulong seed;
    private readonly FuzzTarget[] drawn;
    private readonly SortedDictionary<(string Target, string Outcome), long> outcomes = [];

    /// <summary>One that draws from these targets.</summary>
    /// <param name="seed">Where the random numbers start.</param>
    /// <param name="targets">What to try.</param>
    public Fuzzer(ulong seed, IReadOnlyList<FuzzTarget> targets)
    {
        this.seed = seed;
        drawn = [.. targets.SelectMany(target => Enumerable.Repeat(target, target.Weight))];
        foreach (var target in targets)
        {
            // What is made once, at the first use of a type, is no allocation of an input.
            foreach (var good in target.Corpus)
            {
                _ = Verdict(target, good);
            }

            if (target.Corpus.FirstOrDefault(good => !target.IsGood(good)) is { } bad)
            {
                throw new InvalidOperationException($"{target.Name} refuses what is good: {Hex.Format(bad)}");
            }
        }
    }

    /// <summary>How many inputs came to what, by target.</summary>
    public IReadOnlyDictionary<(string Target, string Outcome), long> Outcomes => outcomes;

    /// <summary>Tries one input.</summary>
    public FuzzFinding? Try(ulong number)
    {
        var random = new SimulatedRandom(unchecked((seed * 0x9E37_79B9_7F4A_7C15) ^ (number * 0xD1B5_4A32_D192_ED03)));
        var target = drawn[random.Below((ulong)drawn.Length)];
        var original = target.Corpus[(int)random.Below((ulong)target.Corpus.Count)];
        var mutator = new FuzzMutator(random);
        var input = mutator.Mutate(original, target.Corpus, target.IsText);
        for (var attempt = 1; attempt < Attempts && !target.Reaches(input); attempt++)
        {
            input = mutator.Mutate(original, target.Corpus, target.IsText);
        }

        var verdict = Verdict(target, input);
        if (verdict.Problem is not null)
        {
            return new FuzzFinding(target.Name, number, verdict.Problem, input);
        }

        var key = (target.Name, verdict.Outcome);
        outcomes[key] = outcomes.GetValueOrDefault(key) + 1;
        return null;
    }

    private static FuzzVerdict Verdict(FuzzTarget target, byte[] input)
    {
        try
        {
            return target.Try(input);
        }
        catch (Exception exception)
        {
            // Whatever is thrown is what is looked for here.
            return new FuzzVerdict("", exception.ToString());
        }
    }
}
