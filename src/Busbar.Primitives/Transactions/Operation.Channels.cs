using Busbar.Keys;
using Busbar.Ticks;

namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>
    /// Opens a channel from the transaction's account to a payee. The first voucher may ride along: claims of it
    /// then need no signature. Its channel id is <see cref="Transaction.ChannelIdAt"/> of this operation's index.
    /// </summary>
    /// <param name="Payee">Who is paid.</param>
    /// <param name="VoucherKey">The key that signs this channel's vouchers; fixed for the channel's life.</param>
    /// <param name="Asset">What is paid.</param>
    /// <param name="Deposit">What is set aside; all that the payee can ever claim, until a top-up.</param>
    /// <param name="GraceMs">
    /// Time for the payee to claim once the payer requested a close; ms of network uptime.
    /// </param>
    /// <param name="FirstVoucher">A voucher of this very channel, or null.</param>
    public sealed record OpenChannel(
        Address Payee, PublicKey VoucherKey, Address Asset, Amount Deposit, ulong GraceMs, Voucher? FirstVoucher)
        : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.OpenChannel;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(7).Number((ulong)Code).Address(Payee).Array(2);
            VoucherKey.Write(writer);
            writer.Address(Asset).Amount(Deposit).Number(GraceMs);
            if (FirstVoucher is null)
            {
                writer.Null();
            }
            else
            {
                FirstVoucher.Write(writer);
            }
        }

        internal static Operation? ReadFields(ref CanonicalReader reader)
        {
            var payee = reader.Address();
            reader.Array(2);
            var key = PublicKey.Read(ref reader);
            var asset = reader.Address();
            var deposit = reader.Amount();
            var graceMs = reader.Number();
            var voucher = reader.TryNull() ? null : Voucher.Read(ref reader);
            return key is null ? null : new OpenChannel(payee, key, asset, deposit, graceMs, voucher);
        }
    }

    /// <summary>Adds to a channel's deposit; by anybody, while it is open.</summary>
    public sealed record TopUpChannel(ChannelId Channel, Amount Amount) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.TopUpChannel;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Code).Hash(Channel.Value).Amount(Amount);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new TopUpChannel(new ChannelId(reader.Hash()), reader.Amount());
    }

    /// <summary>
    /// Claims for 1 to 256 channels, by anybody; each entry has its own status and pays only its payee.
    /// </summary>
    public sealed record ClaimChannels(IReadOnlyList<Claim> Claims) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.ClaimChannels;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(2).Number((ulong)Code).Array(Claims.Count);
            foreach (var claim in Claims)
            {
                claim.Write(writer);
            }
        }

        internal static Operation ReadFields(ref CanonicalReader reader)
        {
            var claims = new List<Claim>();
            var count = reader.Array(1, Limits.ClaimsPerOperation);
            for (var i = 0; i < count && !reader.Failed; i++)
            {
                if (Claim.Read(ref reader) is { } claim)
                {
                    claims.Add(claim);
                }
            }

            return new ClaimChannels(claims);
        }
    }

    /// <summary>The payee closes at once: what was not claimed returns to the payer.</summary>
    public sealed record CloseChannel(ChannelId Channel) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.CloseChannel;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(2).Number((ulong)Code).Hash(Channel.Value);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new CloseChannel(new ChannelId(reader.Hash()));
    }

    /// <summary>The payer starts the grace period after which it may withdraw.</summary>
    public sealed record RequestChannelClose(ChannelId Channel) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.RequestChannelClose;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(2).Number((ulong)Code).Hash(Channel.Value);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new RequestChannelClose(new ChannelId(reader.Hash()));
    }

    /// <summary>The payer takes back what was not claimed, once the grace period is over.</summary>
    public sealed record WithdrawChannel(ChannelId Channel) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.WithdrawChannel;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(2).Number((ulong)Code).Hash(Channel.Value);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new WithdrawChannel(new ChannelId(reader.Hash()));
    }
}
