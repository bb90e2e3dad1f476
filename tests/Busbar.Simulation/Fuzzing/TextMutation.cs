using System.Text;

namespace Busbar.Simulation.Fuzzing;

/// <summary>Changes texts where their grammar is: digits, separators, case, values of JSON. Stateless.</summary>
internal static class TextMutation
{
    private static readonly byte[][] Numbers =
    [
        .. new[]
        {
            "0", "00", "1", "-1", "+1", "1e9", "0.5", ".", "255", "65536", "2147483648", "4294967296",
            "9223372036854775808", "18446744073709551615", "18446744073709551616",
            "340282366920938463463374607431768211455", "340282366920938463463374607431768211456", "\u0663", "\uFF11",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "", " ", "\t", "\n", "\0", ".", ",", "/", ":", "-", "_", "+", "=", "\"", "\\", "{", "}", "[", "]", "0x",
            "0X", "eip155:", "ed25519:", "\u00E9", "\u2028", "\uD83D\uDE00", "%00", "\\u0000", "\\ud800", "null",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80],
    ];

    private static readonly byte[][] JsonValues =
    [
        .. new[]
        {
            "null", "true", "1", "-1", "0.5", "1e400", "18446744073709551615", "18446744073709551616", "\"\"", "\"x\"",
            "[]", "{}", "[[[[[[[[[[1]]]]]]]]]]", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"0\"",
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xFF, (byte)'"'],
    ];

    /// <summary>One change.</summary>
    public static byte[] Change(byte[] bytes, byte[] other, SimulatedRandom random)
    {
        var at = (int)random.Below((ulong)bytes.Length + 1);
        var end = Math.Min(bytes.Length, at + 1);
        switch (random.Below(9))
        {
            case 0:
                return ChangeNumber(bytes, at, random);
            case 1:
                return ChangeJsonValue(bytes, at, random);
            case 2:
                return CborMutation.Splice(bytes, at, at, Pick(Pieces, random));
            case 3:
                return CborMutation.Splice(bytes, at, end, Pick(Pieces, random));
            case 4:
                return CborMutation.Splice(bytes, at, end, [(byte)(0x20 + random.Below(0x5F))]);
            case 5 when end > at && char.IsAsciiLetter((char)bytes[at]):
                return CborMutation.Splice(bytes, at, end, [(byte)(bytes[at] ^ 0x20)]);
            case 6:
                return bytes[..at];
            case 7:
                var from = Math.Min(at, other.Length);
                return [.. bytes.AsSpan(0, at), .. other.AsSpan(from)];
            default:
                var size = (int)random.Below((ulong)(bytes.Length - at) + 1);
                return random.Chance(500)
                    ? CborMutation.Splice(bytes, at, at, bytes.AsSpan(at, size))
                    : CborMutation.Splice(bytes, at, at + size, []);
        }
    }

    // The run of digits at or behind a place.
    private static byte[] ChangeNumber(byte[] bytes, int at, SimulatedRandom random)
    {
        while (at < bytes.Length && !char.IsAsciiDigit((char)bytes[at]))
        {
            at++;
        }

        var end = at;
        while (end < bytes.Length && char.IsAsciiDigit((char)bytes[end]))
        {
            end++;
        }

        return CborMutation.Splice(bytes, at, end, Pick(Numbers, random));
    }

    // What stands between a colon and the next comma or brace.
    private static byte[] ChangeJsonValue(byte[] bytes, int at, SimulatedRandom random)
    {
        var colon = bytes.AsSpan(at).IndexOf((byte)':');
        var start = colon < 0 ? at : at + colon + 1;
        var size = bytes.AsSpan(start).IndexOfAny((byte)',', (byte)'}');
        return CborMutation.Splice(bytes, start, size < 0 ? bytes.Length : start + size, Pick(JsonValues, random));
    }

    private static byte[] Pick(byte[][] list, SimulatedRandom random) => list[(int)random.Below((ulong)list.Length)];
}
