using Busbar.Ethereum;
using Busbar.Keys;

namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>Opens an x402 channel or adds to its deposit; by its payer. spec/ledger.md#L-192.</summary>
    public sealed record DepositX402Channel(X402ChannelConfig Config, Amount Amount) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.DepositX402Channel;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            Config.Write(writer.Array(3).Number((ulong)Code));
            writer.Amount(Amount);
        }

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new DepositX402Channel(X402ChannelConfig.Read(ref reader), reader.Amount());
    }

    /// <summary>
    /// The same by anybody, with an EIP-3009 authorization of the payer to x402's deposit collector.
    /// spec/ledger.md#L-193.
    /// </summary>
    /// <param name="Config">The channel.</param>
    /// <param name="Amount">What the authorization moves, and the deposit grows by.</param>
    /// <param name="Domain">The EIP-712 domain separator of the asset, which the signature is under.</param>
    /// <param name="ValidAfterSeconds">It executes at a later second than this.</param>
    /// <param name="ValidBeforeSeconds">It executes at an earlier second than this.</param>
    /// <param name="Salt">Makes the authorization's nonce, together with the channel's id.</param>
    /// <param name="Signature">The payer's, over a ReceiveWithAuthorization.</param>
    public sealed record DepositX402ChannelWithAuthorization(
        X402ChannelConfig Config,
        Amount Amount,
        Hash256 Domain,
        ulong ValidAfterSeconds,
        ulong ValidBeforeSeconds,
        Hash256 Salt,
        RecoverableSignature Signature) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.DepositX402ChannelWithAuthorization;

        /// <summary>The authorization that the payer signed.</summary>
        /// <param name="channel">The id of the channel.</param>
        public Authorization AuthorizationFor(ChannelId channel) => new(
            Config.Asset,
            Domain,
            Config.Payer,
            X402.DepositCollector,
            Amount,
            ValidAfterSeconds,
            ValidBeforeSeconds,
            X402.DepositNonce(channel, Salt),
            Signature);

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            Config.Write(writer.Array(8).Number((ulong)Code));
            writer.Amount(Amount).Hash(Domain).Number(ValidAfterSeconds).Number(ValidBeforeSeconds).Hash(Salt);
            Signature.Write(writer);
        }

        internal static Operation ReadFields(ref CanonicalReader reader) => new DepositX402ChannelWithAuthorization(
            X402ChannelConfig.Read(ref reader),
            reader.Amount(),
            reader.Hash(),
            reader.Number(),
            reader.Number(),
            reader.Hash(),
            RecoverableSignature.Read(ref reader));
    }

    /// <summary>
    /// Pays receivers what vouchers of x402 channels let them have; by the receiver's side, or by anybody with the
    /// receiver authorizer's signature over all entries. spec/ledger.md#L-194.
    /// </summary>
    /// <param name="Claims">1 to <see cref="Limits.ClaimsPerOperation"/> entries.</param>
    /// <param name="Signature">Of the one receiver authorizer of all entries; null when the account is one.</param>
    public sealed record ClaimX402Channels(IReadOnlyList<X402Claim> Claims, RecoverableSignature? Signature) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.ClaimX402Channels;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(3).Number((ulong)Code).Array(Claims.Count);
            foreach (var claim in Claims)
            {
                claim.Write(writer);
            }

            if (Signature is { } signature)
            {
                signature.Write(writer);
            }
            else
            {
                writer.Null();
            }
        }

        internal static Operation ReadFields(ref CanonicalReader reader)
        {
            var claims = new List<X402Claim>();
            var count = reader.Array(1, Limits.ClaimsPerOperation);
            for (var i = 0; i < count && !reader.Failed; i++)
            {
                claims.Add(X402Claim.Read(ref reader));
            }

            return new ClaimX402Channels(
                claims, reader.TryNull() ? null : RecoverableSignature.Read(ref reader));
        }
    }

    /// <summary>
    /// Gives a payer back what is not claimed; by the receiver's side, or by anybody with the receiver authorizer's
    /// signature. spec/ledger.md#L-196.
    /// </summary>
    /// <param name="Channel">The channel.</param>
    /// <param name="Amount">How much; what is more than there is gives all there is.</param>
    /// <param name="Authorization">Null when the account is of the receiver's side.</param>
    public sealed record RefundX402Channel(
        ChannelId Channel, Amount Amount, X402RefundAuthorization? Authorization) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.RefundX402Channel;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(4).Number((ulong)Code).Hash(Channel.Value).Amount(Amount);
            if (Authorization is { } authorization)
            {
                authorization.Signature.Write(writer.Array(2).Number(authorization.Nonce));
            }
            else
            {
                writer.Null();
            }
        }

        internal static Operation ReadFields(ref CanonicalReader reader)
        {
            var channel = new ChannelId(reader.Hash());
            var amount = reader.Amount();
            if (reader.TryNull())
            {
                return new RefundX402Channel(channel, amount, null);
            }

            reader.Array(2);
            return new RefundX402Channel(
                channel,
                amount,
                new X402RefundAuthorization(reader.Number(), RecoverableSignature.Read(ref reader)));
        }
    }

    /// <summary>
    /// Says that the payer wants an amount back, which it may take after the withdraw delay; by the payer's side.
    /// spec/ledger.md#L-197.
    /// </summary>
    public sealed record RequestX402Withdrawal(ChannelId Channel, Amount Amount) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.RequestX402Withdrawal;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Code).Hash(Channel.Value).Amount(Amount);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new RequestX402Withdrawal(new ChannelId(reader.Hash()), reader.Amount());
    }

    /// <summary>Pays a requested withdrawal to the payer; by the payer's side. spec/ledger.md#L-198.</summary>
    public sealed record FinishX402Withdrawal(ChannelId Channel) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.FinishX402Withdrawal;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(2).Number((ulong)Code).Hash(Channel.Value);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new FinishX402Withdrawal(new ChannelId(reader.Hash()));
    }
}

/// <summary>What lets anybody hand in a refund. Wire: [nonce, signature].</summary>
/// <param name="Nonce">The number of refunds that the channel had before.</param>
/// <param name="Signature">Of the receiver authorizer.</param>
public readonly record struct X402RefundAuthorization(ulong Nonce, RecoverableSignature Signature);
