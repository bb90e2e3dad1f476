namespace Busbar.Transactions;

public abstract partial record Operation
{
    /// <summary>
    /// The vote of the validator that the account belongs to, for a proposal: opens its ballot, joins it, or decides
    /// it. spec/ledger.md#L-83.
    /// </summary>
    public sealed record CastVote(Proposal Proposal) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.CastVote;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer)
        {
            writer.Array(2).Number((ulong)Code);
            Proposal.Write(writer);
        }

        internal static Operation? ReadFields(ref CanonicalReader reader) =>
            Proposal.Read(ref reader) is { } proposal ? new CastVote(proposal) : null;
    }
}
