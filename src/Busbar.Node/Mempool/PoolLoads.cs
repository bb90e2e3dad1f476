using Busbar.Transactions;

namespace Busbar.Node.Mempool;

/// <summary>
/// How much of the pool each account fills, for itself and as a fee payer together. It may fill so much at the most,
/// and never more than a quarter of what is free: however many flood, a place is left for whoever has none, and
/// nothing that was taken in has to be thrown out. Not thread-safe. spec/api.md#A-21.
/// </summary>
internal sealed class PoolLoads
{
    private readonly Dictionary<Address, Load> loads = [];
    private Load total;

    /// <summary>Bytes of all that waits.</summary>
    public long SizeBytes => total.SizeBytes;

    /// <summary>True when the node has no place for one more of this size.</summary>
    public bool IsFull(int sizeBytes) =>
        total.Count >= NodeLimits.MempoolTransactions || total.SizeBytes + sizeBytes > NodeLimits.MempoolSizeBytes;

    /// <summary>True when an account may fill no more by this size.</summary>
    /// <param name="account">Whose load it would be.</param>
    /// <param name="sizeBytes">Bytes of one more transaction.</param>
    /// <param name="count">Most transactions of it, however empty the pool is.</param>
    /// <param name="parts">It may fill one of so many parts of that: 2 leaves the other half to the account.</param>
    public bool IsFull(Address account, int sizeBytes, int count, int parts = 1)
    {
        var load = loads.GetValueOrDefault(account);
        var freeCount = NodeLimits.MempoolTransactions - total.Count;
        var freeBytes = NodeLimits.MempoolSizeBytes - total.SizeBytes;
        return load.Count >= Math.Min(count, Math.Max(1, freeCount / NodeLimits.MempoolFreeParts)) / parts
            || load.SizeBytes + sizeBytes > Math.Min(
                NodeLimits.MempoolSizeBytesPerAccount,
                Math.Max(Limits.TransactionSizeBytes, freeBytes / NodeLimits.MempoolFreeParts)) / parts;
    }

    /// <summary>One more waits in the pool.</summary>
    public void Add(int sizeBytes) => total = new Load(total.Count + 1, total.SizeBytes + sizeBytes);

    /// <summary>And counts for this account.</summary>
    public void Add(Address account, int sizeBytes)
    {
        var load = loads.GetValueOrDefault(account);
        loads[account] = new Load(load.Count + 1, load.SizeBytes + sizeBytes);
    }

    /// <summary>One less waits in the pool.</summary>
    public void Remove(int sizeBytes) => total = new Load(total.Count - 1, total.SizeBytes - sizeBytes);

    /// <summary>And for this account.</summary>
    public void Remove(Address account, int sizeBytes)
    {
        var load = loads[account];
        if (load.Count == 1)
        {
            loads.Remove(account);
        }
        else
        {
            loads[account] = new Load(load.Count - 1, load.SizeBytes - sizeBytes);
        }
    }

    private readonly record struct Load(int Count, long SizeBytes);
}
