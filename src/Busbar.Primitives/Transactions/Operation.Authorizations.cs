using Busbar.Ethereum;
using Busbar.Keys;

namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>Executes an EIP-3009 authorization; by anybody.</summary>
    public sealed record TransferWithAuthorization(Authorization Authorization) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.TransferWithAuthorization;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(1 + Authorization.FieldCount).Number((ulong)Code);
            Authorization.Write(writer);
        }

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new TransferWithAuthorization(Authorization.Read(ref reader));
    }

    /// <summary>Executes an EIP-3009 authorization that only its recipient may submit.</summary>
    public sealed record ReceiveWithAuthorization(Authorization Authorization) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.ReceiveWithAuthorization;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(1 + Authorization.FieldCount).Number((ulong)Code);
            Authorization.Write(writer);
        }

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new ReceiveWithAuthorization(Authorization.Read(ref reader));
    }

    /// <summary>Makes sure that an EIP-3009 nonce never executes; signed by its owner, submitted by anybody.</summary>
    /// <param name="Asset">The asset of the authorization.</param>
    /// <param name="Domain">The EIP-712 domain separator of the asset.</param>
    /// <param name="Authorizer">Whose nonce it is.</param>
    /// <param name="Nonce">What never executes.</param>
    /// <param name="Signature">The authorizer's signature over the digest of EIP-712.</param>
    public sealed record CancelAuthorization(
        Address Asset, Hash256 Domain, Address Authorizer, Hash256 Nonce, RecoverableSignature Signature) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.CancelAuthorization;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(6).Number((ulong)Code).Address(Asset).Hash(Domain).Address(Authorizer).Hash(Nonce);
            Signature.Write(writer);
        }

        internal static Operation ReadFields(ref CanonicalReader reader) => new CancelAuthorization(
            reader.Address(), reader.Hash(), reader.Address(), reader.Hash(), RecoverableSignature.Read(ref reader));
    }

    /// <summary>Who must have made the wallet's signature that it carries; null where it carries none.</summary>
    public Address? WalletSigner => this switch
    {
        TransferWithAuthorization transfer => transfer.Authorization.From,
        ReceiveWithAuthorization receive => receive.Authorization.From,
        CancelAuthorization cancel => cancel.Authorizer,
        Permit permit => permit.Owner,
        _ => null,
    };

    /// <summary>
    /// Who signed an operation that carries a wallet's signature, found from the signature alone: null when it is not
    /// canonical, or when the operation carries none.
    /// </summary>
    public Address? RecoverSigner() => this switch
    {
        TransferWithAuthorization { Authorization: var transfer } =>
            transfer.Signature.Recover(Eip712.TransferDigest(transfer))?.Address,
        ReceiveWithAuthorization { Authorization: var receive } =>
            receive.Signature.Recover(Eip712.ReceiveDigest(receive))?.Address,
        CancelAuthorization cancel => cancel.Signature.Recover(
            Eip712.CancelDigest(cancel.Domain, cancel.Authorizer, cancel.Nonce))?.Address,
        Permit permit => permit.Signature.Recover(permit.SigningHash())?.Address,
        _ => null,
    };
}
