using System.Buffers.Binary;

namespace Busbar.Ticks;

/// <summary>16 bytes: a tick's token, a chain's head or a node of the tree over the heads.</summary>
public readonly record struct TickHash
{
    /// <summary>Length in bytes.</summary>
    public const int SizeBytes = 16;

    private readonly UInt128 value;

    /// <summary>Reads exactly 16 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 16 bytes long.</exception>
    public TickHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException("A tick hash is 16 bytes.", nameof(bytes));
        }

        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Sixteen zero bytes: the root of a voucher without ticks.</summary>
    public static TickHash Zero => default;

    /// <summary>Writes the 16 bytes.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, value);

    /// <summary>0x and 32 digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        return Hex.Format(bytes);
    }

    /// <summary>Writes a 16-byte string.</summary>
    public void Write(CanonicalWriter writer)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        writer.Bytes(bytes);
    }

    /// <summary>Reads a 16-byte string.</summary>
    public static TickHash Read(ref CanonicalReader reader)
    {
        var bytes = reader.Bytes(SizeBytes);
        return reader.Failed ? default : new TickHash(bytes);
    }
}
