using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// What is left of a block: in all, for transactions that do not collect, and for each account. Whoever fills a block
/// and whoever checks it ask here. Not thread-safe. spec/ledger.md#L-26, L-27, L-28.
/// </summary>
/// <param name="capacity">Units of all transactions together.</param>
/// <param name="ordinary">Units of those that do not collect.</param>
/// <param name="share">Units that an account may use, for itself and as a fee payer together.</param>
internal sealed class BlockRoom(long capacity, long ordinary, long share)
{
    private readonly Dictionary<Address, long> used = [];
    private long total;
    private long totalOrdinary;

    /// <summary>A block as the protocol has it.</summary>
    public BlockRoom()
        : this(BlockCost.Capacity, BlockCost.Capacity - BlockCost.ReservedRoom, BlockCost.AccountShare)
    {
    }

    /// <summary>Included, ShareExceeded or BlockFull; changes nothing.</summary>
    public InclusionStatus Check(Transaction transaction, long cost)
    {
        if (Mutants.Off(Mutant.ShareUnchecked))
        {
            return InclusionStatus.Included;
        }

        if (used.GetValueOrDefault(transaction.Account) + cost > share
            || used.GetValueOrDefault(transaction.EffectiveFeePayer) + cost > share)
        {
            return InclusionStatus.ShareExceeded;
        }

        return total + cost > capacity || (!BlockCost.Collects(transaction) && totalOrdinary + cost > ordinary)
            ? InclusionStatus.BlockFull
            : InclusionStatus.Included;
    }

    /// <summary>Takes what a transaction costs, from its account and from its fee payer.</summary>
    public void Take(Transaction transaction, long cost)
    {
        total += cost;
        totalOrdinary += BlockCost.Collects(transaction) ? 0 : cost;
        used[transaction.Account] = used.GetValueOrDefault(transaction.Account) + cost;
        if (transaction.EffectiveFeePayer != transaction.Account)
        {
            var payer = transaction.EffectiveFeePayer;
            used[payer] = used.GetValueOrDefault(payer) + cost;
        }
    }
}
