using System.Globalization;
using System.Text;

namespace Busbar.Node.Storage;

/// <summary>
/// A node's folder: taken by one process at a time, marked with the version of its format. The lock is the operating
/// system's, so it ends with the process, however that ends.
/// </summary>
public sealed class DataFolder : IDisposable
{
    /// <summary>The version that this software writes and reads.</summary>
    public const int FormatVersion = 1;

    private const string LockName = "lock";
    private const string FormatName = "format";

    private readonly FileStream lockFile;

    private DataFolder(string path, FileStream lockFile)
    {
        Path = path;
        this.lockFile = lockFile;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Where RocksDB keeps ledger and indexes.</summary>
    public string LedgerPath => System.IO.Path.Combine(Path, "ledger");

    /// <summary>Where a copy of the genesis file is, so that the folder verifies by itself.</summary>
    public string GenesisPath => System.IO.Path.Combine(Path, "genesis.json");

    /// <summary>Takes a folder, made if it is absent.</summary>
    /// <exception cref="NodeStartException">Another process has it, or its format is newer.</exception>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(full);
        var file = TakeLock(full);
        try
        {
            CheckFormat(full);
            return new DataFolder(full, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>True when a node made this folder.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, FormatName));

    /// <inheritdoc/>
    public void Dispose() => lockFile.Dispose();

    private static FileStream TakeLock(string path)
    {
        try
        {
            return new FileStream(
                System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new NodeStartException(
                $"The data folder {path} is in use by another process. Stop that one, or name another folder.", error);
        }
    }

    private static void CheckFormat(string path)
    {
        var file = System.IO.Path.Combine(path, FormatName);
        if (!File.Exists(file))
        {
            var text = FormatVersion.ToString(CultureInfo.InvariantCulture) + "\n";
            DurableFile.Write(file, stream => stream.Write(Encoding.ASCII.GetBytes(text)));
            return;
        }

        var stated = File.ReadAllText(file).Trim();
        if (!int.TryParse(stated, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new NodeStartException($"The file {file} does not hold a format version.");
        }

        if (version > FormatVersion)
        {
            throw new NodeStartException(
                $"The data folder {path} has format {version}, and this release reads up to {FormatVersion}. "
                + "Use the release that wrote it, or a later one.");
        }
    }
}
