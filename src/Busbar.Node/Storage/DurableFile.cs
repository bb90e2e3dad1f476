namespace Busbar.Node.Storage;

/// <summary>Small files that are there whole or not at all, also after a power cut in the middle of writing.</summary>
internal static class DurableFile
{
    /// <summary>Writes beside the file, syncs, and renames over it.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var unfinished = path + ".new";
        using (var file = File.Create(unfinished))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
