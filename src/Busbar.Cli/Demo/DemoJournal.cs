using System.Text.Json;
using System.Text.Json.Serialization;
using Busbar.Api;

namespace Busbar.Cli.Demo;

/// <summary>
/// What the demo must remember from before its first payment, so that a run that was killed can be continued and
/// its books closed: written once, atomically, into the data folder.
/// </summary>
/// <param name="FormatVersion">1.</param>
/// <param name="Genesis">Digest of the network's genesis: a folder belongs to one network.</param>
/// <param name="PriceAtomic">Price of a row.</param>
/// <param name="StartHeight">Last final height before the demo touched the ledger.</param>
/// <param name="BuyerAtomic">The buyer's balance at that height.</param>
/// <param name="StationAtomic">The station's balance at that height.</param>
/// <param name="StationPort">Where the station listened: the buyer knows it by this address.</param>
internal sealed record DemoJournal(
    int FormatVersion,
    string Genesis,
    string PriceAtomic,
    ulong StartHeight,
    string BuyerAtomic,
    string StationAtomic,
    int StationPort)
{
    private const int Newest = 1;
    private const string FileName = "demo.json";

    /// <summary>Reads the journal of a folder; null when no demo started there.</summary>
    public static DemoJournal? TryRead(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        var journal = JsonSerializer.Deserialize(File.ReadAllText(path), DemoJournalJson.Default.DemoJournal);
        return journal is { FormatVersion: Newest }
            ? journal
            : throw new CommandFailedException(
                "DataFolderTooNew",
                $"{path} has format version {journal?.FormatVersion}; this program reads {Newest}.",
                "Use a newer busbar, or another --data folder.");
    }

    /// <summary>Starts a journal at a moment of the ledger.</summary>
    public static DemoJournal Begin(NetworkInfo network, Amount price, Amount buyer, Amount station, int stationPort) =>
        new(
            Newest,
            network.Genesis,
            price.ToString(),
            network.Height,
            buyer.ToString(),
            station.ToString(),
            stationPort);

    /// <summary>Writes it: all of it or nothing.</summary>
    public void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var temporary = path + ".new";
        using (var file = File.Create(temporary))
        {
            JsonSerializer.Serialize(file, this, DemoJournalJson.Default.DemoJournal);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Refuses to go on under another price or on another network.</summary>
    public void CheckContinues(NetworkInfo network, Amount price)
    {
        if (Genesis != network.Genesis)
        {
            throw new CommandFailedException(
                "OtherNetwork",
                "The data folder belongs to a demo on another network.",
                "Use the same network, or another --data folder.");
        }

        if (PriceAtomic != price.ToString())
        {
            throw new CommandFailedException(
                "OtherPrice",
                $"The data folder belongs to a demo at another price ({PriceAtomic} atomic units a row).",
                "Use the same --price, or another --data folder.");
        }
    }
}

/// <summary>JSON of the journal.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(DemoJournal))]
internal sealed partial class DemoJournalJson : JsonSerializerContext;
