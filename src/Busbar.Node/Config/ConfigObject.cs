using System.Text.Json;

namespace Busbar.Node.Config;

/// <summary>
/// One object of a configuration file, read strictly: a property that is missing, unknown, or out of its range is an
/// error that names the file, the property, and what is allowed.
/// </summary>
internal sealed class ConfigObject
{
    private readonly string file;
    private readonly string place;
    private readonly JsonElement element;

    /// <summary>Takes an object with these properties; those whose name ends in "?" may be left out.</summary>
    public ConfigObject(string file, string place, JsonElement element, params string[] properties)
    {
        this.file = file;
        this.place = place;
        this.element = element;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new NodeStartException(place.Length == 0
                ? $"The file {file} must hold a JSON object."
                : Message(file, place, "must be an object"));
        }

        var names = properties.Select(name => name.TrimEnd('?')).ToArray();
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                throw Wrong(property.Name, $"is unknown; known are {string.Join(", ", names)}");
            }
        }

        foreach (var name in properties.Where(name => !name.EndsWith('?') && !element.TryGetProperty(name, out _)))
        {
            throw Wrong(name, "is missing");
        }
    }

    /// <summary>A text of 1 to so many characters.</summary>
    public string Text(string name, int maxLength)
    {
        var value = element.GetProperty(name);
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
        return text.Length >= 1 && text.Length <= maxLength && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : throw Wrong(name, $"must be a text of 1 to {maxLength} characters");
    }

    /// <summary>A whole number in a range, both ends included.</summary>
    public ulong Number(string name, ulong least, ulong most)
    {
        var value = element.GetProperty(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number)
            && number >= least && number <= most
                ? number
                : throw Wrong(name, $"must be a whole number from {least} to {most}");
    }

    /// <summary>An object inside this one, with these properties.</summary>
    public ConfigObject Object(string name, params string[] properties) =>
        new(file, PathOf(name), element.GetProperty(name), properties);

    /// <summary>True when a property that may be left out is there.</summary>
    public bool Has(string name) => element.TryGetProperty(name, out _);

    /// <summary>An array of up to so many objects, each with these properties.</summary>
    public IReadOnlyList<ConfigObject> Objects(string name, int maxCount, params string[] properties)
    {
        var value = element.GetProperty(name);
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= maxCount
            ? [.. value.EnumerateArray().Select(
                (item, index) => new ConfigObject(file, $"{PathOf(name)}[{index}]", item, properties))]
            : throw Wrong(name, $"must be an array of at most {maxCount} objects");
    }

    /// <summary>What is wrong with a property.</summary>
    public NodeStartException Wrong(string name, string what) => new(Message(file, PathOf(name), what));

    private static string Message(string file, string property, string what) =>
        $"In the file {file}, the property \"{property}\" {what}.";

    private string PathOf(string name) => place.Length == 0 ? name : $"{place}.{name}";
}
