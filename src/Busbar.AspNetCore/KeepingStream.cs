using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Busbar.AspNetCore;

/// <summary>
/// Passes a response body on as it is written, so that the first byte waits for nothing, and keeps a copy up to a
/// limit for a retry. Reading and seeking are not supported, as on every response body.
/// </summary>
internal sealed class KeepingStream(Stream inner, int maxSizeBytes) : Stream
{
    private readonly MemoryStream kept = new();
    private bool overflowed;

    /// <summary>The whole body, or null when it was longer than the limit.</summary>
    public byte[]? Kept => overflowed ? null : kept.ToArray();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Keep(buffer.AsSpan(offset, count));
        inner.Write(buffer, offset, count);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Keep(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (overflowed || kept.Length + bytes.Length > maxSizeBytes)
        {
            overflowed = true;
            kept.SetLength(0);
            return;
        }

        kept.Write(bytes);
    }
}
