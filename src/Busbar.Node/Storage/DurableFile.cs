using System.Runtime.InteropServices;

namespace Busbar.Node.Storage;

/// <summary>Small files that are there whole or not at all, also after a power cut in the middle of writing.</summary>
internal static class DurableFile
{
    /// <summary>Writes beside the file, syncs, renames over it, and syncs the folder: then it is durable.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var unfinished = path + ".new";
        using (var file = File.Create(unfinished))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>
    /// Makes the names in a folder durable. The runtime has no call for that; Windows needs none, since NTFS logs them.
    /// </summary>
    /// <exception cref="IOException">The system could not do it.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = NativeMethods.Open(path, NativeMethods.ReadOnly);
        if (folder < 0)
        {
            throw Failed(path);
        }

        try
        {
            if (NativeMethods.Sync(folder) != 0)
            {
                throw Failed(path);
            }
        }
        finally
        {
            _ = NativeMethods.Close(folder);
        }
    }

    private static IOException Failed(string path) =>
        new($"The folder {path} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}.");

    private static class NativeMethods
    {
        public const int ReadOnly = 0;

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static extern int Sync(int descriptor);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        public static extern int Close(int descriptor);
    }
}
