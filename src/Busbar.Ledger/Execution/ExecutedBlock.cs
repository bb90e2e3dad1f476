using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>A block that was executed to its end.</summary>
/// <param name="State">The state after it: an overlay over the parent's, until it is folded.</param>
/// <param name="StateRoot">The state's root.</param>
/// <param name="TransactionsRoot">Root over the encoded transactions, in order: spec/ledger.md#L-43.</param>
/// <param name="ReceiptsRoot">Root over the encoded receipts, in order: spec/ledger.md#L-43.</param>
/// <param name="Receipts">One for each transaction, in order.</param>
/// <param name="Delta">What storage has to write when the block is final.</param>
/// <param name="Effects">What happened, for event streams and indexes.</param>
public sealed record ExecutedBlock(
    LedgerState State,
    Hash256 StateRoot,
    Hash256 TransactionsRoot,
    Hash256 ReceiptsRoot,
    IReadOnlyList<Receipt> Receipts,
    StateDelta Delta,
    IReadOnlyList<Effect> Effects);
