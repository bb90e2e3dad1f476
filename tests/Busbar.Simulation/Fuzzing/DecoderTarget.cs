using System.Text;

namespace Busbar.Simulation.Fuzzing;

/// <summary>Decodes; false for what it refuses.</summary>
internal delegate bool FuzzDecode<T>(byte[] input, out T value);

/// <summary>Reads one item of an encoding; whatever it gives counts only when the reader did not fail.</summary>
internal delegate T FuzzRead<T>(ref CanonicalReader reader);

/// <summary>What the encoding of a decoded value is.</summary>
internal enum EncodedForm
{
    /// <summary>The very input: a value has one encoding.</summary>
    TheInput,

    /// <summary>The usual one of several that mean the same.</summary>
    TheUsual,

    /// <summary>That of what the input stands for, which is decoded by something else.</summary>
    AnotherKind,
}

/// <summary>
/// A decoder of bytes or text. Properties: it never throws, allocates within its bounds, and what it takes encodes to
/// the very input again; or, for texts that have more than one form, encodes to what decodes to the same.
/// </summary>
internal sealed class DecoderTarget<T>(
    string name,
    FuzzSources sources,
    InputShape shape,
    IReadOnlyList<byte[]> corpus,
    FuzzDecode<T> decode,
    Func<T, byte[]> encode,
    EncodedForm form,
    params string[] covers)
    : FuzzTarget(name, covers)
{
    /// <summary>Bytes that it may allocate whatever its input.</summary>
    public long FixedBytes { get; init; } = AllocatedBytesPerInput;

    public override IReadOnlyList<byte[]> Corpus => corpus;

    public override byte[] Make(SimulatedRandom random) => sources.Mutator.Make(corpus, shape, random);

    public override void Run(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isTaken = decode(input, out var value);
        CheckAllocation(before, input.Length, fixedBytes: FixedBytes);
        Count(isTaken ? "decoded" : "refused");
        if (!isTaken)
        {
            return;
        }

        var encoded = encode(value);
        if (form == EncodedForm.TheInput && !encoded.AsSpan().SequenceEqual(input))
        {
            throw new FuzzFaultException("decoded, and encodes to other bytes: " + Convert.ToHexString(encoded));
        }

        if (form == EncodedForm.TheUsual
            && (!decode(encoded, out var again) || !encode(again).AsSpan().SequenceEqual(encoded)))
        {
            throw new FuzzFaultException("its own encoding is another value: " + Convert.ToHexString(encoded));
        }
    }
}

/// <summary>Short ways to make targets of decoders that have a usual form.</summary>
internal sealed class FuzzSources(Mutator mutator)
{
    public Mutator Mutator { get; } = mutator;

    /// <summary>A decoder of CBOR: what it takes has one form.</summary>
    public FuzzTarget Cbor<T>(
        string name,
        IEnumerable<byte[]> corpus,
        FuzzDecode<T> decode,
        Func<T, byte[]> encode,
        params string[] covers) =>
        new DecoderTarget<T>(name, this, InputShape.Cbor, [.. corpus], decode, encode, EncodedForm.TheInput, covers);

    /// <summary>A reader of an item that stands in other encodings.</summary>
    public FuzzTarget Item<T>(
        string name, IEnumerable<byte[]> corpus, FuzzRead<T> read, Action<T, CanonicalWriter> write) =>
        Cbor(
            name,
            corpus,
            (byte[] input, out T value) =>
            {
                var reader = new CanonicalReader(input);
                value = read(ref reader);
                return reader.Finish();
            },
            value => Encode(writer => write(value, writer)),
            name + ".Read");

    /// <summary>A parser of text, which may have more than one form.</summary>
    public FuzzTarget Text<T>(
        string name,
        IEnumerable<string> corpus,
        FuzzParse<T> parse,
        Func<T, string> format,
        InputShape shape = InputShape.Text,
        params string[] covers) =>
        new DecoderTarget<T>(
            name,
            this,
            shape,
            [.. corpus.Select(Encoding.UTF8.GetBytes)],
            (byte[] input, out T value) => parse(Encoding.UTF8.GetString(input), out value),
            value => Encoding.UTF8.GetBytes(format(value)),
            EncodedForm.TheUsual,
            covers);

    public static byte[] Encode(Action<CanonicalWriter> write)
    {
        var writer = new CanonicalWriter();
        write(writer);
        return writer.ToArray();
    }
}

/// <summary>Parses; false for what it refuses.</summary>
internal delegate bool FuzzParse<T>(string text, out T value);
