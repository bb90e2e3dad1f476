namespace Busbar.Ethereum;

/// <summary>Words of 32 bytes, one after another, as Ethereum's ABI and EIP-712 have them. Not thread-safe.</summary>
public sealed class AbiWords
{
    /// <summary>Length of a word.</summary>
    public const int WordSizeBytes = 32;

    private readonly List<byte> bytes = [];

    /// <summary>A number, big-endian.</summary>
    public AbiWords Add(Uint256 value)
    {
        Span<byte> word = stackalloc byte[WordSizeBytes];
        value.CopyTo(word);
        return Append(word);
    }

    /// <summary>A number, big-endian.</summary>
    public AbiWords Add(ulong value) => Add((UInt128)value);

    /// <summary>A number, big-endian.</summary>
    public AbiWords Add(UInt128 value) => Add(Uint256.FromUInt128(value));

    /// <summary>An address, right-aligned.</summary>
    public AbiWords Add(Address address)
    {
        Span<byte> word = stackalloc byte[WordSizeBytes];
        word.Clear();
        address.CopyTo(word[(WordSizeBytes - Address.SizeBytes)..]);
        return Append(word);
    }

    /// <summary>32 bytes as they are.</summary>
    public AbiWords Add(Hash256 hash)
    {
        Span<byte> word = stackalloc byte[WordSizeBytes];
        hash.CopyTo(word);
        return Append(word);
    }

    /// <summary>The words so far.</summary>
    public byte[] ToArray() => [.. bytes];

    /// <summary>Keccak-256 of the words so far.</summary>
    public Hash256 Hash() => Keccak256.Hash(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));

    private AbiWords Append(ReadOnlySpan<byte> word)
    {
        bytes.AddRange(word);
        return this;
    }
}
