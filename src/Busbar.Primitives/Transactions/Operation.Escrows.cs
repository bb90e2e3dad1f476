using Busbar.Keys;

namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>
    /// Sets an amount aside for a payee until a condition is met, or until the payer takes it back. Its id is
    /// <see cref="Transaction.EscrowIdAt"/> of this operation's index. spec/ledger.md#L-132.
    /// </summary>
    /// <param name="Payee">Who is paid when it is released.</param>
    /// <param name="Asset">What is paid.</param>
    /// <param name="Amount">How much.</param>
    /// <param name="RefundTime">From this block time on the payer may take it back.</param>
    /// <param name="Conditions">What a release must show.</param>
    public sealed record LockEscrow(
        Address Payee, Address Asset, Amount Amount, UnixTime RefundTime, EscrowConditions Conditions) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.LockEscrow;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(7).Number((ulong)Code).Address(Payee).Address(Asset).Amount(Amount).Time(RefundTime);
            Conditions.Write(writer);
        }

        internal static Operation? ReadFields(ref CanonicalReader reader)
        {
            var payee = reader.Address();
            var asset = reader.Address();
            var amount = reader.Amount();
            var refundTime = reader.Time();
            return EscrowConditions.Read(ref reader) is { } conditions
                ? new LockEscrow(payee, asset, amount, refundTime, conditions)
                : null;
        }
    }

    /// <summary>
    /// Pays an escrow to its payee: by anybody who shows what its conditions ask for, or by its payer without them.
    /// spec/ledger.md#L-134.
    /// </summary>
    /// <param name="Escrow">The escrow.</param>
    /// <param name="Preimage">The 32 bytes whose SHA-256 is the hash lock, or null.</param>
    /// <param name="Attestations">
    /// Signatures over <see cref="EscrowAttestation.ReleaseHash"/>; at most <see cref="Limits.EscrowAttestors"/>.
    /// </param>
    public sealed record ReleaseEscrow(
        EscrowId Escrow, Hash256? Preimage, IReadOnlyList<SignatureProof> Attestations) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.ReleaseEscrow;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(4).Number((ulong)Code).Hash(Escrow.Value);
            if (Preimage is { } preimage)
            {
                writer.Hash(preimage);
            }
            else
            {
                writer.Null();
            }

            writer.Array(Attestations.Count);
            foreach (var proof in Attestations)
            {
                proof.Write(writer);
            }
        }

        internal static Operation ReadFields(ref CanonicalReader reader)
        {
            var escrow = new EscrowId(reader.Hash());
            Hash256? preimage = reader.TryNull() ? null : reader.Hash();
            var attestations = new List<SignatureProof>();
            var count = reader.Array(0, Limits.EscrowAttestors);
            for (var i = 0; i < count && !reader.Failed; i++)
            {
                if (SignatureProof.Read(ref reader) is { } proof)
                {
                    attestations.Add(proof);
                }
            }

            return new ReleaseEscrow(escrow, preimage, attestations);
        }
    }

    /// <summary>
    /// Gives an escrow back to its payer: by the payer from the refund time on, by the payee at any time.
    /// spec/ledger.md#L-135.
    /// </summary>
    public sealed record RefundEscrow(EscrowId Escrow) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.RefundEscrow;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(2).Number((ulong)Code).Hash(Escrow.Value);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new RefundEscrow(new EscrowId(reader.Hash()));
    }
}
