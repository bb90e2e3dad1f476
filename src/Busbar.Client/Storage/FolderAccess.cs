using System.Security.Cryptography;

namespace Busbar.Client;

/// <summary>Folders and files that hold secrets: for their owner only, and for one process at a time.</summary>
internal static class FolderAccess
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Holds a lock of the operating system until the stream is disposed of or the process ends.</summary>
    /// <exception cref="BusbarException">DataFolderInUse.</exception>
    public static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new BusbarException(
                "DataFolderInUse",
                $"{Path.GetDirectoryName(path)} is used by another process or handler; give each its own DataFolder.");
        }
    }

    /// <summary>A secret of 32 bytes that is made at first use; only in memory when the folder is null.</summary>
    public static byte[] LoadSecret(string? folder, string name)
    {
        var path = folder is null ? null : Path.Combine(folder, name);
        if (path is not null && File.Exists(path))
        {
            var stored = File.ReadAllBytes(path);
            return stored.Length == 32
                ? stored
                : throw new BusbarException("SecretDamaged", $"{path} does not hold 32 bytes; restore or delete it.");
        }

        var secret = RandomNumberGenerator.GetBytes(32);
        if (path is not null)
        {
            WriteDurably(path, secret);
        }

        return secret;
    }

    private static void WriteDurably(string path, byte[] secret)
    {
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(secret);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
