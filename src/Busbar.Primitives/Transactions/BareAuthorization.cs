using Busbar.Keys;

namespace Busbar.Transactions;

/// <summary>
/// An EIP-3009 authorization as a complete transaction: the wallet's signature in it is its signer's. The payer's
/// account pays the fee on top, in the asset that it pays with, or a fee payer does, who signs too. Wire:
/// ["busbar/authorization/1", network, operation, [feeAsset, maxFee, feePayer, [kind, key, signature]] or null].
/// spec/ledger.md#L-180.
/// </summary>
public sealed record BareAuthorization : SignedTransaction
{
    internal const int ItemCount = 4;

    private const ulong MaxAheadMsOfAuthorizations = Authorization.MaxAheadSeconds * 1_000;

    /// <summary>One whose payer pays the fee.</summary>
    public BareAuthorization(NetworkId network, Operation.TransferWithAuthorization operation)
        : base(Derive(network, operation, operation.Authorization.Asset, Amount.MaxValue, null), [])
    {
    }

    /// <summary>One whose fee another account pays.</summary>
    /// <param name="network">The network.</param>
    /// <param name="operation">The authorization.</param>
    /// <param name="feeAsset">What the fee is paid in.</param>
    /// <param name="maxFee">The most it may be.</param>
    /// <param name="feePayer">Who pays it.</param>
    /// <param name="proof">The fee payer's signature over the signing hash of <see cref="Derive"/>.</param>
    public BareAuthorization(
        NetworkId network,
        Operation.TransferWithAuthorization operation,
        Address feeAsset,
        Amount maxFee,
        Address feePayer,
        SignatureProof proof)
        : base(Derive(network, operation, feeAsset, maxFee, feePayer), [proof])
    {
    }

    /// <inheritdoc/>
    public override bool MustSucceed => true;

    /// <inheritdoc/>
    public override ulong MaxAheadMs(ulong networkMaxAheadMs) => MaxAheadMsOfAuthorizations;

    /// <summary>
    /// The content of such a transaction: its account and signer are the payer, and the intent id follows from the
    /// authorization, so that it is the same intent whoever submits it. spec/ledger.md#L-181.
    /// </summary>
    public static Transaction Derive(
        NetworkId network,
        Operation.TransferWithAuthorization operation,
        Address feeAsset,
        Amount maxFee,
        Address? feePayer)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var from = operation.Authorization.From;
        return new Transaction(
            network, from, from, IntentOf(operation.Authorization), [operation], feeAsset, maxFee, feePayer);
    }

    /// <summary>
    /// The intent id: validUntil is the last millisecond before validBefore, the rest the first bytes of
    /// SHA-256(asset || from || nonce).
    /// </summary>
    public static IntentId IntentOf(Authorization authorization)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        Span<byte> input = stackalloc byte[(2 * Address.SizeBytes) + Hash256.SizeBytes];
        authorization.Asset.CopyTo(input);
        authorization.From.CopyTo(input[Address.SizeBytes..]);
        authorization.Nonce.CopyTo(input[(2 * Address.SizeBytes)..]);
        Span<byte> digest = stackalloc byte[Hash256.SizeBytes];
        Hash256.Sha256(input).CopyTo(digest);
        var endMs = (UInt128)authorization.ValidBeforeSeconds * 1_000;
        var validUntilMs = endMs == 0 ? 0 : UInt128.Min(endMs - 1, UnixTime.MaxValue.Ms);
        return IntentId.Create(new UnixTime((ulong)validUntilMs), digest[..IntentId.NonceSizeBytes]);
    }

    /// <inheritdoc/>
    protected override void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Array(ItemCount).Text(DomainTag.BareAuthorization).Number(Transaction.Network.ChainId);
        Transaction.Operations[0].Write(writer);
        if (Transaction.FeePayer is { } feePayer)
        {
            writer.Array(3 + Signatures.Count);
            writer.Address(Transaction.FeeAsset).Amount(Transaction.MaxFee).Address(feePayer);
            foreach (var proof in Signatures)
            {
                proof.Write(writer);
            }
        }
        else
        {
            writer.Null();
        }
    }

    internal static BareAuthorization? ReadItems(ref CanonicalReader reader)
    {
        if (reader.Text(DomainTag.BareAuthorization.Length) != DomainTag.BareAuthorization)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var network = new NetworkId(reader.Number());
        var operation = Operation.Read(ref reader);
        if (!reader.Failed && operation is not Operation.TransferWithAuthorization)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var authorization = operation as Operation.TransferWithAuthorization;
        if (reader.TryNull())
        {
            return authorization is null ? null : new BareAuthorization(network, authorization);
        }

        reader.Array(4);
        var (feeAsset, maxFee, feePayer) = (reader.Address(), reader.Amount(), reader.Address());
        var proof = SignatureProof.Read(ref reader);
        return reader.Failed || authorization is null || proof is null
            ? null
            : new BareAuthorization(network, authorization, feeAsset, maxFee, feePayer, proof);
    }
}
