namespace Busbar.Simulation.Fuzzing;

/// <summary>What an input came to at a target.</summary>
/// <param name="Outcome">In a word: refused, accepted, or what the target tells apart.</param>
/// <param name="Problem">What must not be so; null when all is well.</param>
public readonly record struct FuzzVerdict(string Outcome, string? Problem = null)
{
    /// <summary>It was refused, as it may be.</summary>
    public static FuzzVerdict Refused { get; } = new("refused");

    /// <summary>It was taken.</summary>
    public static FuzzVerdict Accepted { get; } = new("accepted");
}

/// <summary>Something that takes bytes from outside, and what must hold whatever they are. Not thread-safe.</summary>
public abstract class FuzzTarget(string name, IReadOnlyList<byte[]> corpus, int weight = 1)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Good inputs, to be damaged.</summary>
    public IReadOnlyList<byte[]> Corpus => corpus;

    /// <summary>How often it is chosen, beside the others.</summary>
    public int Weight => weight;

    /// <summary>True when good inputs are text.</summary>
    public virtual bool IsText => false;

    /// <summary>False for an input that would end before what the target is there for: another is made then.</summary>
    public virtual bool Reaches(byte[] input) => true;

    /// <summary>True when an input of the corpus is good, as it must be.</summary>
    public virtual bool IsGood(byte[] input) => Try(input).Problem is null;

    /// <summary>Tries one input; whatever it throws is a finding.</summary>
    public abstract FuzzVerdict Try(byte[] input);
}

/// <summary>
/// A decoder: it never throws, allocates no more than a multiple of its input, and whatever it takes is encoded to the
/// same bytes again.
/// </summary>
/// <param name="name">Its name.</param>
/// <param name="corpus">Good inputs.</param>
/// <param name="decode">Decodes and encodes again; null for what it refuses.</param>
/// <param name="weight">How often it is chosen, beside the others.</param>
/// <param name="allocatedAlways">Bytes that decoding and encoding may take whatever the input.</param>
internal class DecoderTarget(
    string name,
    IReadOnlyList<byte[]> corpus,
    Func<byte[], byte[]?> decode,
    int weight = 1,
    long allocatedAlways = DecoderTarget.AllocatedAlways)
    : FuzzTarget(name, corpus, weight)
{
    /// <summary>Bytes that they may take whatever the input, where a target says nothing else.</summary>
    public const long AllocatedAlways = 64 * 1024;

    /// <summary>Bytes that they may take for each byte of the input.</summary>
    public const long AllocatedPerByte = 256;

    public override FuzzVerdict Try(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = decode(input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var most = allocatedAlways + (AllocatedPerByte * input.Length);
        return allocated > most ? new FuzzVerdict("", $"{allocated} bytes allocated, at most {most}")
            : again is null ? FuzzVerdict.Refused
            : IsSame(input, again) ? FuzzVerdict.Accepted
            : new FuzzVerdict("", $"taken, and encoded again as {Hex.Format(again)}");
    }

    public override bool IsGood(byte[] input) => Try(input) == FuzzVerdict.Accepted;

    protected virtual bool IsSame(byte[] input, byte[] again) => again.AsSpan().SequenceEqual(input);

    protected byte[]? Again(byte[] input) => decode(input);
}

/// <summary>A reader of text, which may take several forms of a value; what it writes it reads again.</summary>
internal sealed class TextTarget(
    string name, IReadOnlyList<string> corpus, Func<string, string?> read, int weight = 1)
    : DecoderTarget(
        name,
        [.. corpus.Select(System.Text.Encoding.UTF8.GetBytes)],
        bytes => read(System.Text.Encoding.UTF8.GetString(bytes)) is { } text
            ? System.Text.Encoding.UTF8.GetBytes(text)
            : null,
        weight)
{
    public override bool IsText => true;

    protected override bool IsSame(byte[] input, byte[] again) =>
        Again(again) is { } twice && twice.AsSpan().SequenceEqual(again);
}
