using System.Text.Json;
using Busbar.Api;

namespace Busbar.Node.Storage;

/// <summary>
/// What a node knows against validators, itself included, in one JSON file of its data folder: whole and durable after
/// each change, and there again after a restart. A validator has one entry an epoch and kind; past a number of entries
/// nothing more is kept, which the log says. spec/api.md#N-9. Reads are thread-safe; one thread adds.
/// </summary>
internal sealed class EvidenceFile
{
    /// <summary>An entry that proves that a validator signed what no honest one signs both.</summary>
    public const string Contradiction = "contradiction";

    /// <summary>An entry that says why the node's own key votes no more.</summary>
    public const string Alarm = "alarm";

    private const string FileName = "evidence.json";

    private readonly string path;
    private volatile EvidenceInfo[] entries;

    private EvidenceFile(string path, EvidenceInfo[] entries)
    {
        this.path = path;
        this.entries = entries;
    }

    /// <summary>What is known, in the order in which it became known.</summary>
    public IReadOnlyList<EvidenceInfo> Entries => entries;

    /// <summary>Reads the file of a data folder; none is an empty one.</summary>
    /// <exception cref="NodeStartException">It is not readable.</exception>
    public static EvidenceFile Open(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return new EvidenceFile(path, []);
        }

        try
        {
            var length = new FileInfo(path).Length;
            var read = length > NodeLimits.EvidenceSizeBytes
                ? null
                : JsonSerializer.Deserialize(File.ReadAllBytes(path), ApiJson.Default.EvidenceList);
            return read?.Evidence is { } kept && kept.Count <= NodeLimits.EvidenceEntries
                ? new EvidenceFile(path, [.. kept])
                : throw new JsonException("it is too large, or empty");
        }
        catch (JsonException error)
        {
            throw new NodeStartException(
                $"The file {path} keeps what is known against validators, and it cannot be read: {error.Message}. "
                + "Restore it, or move it away and start this node with a new validator key.",
                error);
        }
    }

    /// <summary>Why a key may not vote, from an earlier alarm, or null.</summary>
    public string? WhyNotVoting(string key) =>
        entries.FirstOrDefault(entry => entry.Kind == Alarm && entry.Key == key)?.Finding;

    /// <summary>Adds an entry, durable when this returns; false when there is one like it, or no room.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public bool Add(EvidenceInfo entry)
    {
        var isKnown = entries.Any(known =>
            (known.Kind, known.Key, known.Epoch) == (entry.Kind, entry.Key, entry.Epoch));

        // Room for the alarm is kept: it must not be crowded out by what others did.
        var limit = NodeLimits.EvidenceEntries - (entry.Kind == Alarm ? 0 : 1);
        if (isKnown || entries.Length >= limit)
        {
            return false;
        }

        EvidenceInfo[] grown = [.. entries, entry];
        DurableFile.Write(
            path, file => JsonSerializer.Serialize(file, new EvidenceList(grown), ApiJson.Default.EvidenceList));
        entries = grown;
        return true;
    }
}
