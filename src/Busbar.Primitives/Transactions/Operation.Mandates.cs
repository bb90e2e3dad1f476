namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>
    /// Lets another key act for the account, within limits. A delegate's grant is below its own mandate. The mandate's
    /// id is <see cref="Transaction.ObjectIdAt"/> of this operation's index. spec/ledger.md#L-147.
    /// </summary>
    /// <param name="Signer">The address of the key.</param>
    /// <param name="Expiry">From this block time on it may do nothing.</param>
    /// <param name="Scope">What it may do, and whom it may pay.</param>
    /// <param name="Spending">
    /// What it may spend: up to <see cref="Limits.MandateLimits"/> assets, strictly rising, and nothing of any other.
    /// </param>
    public sealed record GrantMandate(
        Address Signer, UnixTime Expiry, MandateScope Scope, IReadOnlyList<MandateLimit> Spending) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.GrantMandate;

        /// <summary>True when scope and limits are within their bounds and in order.</summary>
        public bool IsWellFormed() => Scope.IsWellFormed() && MandateLimit.AreWellFormed(Spending);

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(6).Number((ulong)Code).Address(Signer).Time(Expiry);
            Scope.Write(writer);
            MandateLimit.WriteAll(writer, Spending);
        }

        internal static Operation? ReadFields(ref CanonicalReader reader)
        {
            var signer = reader.Address();
            var expiry = reader.Time();
            var scope = MandateScope.Read(ref reader);
            var spending = MandateLimit.ReadAll(ref reader);
            return scope is null ? null : new GrantMandate(signer, expiry, scope, spending);
        }
    }

    /// <summary>
    /// Ends a mandate of the account and, with it, all that were granted below it: by the account, by a delegate above
    /// it, or by its own signer. spec/ledger.md#L-148.
    /// </summary>
    public sealed record RevokeMandate(Address Signer) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.RevokeMandate;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) => writer.Array(2).Number((ulong)Code).Address(Signer);

        internal static Operation ReadFields(ref CanonicalReader reader) => new RevokeMandate(reader.Address());
    }
}
