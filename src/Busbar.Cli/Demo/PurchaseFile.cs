namespace Busbar.Cli.Demo;

/// <summary>
/// What the buyer received, in a file that is always the header and whole rows but for the last write before a
/// crash, which opening cuts off. Each row is handed to the operating system before the next one is bought, so it
/// outlives the process. Not thread-safe.
/// </summary>
internal sealed class PurchaseFile : IDisposable
{
    private const byte LineFeed = (byte)'\n';

    private readonly FileStream file;

    private PurchaseFile(FileStream file, int rows)
    {
        this.file = file;
        Rows = rows;
    }

    /// <summary>Whole rows that it holds.</summary>
    public int Rows { get; private set; }

    /// <summary>Opens a file and goes on after its last whole row, or makes it with the header.</summary>
    public static PurchaseFile Open(string path, ReadOnlySpan<byte> header)
    {
        var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read,
                BufferSize = 0,
            });
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var whole = content.AsSpan().LastIndexOf(LineFeed) + 1;
        file.SetLength(whole);
        file.Position = whole;
        var lines = content.AsSpan(0, whole).Count(LineFeed);
        if (lines == 0)
        {
            file.Write(header);
            lines = 1;
        }

        return new PurchaseFile(file, lines - 1);
    }

    /// <summary>Adds a row, which ends with a line feed.</summary>
    public void Append(ReadOnlySpan<byte> row)
    {
        if (row.Count(LineFeed) != 1 || row[^1] != LineFeed)
        {
            throw new CommandFailedException("RowDamaged", $"Row {Rows + 1} did not arrive as one whole line.");
        }

        file.Write(row);
        Rows++;
    }

    /// <summary>Writes what it holds to another file.</summary>
    public void CopyTo(string path)
    {
        file.Position = 0;
        using var copy = File.Create(path);
        file.CopyTo(copy);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
