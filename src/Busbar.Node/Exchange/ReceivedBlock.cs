using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Exchange;

/// <summary>
/// A block whose transactions are those that its header commits to, each looked at once, away from the loop. A block
/// with a transaction that nobody may include is kept too: a quorum might ask for the verdict, and it must be the same
/// everywhere.
/// </summary>
/// <param name="Digest">Digest of the header.</param>
/// <param name="Block">Header and encoded transactions; receipts are not carried.</param>
/// <param name="Transactions">The checked transactions, in order; fewer when <paramref name="Fault"/> is set.</param>
/// <param name="Fault">Why no ledger executes it, or null.</param>
internal sealed record ReceivedBlock(
    Hash256 Digest, StoredBlock Block, IReadOnlyList<Verified<CheckedTransaction>> Transactions, string? Fault)
{
    /// <summary>The header.</summary>
    public BlockHeader Header => Block.Header;
}
