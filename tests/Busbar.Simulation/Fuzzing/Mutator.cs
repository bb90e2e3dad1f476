using System.Buffers.Text;

namespace Busbar.Simulation.Fuzzing;

/// <summary>What an input is made of; it says which mutations leave most of it whole.</summary>
internal enum InputShape
{
    /// <summary>Deterministic CBOR.</summary>
    Cbor,

    /// <summary>Bytes of fixed places.</summary>
    Binary,

    /// <summary>Text, JSON too.</summary>
    Text,

    /// <summary>base64url of CBOR.</summary>
    Base64OfCbor,

    /// <summary>base64url of text.</summary>
    Base64OfText,

    /// <summary>base64 of text, as x402 has it.</summary>
    PlainBase64OfText,
}

/// <summary>Makes inputs out of valid ones. The same random numbers make the same inputs.</summary>
internal sealed class Mutator(FuzzValues values)
{
    private const int MaxRandomSizeBytes = 400;
    private const int MaxHugeSizeBytes = 160 * 1024;

    /// <summary>An input: mostly a valid one after a few changes, now and then random bytes or a valid one.</summary>
    public byte[] Make(IReadOnlyList<byte[]> corpus, InputShape shape, SimulatedRandom random)
    {
        var choice = random.Below(1_000);
        if (choice < 10)
        {
            return RandomBytes(random, (int)random.Below(MaxRandomSizeBytes));
        }

        var bytes = Pick(corpus, random);
        if (choice < 20)
        {
            return bytes;
        }

        for (var left = 1 + Geometric(random); left > 0; left--)
        {
            bytes = Mutate(bytes, Pick(corpus, random), shape, random);
        }

        return bytes;
    }

    /// <summary>One change to a canonical encoding, which mostly leaves it one.</summary>
    public byte[] ChangeCbor(byte[] bytes, IReadOnlyList<byte[]> corpus, SimulatedRandom random) =>
        CborMutation.Change(bytes, Pick(corpus, random), random, values);

    /// <summary>One change of any kind.</summary>
    public byte[] Mutate(byte[] bytes, byte[] other, InputShape shape, SimulatedRandom random)
    {
        switch (shape)
        {
            case InputShape.Cbor:
                return random.Below(10) switch
                {
                    < 6 => CborMutation.Change(bytes, other, random, values),
                    6 => CborMutation.ChangeHead(bytes, random, values),
                    _ => ChangeBytes(bytes, other, random),
                };
            case InputShape.Text:
                return random.Below(10) < 8
                    ? TextMutation.Change(bytes, other, random)
                    : ChangeBytes(bytes, other, random);
            case InputShape.Base64OfCbor or InputShape.Base64OfText or InputShape.PlainBase64OfText:
                return random.Below(10) < 8 ? MutateInside(bytes, other, shape, random)
                    : TextMutation.Change(bytes, other, random);
            case InputShape.Binary:
            default:
                return ChangeBytes(bytes, other, random);
        }
    }

    private static byte[] Pick(IReadOnlyList<byte[]> corpus, SimulatedRandom random) =>
        corpus[(int)random.Below((ulong)corpus.Count)];

    private static int Geometric(SimulatedRandom random)
    {
        var count = 0;
        while (count < 6 && random.Chance(350))
        {
            count++;
        }

        return count;
    }

    private byte[] MutateInside(byte[] bytes, byte[] other, InputShape shape, SimulatedRandom random)
    {
        var isPlain = shape == InputShape.PlainBase64OfText;
        if (!TryUnwrap(bytes, isPlain, out var content) || !TryUnwrap(other, isPlain, out var second))
        {
            return TextMutation.Change(bytes, other, random);
        }

        var inner = shape == InputShape.Base64OfCbor ? InputShape.Cbor : InputShape.Text;
        var changed = Mutate(content, second, inner, random);
        return isPlain
            ? System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(changed))
            : Base64Url.EncodeToUtf8(changed);
    }

    private static bool TryUnwrap(byte[] bytes, bool isPlain, out byte[] content)
    {
        var isValid = isPlain ? Base64.IsValid(bytes) : Base64Url.IsValid(bytes);
        content = !isValid ? []
            : isPlain ? Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(bytes))
            : Base64Url.DecodeFromUtf8(bytes);
        return isValid;
    }

    private static byte[] ChangeBytes(byte[] bytes, byte[] other, SimulatedRandom random)
    {
        if (bytes.Length == 0)
        {
            return RandomBytes(random, 1);
        }

        var copy = bytes.ToArray();
        var (start, end) = Range(bytes.Length, random);
        switch (random.Below(10))
        {
            case 0 or 1:
                copy[start] ^= (byte)(1 << (int)random.Below(8));
                return copy;
            case 2:
                copy[start] = unchecked((byte)random.Next());
                return copy;
            case 3:
                copy.AsSpan(start, end - start).Fill(random.Below(3) switch { 0 => 0, 1 => 0x80, _ => 0xFF });
                return copy;
            case 4:
                return copy[..start];
            case 5:
                return [.. copy, .. RandomBytes(random, 1 + (int)random.Below(16))];
            case 6:
                return Repeat(copy, start, end, random);
            case 7:
                return CborMutation.Splice(copy, start, end, []);
            case 8:
                var to = (int)random.Below((ulong)(copy.Length - (end - start) + 1));
                var moved = copy[start..end];
                var rest = CborMutation.Splice(copy, start, end, []);
                return CborMutation.Splice(rest, to, to, moved);
            default:
                var (from, until) = Range(Math.Max(1, other.Length), random);
                return CborMutation.Splice(
                    copy, start, end, other.AsSpan(Math.Min(from, other.Length)..Math.Min(until, other.Length)));
        }
    }

    // Once in a while past every limit of size.
    private static byte[] Repeat(byte[] bytes, int start, int end, SimulatedRandom random)
    {
        var range = bytes[start..end];
        var times = random.Below(500) == 0 ? MaxHugeSizeBytes / range.Length : 1 + (int)random.Below(4);
        var copies = new byte[range.Length * times];
        for (var i = 0; i < times; i++)
        {
            range.CopyTo(copies, i * range.Length);
        }

        return CborMutation.Splice(bytes, end, end, copies);
    }

    // Mostly short, somewhere; never empty.
    private static (int Start, int End) Range(int length, SimulatedRandom random)
    {
        var start = (int)random.Below((ulong)length);
        var most = random.Chance(700) ? Math.Min(8, length - start) : length - start;
        return (start, start + 1 + (int)random.Below((ulong)most));
    }

    private static byte[] RandomBytes(SimulatedRandom random, int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            bytes[i] = unchecked((byte)random.Next());
        }

        return bytes;
    }
}
