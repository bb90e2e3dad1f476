using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Busbar.Http402;

/// <summary>JSON from outside: nothing that it holds makes reading it throw. Stateless and thread-safe.</summary>
public static class JsonFields
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 8 };

    /// <summary>Parses an object whose every text is one: afterwards no text of it throws.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        var reader = new Utf8JsonReader(json.Span, Options);
        try
        {
            // There is no parser of this package that answers false instead of throwing for bytes from outside.
            ReadTexts(json.Span);
            if (JsonDocument.TryParseValue(ref reader, out document)
                && (reader.BytesConsumed != json.Length || document.RootElement.ValueKind != JsonValueKind.Object))
            {
                document.Dispose();
                document = null;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            document = null;
        }

        return document is not null;
    }

    // Bytes that are no UTF-8 and halves of surrogate pairs pass as JSON, and throw only when they are read as text.
    private static void ReadTexts(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                _ = reader.GetString();
            }
        }
    }

    /// <summary>A property that is text, or null.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
