using System.Buffers.Binary;

namespace Busbar;

/// <summary>
/// The 16 bytes that make a payment happen at most once: six bytes of expiry (milliseconds, big-endian) and ten
/// of the sender's choice. The key is (account, signer, intent id): spec/ledger.md#L-10.
/// </summary>
public readonly record struct IntentId : IComparable<IntentId>
{
    /// <summary>Length in bytes.</summary>
    public const int SizeBytes = 16;

    /// <summary>Bytes that the sender chooses.</summary>
    public const int NonceSizeBytes = 10;

    private readonly UInt128 value;

    /// <summary>Reads exactly 16 bytes.</summary>
    /// <exception cref="ArgumentException">The span is not 16 bytes long.</exception>
    public IntentId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeBytes)
        {
            throw new ArgumentException("An intent id is 16 bytes.", nameof(bytes));
        }

        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>The last block time at which the intent may execute.</summary>
    public UnixTime ValidUntil => new((ulong)(value >> 80));

    /// <summary>Puts an expiry and ten bytes of the sender's choice together.</summary>
    public static IntentId Create(UnixTime validUntil, ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != NonceSizeBytes || validUntil > UnixTime.MaxValue)
        {
            throw new ArgumentException("An intent id is a 48-bit time and 10 bytes.", nameof(nonce));
        }

        Span<byte> bytes = stackalloc byte[SizeBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, validUntil.Ms << 16);
        nonce.CopyTo(bytes[6..]);
        return new IntentId(bytes);
    }

    /// <summary>Parses 32 hexadecimal digits, with or without 0x.</summary>
    public static bool TryParse(string? text, out IntentId intentId)
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        var parsed = Hex.TryParse(text, bytes);
        intentId = parsed ? new IntentId(bytes) : default;
        return parsed;
    }

    /// <summary>Writes the 16 bytes.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, value);

    /// <inheritdoc/>
    public int CompareTo(IntentId other) => value.CompareTo(other.value);

    /// <summary>The words mixed; equal in every process.</summary>
    public override int GetHashCode()
    {
        var low = (ulong)(value & ulong.MaxValue);
        var high = (ulong)(value >> 64);
        return unchecked((int)(low ^ (low >> 32) ^ high ^ (high >> 32)));
    }

    /// <summary>0x and 32 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeBytes];
        CopyTo(bytes);
        return Hex.Format(bytes);
    }

    /// <summary>Bytewise order.</summary>
    public static bool operator <(IntentId left, IntentId right) => left.CompareTo(right) < 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >(IntentId left, IntentId right) => left.CompareTo(right) > 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator <=(IntentId left, IntentId right) => left.CompareTo(right) <= 0;

    /// <summary>Bytewise order.</summary>
    public static bool operator >=(IntentId left, IntentId right) => left.CompareTo(right) >= 0;
}
