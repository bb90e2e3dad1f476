using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Node.Hosting;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Node;

/// <summary>
/// Checks a folder that keeps only its last blocks, where nothing can be replayed: the validator sets by their
/// handovers from genesis, each kept block by its parent, its roots and its certificate, the stored state by the root
/// that the last block states, and that no asset was made or lost.
/// </summary>
internal static class PrunedFolderVerifier
{
    /// <summary>Verifies what a store keeps.</summary>
    /// <exception cref="NodeStartException">The stored state is not the one that the last block states.</exception>
    public static FolderVerdict Verify(
        LedgerStore store, Genesis genesis, Action<ulong, ulong>? progress, CancellationToken cancellation)
    {
        var oldest = store.OldestHeight;
        var height = store.Height;
        var state = LoadedLedger.From(store, genesis).State;
        FolderVerdict Verdict(ulong right, string? fault) =>
            new(right, state.StateRoot, state.IsConserved(), fault) { FromHeight = oldest };

        if (EpochsOf(store, genesis) is not { } epochs)
        {
            return Verdict(oldest - 1, "The stored handovers do not prove who votes.");
        }

        var reader = new PeerMessageReader(genesis.Network, new TransactionMemory(genesis.Network));
        StoredBlock? last = null;
        for (var next = oldest; next <= height; next++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Fault(store, next, last, epochs, reader, out last) is { } fault)
            {
                return Verdict(next - 1, fault);
            }

            progress?.Invoke(next, height);
        }

        return Verdict(height, null);
    }

    private static List<ValidatorSet>? EpochsOf(LedgerStore store, Genesis genesis)
    {
        using var frozen = store.Freeze();
        var epochs = new List<ValidatorSet> { new(genesis.Validators) };
        foreach (var handover in frozen.Handovers())
        {
            if (handover.Header.Epoch != (ulong)(epochs.Count - 1)
                || handover.TryFollow(epochs[^1], genesis.Network) is not { } next)
            {
                return null;
            }

            epochs.Add(next);
        }

        return epochs;
    }

    private static string? Fault(
        LedgerStore store,
        ulong height,
        StoredBlock? parent,
        List<ValidatorSet> epochs,
        PeerMessageReader reader,
        out StoredBlock? block)
    {
        block = null;
        try
        {
            block = store.FindBlock(height);
        }
        catch (NodeStartException damaged)
        {
            return damaged.Message;
        }

        if (block?.Header is not { } header)
        {
            return $"Block {height} is missing.";
        }

        if (header.Height != height || (parent is not null && header.Parent != parent.Header.Digest())
            || header.Epoch >= (ulong)epochs.Count || header.Validators != epochs[(int)header.Epoch].Digest)
        {
            return $"Block {height} does not follow its parent.";
        }

        // A block without a certificate of its own became final through a later one; the last one is never without.
        if (block.Finalization is { } final
            && (final.Vote.Kind != VoteKind.Finalize || final.Vote.Epoch != header.Epoch
                || final.Vote.Block != header.Digest()
                || !final.Verify(epochs[(int)header.Epoch], header.Network)))
        {
            return $"Block {height} has no valid finalization certificate.";
        }

        return reader.TryReadBlock(block.Encode(), out _) is { Fault: null } && block.HoldsWhatItStates()
            ? null
            : $"Block {height} does not hold what its header states.";
    }
}
