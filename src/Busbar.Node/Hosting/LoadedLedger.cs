using Busbar.Consensus;
using Busbar.Ledger;
using Busbar.Node.Storage;

namespace Busbar.Node.Hosting;

/// <summary>The state that storage holds, checked against the last block's header.</summary>
internal sealed record LoadedLedger(LedgerState State, NodeHead Head, FinalFloor Floor)
{
    /// <summary>Loads, or writes genesis into a new store.</summary>
    /// <exception cref="NodeStartException">The state is not the one of the last final header.</exception>
    public static LoadedLedger From(LedgerStore store, Genesis genesis)
    {
        var height = store.Height;
        if (height == 0)
        {
            var first = LedgerState.FromGenesis(genesis);
            if (!store.HasState)
            {
                store.CommitGenesis(first);
            }

            return new LoadedLedger(
                first,
                new NodeHead(0, 0, genesis.Digest(), genesis.Time, 0, first.StateRoot),
                new FinalFloor(0, genesis.Digest()));
        }

        var last = store.FindBlock(height)
            ?? throw new NodeStartException($"The store says height {height} and does not hold that block.");
        var header = last.Header;
        if (last.Finalization is not { } finalization)
        {
            throw new NodeStartException(
                $"The last stored block {height} has no certificate: the disk lost something.");
        }

        var state = Load(store, genesis, header.Height, header.Time, header.UptimeMs);
        return state.StateRoot == header.StateRoot
            ? new LoadedLedger(
                state,
                NodeHead.Of(header),
                new FinalFloor(finalization.Vote.View, finalization.Vote.Block) { Finalization = finalization })
            : throw new NodeStartException(
                $"The stored state has root {state.StateRoot}, but block {height} says {header.StateRoot}: "
                + "the disk lost something. Restore the folder, or start anew from a peer.");
    }

    private static LedgerState Load(
        LedgerStore store, Genesis genesis, ulong height, UnixTime time, ulong uptimeMs)
    {
        try
        {
            return LedgerState.Load(genesis, height, time, uptimeMs, store.StateEntries());
        }
        catch (FormatException error)
        {
            throw new NodeStartException("The stored state holds an entry that no ledger writes.", error);
        }
    }
}
