namespace Busbar;

/// <summary>Hexadecimal text with the prefix 0x, as the API and the command line write bytes.</summary>
public static class Hex
{
    /// <summary>0x and two lower-case digits a byte.</summary>
    public static string Format(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>Parses exactly as many bytes as the destination holds; the prefix 0x is optional.</summary>
    public static bool TryParse(string? text, Span<byte> destination)
    {
        if (text is null)
        {
            return false;
        }

        var digits = WithoutPrefix(text);
        return digits.Length == destination.Length * 2
            && Convert.FromHexString(digits, destination, out _, out var written) == System.Buffers.OperationStatus.Done
            && written == destination.Length;
    }

    /// <summary>Parses bytes of any length up to a limit; the prefix 0x is optional.</summary>
    public static bool TryParse(string? text, int maxSizeBytes, out byte[] bytes)
    {
        bytes = [];
        if (text is null)
        {
            return false;
        }

        var digits = WithoutPrefix(text);
        if (digits.Length % 2 != 0 || digits.Length / 2 > maxSizeBytes)
        {
            return false;
        }

        var buffer = new byte[digits.Length / 2];
        if (!TryParse(text, buffer.AsSpan()))
        {
            return false;
        }

        bytes = buffer;
        return true;
    }

    private static ReadOnlySpan<char> WithoutPrefix(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text.AsSpan();
}
