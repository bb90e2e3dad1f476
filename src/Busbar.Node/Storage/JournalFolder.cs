using Microsoft.Win32.SafeHandles;

namespace Busbar.Node.Storage;

/// <summary>Where the two files of a vote journal are: a folder, or a simulated disk.</summary>
internal interface IJournalFolder
{
    /// <summary>The file in slot 0 or 1, or null when there is none.</summary>
    IJournalFile? Find(int slot);

    /// <summary>Makes a file of zeros; its name is durable when this returns.</summary>
    IJournalFile Make(int slot, long sizeBytes);
}

/// <summary>One file of a vote journal. What was written is durable after <see cref="Flush"/>.</summary>
internal interface IJournalFile : IDisposable
{
    long SizeBytes { get; }

    /// <summary>Fills the span, with zeros past the end of the file.</summary>
    void Read(Span<byte> bytes, long offset);

    void Write(ReadOnlySpan<byte> bytes, long offset);

    void Resize(long sizeBytes);

    void Flush();
}

/// <summary>Files in a folder of the operating system.</summary>
internal sealed class JournalFolder(string path) : IJournalFolder
{
    public IJournalFile? Find(int slot) => File.Exists(PathOf(slot))
        ? new DiskFile(File.OpenHandle(PathOf(slot), FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
        : null;

    public IJournalFile Make(int slot, long sizeBytes)
    {
        var handle = File.OpenHandle(
            PathOf(slot),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.Read,
            FileOptions.None,
            preallocationSize: sizeBytes);
        try
        {
            // Where the system allocates without a length, the length is set too: then a short file was cut.
            RandomAccess.SetLength(handle, sizeBytes);
            RandomAccess.FlushToDisk(handle);
            DurableFile.SyncFolder(path);
            return new DiskFile(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private string PathOf(int slot) => Path.Combine(path, $"votes-{slot}.journal");

    private sealed class DiskFile(SafeFileHandle handle) : IJournalFile
    {
        public long SizeBytes { get; private set; } = RandomAccess.GetLength(handle);

        public void Read(Span<byte> bytes, long offset)
        {
            var done = 0;
            while (done < bytes.Length && RandomAccess.Read(handle, bytes[done..], offset + done) is var read and > 0)
            {
                done += read;
            }

            bytes[done..].Clear();
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void Resize(long sizeBytes)
        {
            RandomAccess.SetLength(handle, sizeBytes);
            SizeBytes = sizeBytes;
        }

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void Dispose() => handle.Dispose();
    }
}
