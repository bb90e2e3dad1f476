using Busbar.Keys;

namespace Busbar.Transactions;

/// <summary>
/// What an EIP-3009 authorization says, with the wallet's signature: whoever submits it moves `Value` from
/// <paramref name="From"/> to <paramref name="To"/>, once. Wire: asset, domain, from, to, value, validAfter,
/// validBefore, nonce, signature. spec/ledger.md#L-161.
/// </summary>
/// <param name="Asset">What is moved.</param>
/// <param name="Domain">The EIP-712 domain separator of the asset, which the signature is under.</param>
/// <param name="From">Who pays and signed; its key is a secp256k1 key.</param>
/// <param name="To">Who is paid.</param>
/// <param name="Value">How much.</param>
/// <param name="ValidAfterSeconds">It executes at a later second than this.</param>
/// <param name="ValidBeforeSeconds">It executes at an earlier second than this.</param>
/// <param name="Nonce">32 bytes of the signer's choice; with asset and from they make it execute once.</param>
/// <param name="Signature">The wallet's signature over the digest of EIP-712.</param>
public sealed record Authorization(
    Address Asset,
    Hash256 Domain,
    Address From,
    Address To,
    Amount Value,
    ulong ValidAfterSeconds,
    ulong ValidBeforeSeconds,
    Hash256 Nonce,
    RecoverableSignature Signature)
{
    /// <summary>Items that <see cref="Write"/> writes.</summary>
    public const int FieldCount = 9;

    /// <summary>How far ahead of a block's second validBefore may lie when it executes.</summary>
    public const ulong MaxAheadSeconds = 86_400;

    /// <summary>Writes the nine items.</summary>
    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Address(Asset).Hash(Domain).Address(From).Address(To).Amount(Value);
        writer.Number(ValidAfterSeconds).Number(ValidBeforeSeconds).Hash(Nonce);
        Signature.Write(writer);
    }

    /// <summary>Reads the nine items.</summary>
    public static Authorization Read(ref CanonicalReader reader) => new(
        reader.Address(),
        reader.Hash(),
        reader.Address(),
        reader.Address(),
        reader.Amount(),
        reader.Number(),
        reader.Number(),
        reader.Hash(),
        RecoverableSignature.Read(ref reader));
}
