using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Busbar.Http402;

/// <summary>Headers and limits of x402, protocol version 2: spec/http.md#H-30.</summary>
public static class X402Headers
{
    /// <summary>What a seller asks for, with a 402.</summary>
    public const string Required = "PAYMENT-REQUIRED";
    /// <summary>What a buyer pays with.</summary>
    public const string Payment = "PAYMENT-SIGNATURE";
    /// <summary>What became of it.</summary>
    public const string Response = "PAYMENT-RESPONSE";
    /// <summary>The version of the protocol.</summary>
    public const int Version = 2;

    /// <summary>Characters of the longest of these headers.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Ways to pay that are looked at in one offer.</summary>
    public const int MaxAccepted = 32;

    /// <summary>Reads the object that a header carries.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count)
            && JsonFields.TryParse(bytes.AsMemory(0, count), out document);
    }

    /// <summary>A header of one object; the caller writes its properties.</summary>
    public static string Encode(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Convert.ToBase64String(buffer.WrittenSpan);
    }
}
