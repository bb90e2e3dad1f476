using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Node.Hosting;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node;

/// <summary>
/// Checks a stopped node's folder offline: replays every block from genesis, recomputes every root and receipt,
/// checks the chain of headers, each finalization certificate, the stored state, and that no asset was made or lost.
/// A folder that no longer keeps its first blocks is checked by what it keeps: <see cref="PrunedFolderVerifier"/>.
/// </summary>
public static class DataFolderVerifier
{
    /// <summary>Verifies a folder.</summary>
    /// <param name="path">A node's data folder, or a local network's with several; no process may have it.</param>
    /// <param name="progress">Told the height after each block, or null.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    /// <exception cref="NodeStartException">It is no data folder, is in use, or cannot be read.</exception>
    public static FolderVerdict Verify(
        string path, Action<ulong, ulong>? progress, CancellationToken cancellation)
    {
        if (DataFolder.Exists(path))
        {
            return VerifyNode(path, progress, cancellation);
        }

        var verdicts = new List<FolderVerdict>();
        for (var index = 0; DataFolder.Exists(NodeIn(path, index)); index++)
        {
            verdicts.Add(VerifyNode(NodeIn(path, index), progress, cancellation));
        }

        // The nodes of a network: the first that is wrong, or the one that knows least.
        return verdicts.FirstOrDefault(verdict => verdict.Fault is not null)
            ?? verdicts.MinBy(verdict => verdict.Height)
            ?? throw new NodeStartException($"{path} is not the data folder of a node, nor of a local network.");
    }

    private static string NodeIn(string network, int index) => Path.Combine(
        network, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"node-{index}"));

    private static FolderVerdict VerifyNode(
        string path, Action<ulong, ulong>? progress, CancellationToken cancellation)
    {
        using var folder = DataFolder.Open(path);
        var genesis = GenesisFile.Read(folder.GenesisPath);
        using var store = LedgerStore.OpenReadOnly(folder.LedgerPath);
        if (store.Genesis != genesis.Digest())
        {
            throw new NodeStartException("The folder's ledger belongs to another genesis than its genesis file.");
        }

        if (store.OldestHeight > 1)
        {
            return PrunedFolderVerifier.Verify(store, genesis, progress, cancellation);
        }

        var state = LedgerState.FromGenesis(genesis);
        return Replay(store, genesis, state, progress, cancellation);
    }

    private static FolderVerdict Replay(
        LedgerStore store,
        Genesis genesis,
        LedgerState state,
        Action<ulong, ulong>? progress,
        CancellationToken cancellation)
    {
        var memory = new PeerMessageReader(genesis.Network, new TransactionMemory(genesis.Network));
        var parent = genesis.Digest();
        var height = store.Height;
        StoredBlock? last = null;
        while (state.Height < height)
        {
            cancellation.ThrowIfCancellationRequested();
            var (candidate, fault) = Check(store, state, parent, memory, out last);
            if (candidate is null)
            {
                return new FolderVerdict(state.Height, state.StateRoot, state.IsConserved(), fault);
            }

            state = candidate.Executed.State;
            state.Fold();
            parent = candidate.Digest;
            progress?.Invoke(state.Height, height);
        }

        if (last is { Finalization: null })
        {
            return new FolderVerdict(
                height - 1, state.StateRoot, state.IsConserved(), $"Block {height} has no finalization certificate.");
        }

        var entries = store.StateEntries().Select(entry => (Hex.Format(entry.Key), Hex.Format(entry.Value)));
        var expected = state.Entries().Select(entry => (Hex.Format(entry.Key), Hex.Format(entry.Value)));
        return entries.SequenceEqual(expected)
            ? new FolderVerdict(height, state.StateRoot, state.IsConserved(), null)
            : new FolderVerdict(
                height, state.StateRoot, state.IsConserved(), "The stored state is not the one the blocks lead to.");
    }

    // A block without a certificate of its own became final through the next one that has one.
    private static (CandidateBlock? Candidate, string? Fault) Check(
        LedgerStore store, LedgerState state, Hash256 parent, PeerMessageReader reader, out StoredBlock? block)
    {
        var height = state.Height + 1;
        block = null;
        try
        {
            block = store.FindBlock(height);
        }
        catch (NodeStartException damaged)
        {
            return (null, damaged.Message);
        }

        if (block is null)
        {
            return (null, $"Block {height} is missing.");
        }

        if (reader.TryReadBlock(block.Encode(), out var finalization) is not { } received)
        {
            return (null, $"Block {height} does not hold the transactions that its header states.");
        }

        if (finalization is not null
            && (finalization.Vote.Kind != VoteKind.Finalize || finalization.Vote.Block != received.Digest
                || finalization.Vote.Epoch != state.Epoch
                || !finalization.Verify(state.Validators, state.Genesis.Network)))
        {
            return (null, $"Block {height} has no valid finalization certificate.");
        }

        var (candidate, fault) = received.Fault is { } known
            ? (null, known)
            : BlockBuilder.Execute(state, parent, received.Block, received.Transactions);
        if (candidate is null)
        {
            return (null, $"Block {height} is not valid: {fault}.");
        }

        return candidate.Block.Receipts.Select(Encode).SequenceEqual(block.Receipts.Select(Encode))
            ? (candidate, null)
            : (null, $"Block {height} is stored with receipts that its transactions do not give.");
    }

    private static string Encode(Receipt receipt)
    {
        var writer = new CanonicalWriter();
        receipt.Write(writer);
        return Hex.Format(writer.WrittenSpan);
    }
}

/// <summary>What verifying a folder found.</summary>
/// <param name="Height">The last height that is right.</param>
/// <param name="StateRoot">The state root there.</param>
/// <param name="Conserved">True when balances and deposits of every asset add up to its supply there.</param>
/// <param name="Fault">What is wrong after that height; null when nothing is.</param>
public sealed record FolderVerdict(ulong Height, Hash256 StateRoot, bool Conserved, string? Fault)
{
    /// <summary>
    /// The first block that was looked at: 1 when all were replayed from genesis; a later one when the folder does not
    /// keep those before, and the others were checked by their certificates.
    /// </summary>
    public ulong FromHeight { get; init; } = 1;
}
