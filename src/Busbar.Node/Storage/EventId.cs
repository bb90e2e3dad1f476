using System.Buffers.Binary;
using System.Globalization;

namespace Busbar.Node.Storage;

/// <summary>
/// Where an event stands: block, transaction in the block, number in the transaction. Text: "12.0.3".
/// </summary>
public readonly record struct EventId(ulong Height, int Index, int Number)
{
    /// <summary>Bytes of the sortable form.</summary>
    public const int SizeBytes = 16;

    /// <summary>Before every event.</summary>
    public static EventId None => default;

    /// <summary>Parses "height.index.number".</summary>
    public static bool TryParse(string? text, out EventId id)
    {
        id = default;
        var parts = (text ?? string.Empty).Split('.');
        if (parts.Length != 3
            || !ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new EventId(height, index, number);
        return true;
    }

    /// <summary>Writes big-endian numbers, so that bytes sort as events happened.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Height);
        BinaryPrimitives.WriteInt32BigEndian(destination[8..], Index);
        BinaryPrimitives.WriteInt32BigEndian(destination[12..], Number);
    }

    /// <summary>Reads what <see cref="CopyTo"/> wrote.</summary>
    public static EventId FromBytes(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadInt32BigEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32BigEndian(bytes[12..]));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height}.{Index}.{Number}");
}
