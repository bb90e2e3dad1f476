namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>
    /// Creates an asset whose issuer is the transaction's account. Its address is
    /// <see cref="Transaction.AssetAddressAt"/> of this operation's index. spec/ledger.md#L-102.
    /// </summary>
    /// <param name="Name">1 to <see cref="Limits.AssetNameSizeBytes"/> bytes of UTF-8.</param>
    /// <param name="Symbol">1 to <see cref="Limits.AssetSymbolSizeBytes"/> bytes of UTF-8.</param>
    /// <param name="Version">1 to <see cref="Limits.AssetSymbolSizeBytes"/> bytes of UTF-8.</param>
    /// <param name="Decimals">0 to 18.</param>
    /// <param name="Supply">What is minted to the issuer at once; may be zero.</param>
    /// <param name="Freezable">Whether the issuer may ever freeze balances; fixed for the asset's life.</param>
    public sealed record CreateAsset(
        string Name, string Symbol, string Version, int Decimals, Amount Supply, bool Freezable) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.CreateAsset;

        /// <summary>True when every field is within the limits of the wire format.</summary>
        public bool IsWellFormed() =>
            SizeOf(Name) is >= 1 and <= Limits.AssetNameSizeBytes
            && SizeOf(Symbol) is >= 1 and <= Limits.AssetSymbolSizeBytes
            && SizeOf(Version) is >= 1 and <= Limits.AssetSymbolSizeBytes
            && Decimals is >= 0 and <= Amount.MaxDecimals;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(7).Number((ulong)Code).Text(Name).Text(Symbol).Text(Version).Number((ulong)Decimals);
            writer.Amount(Supply).Number(Freezable ? 1UL : 0UL);
        }

        internal static Operation ReadFields(ref CanonicalReader reader)
        {
            var create = new CreateAsset(
                reader.Text(Limits.AssetNameSizeBytes),
                reader.Text(Limits.AssetSymbolSizeBytes),
                reader.Text(Limits.AssetSymbolSizeBytes),
                (int)reader.Number(Amount.MaxDecimals),
                reader.Amount(),
                reader.Number(1) == 1);
            if (!create.IsWellFormed())
            {
                reader.Fail(DecodeError.WrongLength);
            }

            return create;
        }

        private static int SizeOf(string text) => System.Text.Encoding.UTF8.GetByteCount(text);
    }

    /// <summary>The issuer makes more of its asset, for any account. spec/ledger.md#L-103.</summary>
    public sealed record Mint(Address Asset, Address To, Amount Amount) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.Mint;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(4).Number((ulong)Code).Address(Asset).Address(To).Amount(Amount);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new Mint(reader.Address(), reader.Address(), reader.Amount());
    }

    /// <summary>A holder destroys a part of its own balance. spec/ledger.md#L-104.</summary>
    public sealed record Burn(Address Asset, Amount Amount) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.Burn;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Code).Address(Asset).Amount(Amount);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new Burn(reader.Address(), reader.Amount());
    }

    /// <summary>The issuer of a freezable asset freezes an account's balance of it. spec/ledger.md#L-106.</summary>
    public sealed record Freeze(Address Asset, Address Account) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.Freeze;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Code).Address(Asset).Address(Account);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new Freeze(reader.Address(), reader.Address());
    }

    /// <summary>The issuer ends a freeze. spec/ledger.md#L-107.</summary>
    public sealed record Unfreeze(Address Asset, Address Account) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.Unfreeze;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Code).Address(Asset).Address(Account);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new Unfreeze(reader.Address(), reader.Address());
    }
}
