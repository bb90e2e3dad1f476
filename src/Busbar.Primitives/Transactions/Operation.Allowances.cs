using Busbar.Ethereum;
using Busbar.Keys;

namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>
    /// Lets a spender move up to an amount of the account's balance; replaces what it might before. Zero ends it,
    /// 2^128 - 1 has no limit.
    /// </summary>
    public sealed record Approve(Address Asset, Address Spender, Amount Amount) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.Approve;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(4).Number((ulong)Code).Address(Asset).Address(Spender).Amount(Amount);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new Approve(reader.Address(), reader.Address(), reader.Amount());
    }

    /// <summary>Moves from a balance that lets the account do so, with 32 bytes for the parties' own use.</summary>
    public sealed record TransferFrom(Address Asset, Address From, Address To, Amount Amount, Hash256 Reference)
        : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.TransferFrom;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) => writer
            .Array(6).Number((ulong)Code).Address(Asset).Address(From).Address(To).Amount(Amount).Hash(Reference);

        internal static Operation ReadFields(ref CanonicalReader reader) => new TransferFrom(
            reader.Address(), reader.Address(), reader.Address(), reader.Amount(), reader.Hash());
    }

    /// <summary>An approval that its owner signed as EIP-2612 says; submitted by anybody.</summary>
    /// <param name="Asset">The asset.</param>
    /// <param name="Domain">The EIP-712 domain separator of the asset.</param>
    /// <param name="Owner">Whose balance it is, and who signed; its key is a secp256k1 key.</param>
    /// <param name="Spender">Who may move it.</param>
    /// <param name="Value">How much; 2^128 - 1 and more has no limit.</param>
    /// <param name="Nonce">Permits of this asset that the owner's account has executed before.</param>
    /// <param name="DeadlineSeconds">The last second at which it may execute.</param>
    /// <param name="Signature">The owner's signature over the digest of EIP-712.</param>
    public sealed record Permit(
        Address Asset,
        Hash256 Domain,
        Address Owner,
        Address Spender,
        Uint256 Value,
        ulong Nonce,
        Uint256 DeadlineSeconds,
        RecoverableSignature Signature) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.Permit;

        /// <summary>What the signature is over.</summary>
        public Hash256 SigningHash() =>
            Eip712.PermitDigest(Domain, Owner, Spender, Value, Nonce, DeadlineSeconds);

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(9).Number((ulong)Code).Address(Asset).Hash(Domain).Address(Owner).Address(Spender);
            Value.Write(writer);
            writer.Number(Nonce);
            DeadlineSeconds.Write(writer);
            Signature.Write(writer);
        }

        internal static Operation ReadFields(ref CanonicalReader reader) => new Permit(
            reader.Address(),
            reader.Hash(),
            reader.Address(),
            reader.Address(),
            Uint256.Read(ref reader),
            reader.Number(),
            Uint256.Read(ref reader),
            RecoverableSignature.Read(ref reader));
    }
}
