using Busbar.Ledger;
using Busbar.Proofs;

namespace Busbar.Node.Hosting;

/// <summary>Where a node stands, as its loop last saw it; for readiness and metrics.</summary>
/// <param name="Epoch">Epoch that votes on the next block.</param>
/// <param name="View">The view the replica is in.</param>
/// <param name="Votes">True while this node votes; otherwise it follows.</param>
/// <param name="Halted">True once more than f validators are proved faulty.</param>
/// <param name="Validators">The epoch's validators.</param>
/// <param name="Tariff">The prices of the next block.</param>
/// <param name="KnownHeight">A height that at least one honest validator has reached.</param>
/// <param name="HeardWeight">Votes of the validators that are heard of, this one included.</param>
/// <param name="Pending">Transactions that wait.</param>
/// <param name="HeldBlocks">Blocks that are held and not stored.</param>
/// <param name="Waiting">Things that wait for a block.</param>
/// <param name="Evidence">Contradictions of validators seen since the start.</param>
public sealed record NodeState(
    ulong Epoch,
    ulong View,
    bool Votes,
    bool Halted,
    ValidatorSet Validators,
    Tariff Tariff,
    ulong KnownHeight,
    ulong HeardWeight,
    int Pending,
    int HeldBlocks,
    int Waiting,
    ulong Evidence);
