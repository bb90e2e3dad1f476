namespace Busbar.Ethereum;

/// <summary>
/// Reads the arguments of a call in the one encoding that they have (Solidity's contract ABI, strictly): words of 32
/// bytes, padding of zeros, the only dynamic argument right after the words. It never throws: the first error sticks.
/// </summary>
internal ref struct AbiReader(ReadOnlySpan<byte> arguments)
{
    private readonly ReadOnlySpan<byte> arguments = arguments;
    private int position;

    public bool Failed { get; private set; }

    public Uint256 Word()
    {
        if (Failed || arguments.Length - position < AbiWords.WordSizeBytes)
        {
            Failed = true;
            return default;
        }

        var word = Uint256.FromBytes(arguments.Slice(position, AbiWords.WordSizeBytes));
        position += AbiWords.WordSizeBytes;
        return word;
    }

    public Hash256 Hash()
    {
        Span<byte> bytes = stackalloc byte[AbiWords.WordSizeBytes];
        Word().CopyTo(bytes);
        return new Hash256(bytes);
    }

    public UInt128 Number(UInt128 max)
    {
        var word = Word();
        Failed |= word.High != 0 || word.Low > max;
        return Failed ? 0 : word.Low;
    }

    public Address Address()
    {
        Span<byte> bytes = stackalloc byte[AbiWords.WordSizeBytes];
        Word().CopyTo(bytes);
        Failed |= bytes[..12].ContainsAnyExcept((byte)0);
        return Failed ? default : new Address(bytes[12..]);
    }

    /// <summary>The last argument: 65 bytes behind an offset and a length.</summary>
    public ReadOnlySpan<byte> Signature()
    {
        const int padded = 96;
        var isNext = Number(ulong.MaxValue) == (UInt128)position;
        var isRight = Number(ulong.MaxValue) == Keys.RecoverableSignature.SizeBytes;
        if (Failed || !isNext || !isRight || arguments.Length - position != padded
            || arguments[(position + Keys.RecoverableSignature.SizeBytes)..].ContainsAnyExcept((byte)0))
        {
            Failed = true;
            return default;
        }

        var bytes = arguments.Slice(position, Keys.RecoverableSignature.SizeBytes);
        position += padded;
        return bytes;
    }

    public bool Finish() => !Failed && position == arguments.Length;
}
