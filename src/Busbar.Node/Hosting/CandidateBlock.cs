using Busbar.Ledger;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;

namespace Busbar.Node.Hosting;

/// <summary>A block that was built or restored, executed, and is not final.</summary>
internal sealed record CandidateBlock(
    Hash256 Digest, StoredBlock Block, ExecutedBlock Executed, IReadOnlyList<PendingTransaction> Pending);
