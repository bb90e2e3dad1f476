using Busbar.Node.Storage;

namespace Busbar.Simulation;

/// <summary>The power went.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>
/// A disk that keeps what was not flushed apart, loses power at a chosen operation, and then gives what may be left:
/// of everything that was not flushed any part, in any order.
/// </summary>
internal sealed class SimulatedJournalFolder : IJournalFolder
{
    private const int SectorSizeBytes = 512;

    private readonly SimulatedFile?[] files = new SimulatedFile?[2];

    /// <summary>Writes, resizes, flushes and new files so far.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation that the power goes at; it may be done, in part, or not.</summary>
    public int CutAt { get; set; } = int.MaxValue;

    /// <summary>The operation that the disk says it cannot do.</summary>
    public int FailAt { get; set; } = int.MaxValue;

    public IJournalFile? Find(int slot) => files[slot];

    public IJournalFile Make(int slot, long sizeBytes)
    {
        Count(null);
        Invariant.Check(files[slot] is null);
        return files[slot] = new SimulatedFile(this, new byte[sizeBytes]);
    }

    /// <summary>The content of a file as the process sees it; changes to the array change the file.</summary>
    public byte[] this[int slot]
    {
        get => files[slot]!.Content;
        set => files[slot] = new SimulatedFile(this, value);
    }

    /// <summary>A disk with the same content, all of it flushed.</summary>
    public SimulatedJournalFolder Copy()
    {
        var copy = new SimulatedJournalFolder();
        for (var slot = 0; slot < 2; slot++)
        {
            copy.files[slot] = files[slot] is { } file ? new SimulatedFile(copy, [.. file.Content]) : null;
        }

        return copy;
    }

    /// <summary>What is on the disk when the power is back.</summary>
    public SimulatedJournalFolder AfterPowerCut(Random random)
    {
        var left = new SimulatedJournalFolder();
        for (var slot = 0; slot < 2; slot++)
        {
            left.files[slot] = files[slot] is { } file ? new SimulatedFile(left, file.AfterPowerCut(random)) : null;
        }

        return left;
    }

    private void Count(Action? halfDone)
    {
        Operations++;
        if (Operations >= FailAt)
        {
            throw new IOException("The disk says no.");
        }

        if (Operations >= CutAt)
        {
            halfDone?.Invoke();
            throw new PowerCutException();
        }
    }

    private sealed class SimulatedFile(SimulatedJournalFolder folder, byte[] content) : IJournalFile
    {
        private readonly List<(long Offset, byte[]? Bytes, long Size)> unflushed = [];
        private byte[] durable = [.. content];

        public byte[] Content { get; private set; } = content;

        public long SizeBytes => Content.Length;

        public void Read(Span<byte> bytes, long offset)
        {
            bytes.Clear();
            var there = (int)Math.Clamp(Content.Length - offset, 0, bytes.Length);
            Content.AsSpan((int)Math.Min(offset, Content.Length), there).CopyTo(bytes);
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var copy = bytes.ToArray();
            folder.Count(() => unflushed.Add((offset, copy, 0)));
            unflushed.Add((offset, copy, 0));
            Content = Written(Content, offset, copy);
        }

        public void Resize(long sizeBytes)
        {
            folder.Count(() => unflushed.Add((0, null, sizeBytes)));
            unflushed.Add((0, null, sizeBytes));
            Content = Resized(Content, sizeBytes);
        }

        public void Flush()
        {
            folder.Count(null);
            foreach (var (offset, bytes, size) in unflushed)
            {
                durable = bytes is null ? Resized(durable, size) : Written(durable, offset, bytes);
            }

            unflushed.Clear();
        }

        public void Dispose()
        {
            // Closing a file flushes nothing.
        }

        public byte[] AfterPowerCut(Random random)
        {
            var left = durable.ToArray();
            foreach (var (offset, bytes, size) in unflushed)
            {
                switch (random.Next(4))
                {
                    case 0:
                        break;
                    case 1 when bytes is not null:
                        left = Written(left, offset, bytes[..random.Next(bytes.Length)]);
                        break;
                    case 2 when bytes is not null:
                        left = SomeSectors(left, offset, bytes, random);
                        break;
                    default:
                        left = bytes is null ? Resized(left, size) : Written(left, offset, bytes);
                        break;
                }
            }

            return left;
        }

        // A sector is written whole or not at all: cut where the disk's sectors end, not where the write begins.
        private static byte[] SomeSectors(byte[] file, long offset, byte[] bytes, Random random)
        {
            for (long start = 0; start < bytes.Length;)
            {
                var end = Math.Min(bytes.Length, ((offset + start) / SectorSizeBytes * SectorSizeBytes)
                    + SectorSizeBytes - offset);
                file = random.Next(2) == 0 ? file : Written(file, offset + start, bytes[(int)start..(int)end]);
                start = end;
            }

            return file;
        }

        private static byte[] Written(byte[] file, long offset, byte[] bytes)
        {
            var written = file;
            if (offset + bytes.Length > file.Length)
            {
                written = Resized(file, offset + bytes.Length);
            }

            bytes.CopyTo(written, offset);
            return written;
        }

        private static byte[] Resized(byte[] file, long sizeBytes)
        {
            var resized = new byte[sizeBytes];
            file.AsSpan(0, (int)Math.Min(file.Length, sizeBytes)).CopyTo(resized);
            return resized;
        }
    }
}
