using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Tests.Vectors;

/// <summary>
/// A chain of final blocks made with known keys: the next block is what its transactions do to the world, certified by
/// a quorum of the validators that its parent's state names.
/// </summary>
internal sealed class VectorChain
{
    private readonly List<VectorBlock> blocks = [];
    private ulong epochStart = 1;

    public LedgerWorld World { get; } = LedgerWorld.WithValidators(4);

    public IReadOnlyList<VectorBlock> Blocks => blocks;

    /// <summary>The next block, of these transactions; all must stand in it.</summary>
    public VectorBlock Add(string name, params Verified<CheckedTransaction>[] transactions) =>
        Add(name, 1_000, transactions);

    /// <summary>The same, so long after its parent.</summary>
    public VectorBlock Add(string name, ulong stepMs, params Verified<CheckedTransaction>[] transactions)
    {
        var before = World.State;
        var entries = EntriesOf(before);
        var execution = World.Begin(stepMs);
        foreach (var transaction in transactions)
        {
            Assert.Equal(InclusionStatus.Included, execution.Apply(transaction, out _));
        }

        var (time, uptimeMs) = (execution.Time, execution.UptimeMs);
        var executed = World.Seal(execution);
        var height = executed.State.Height;
        var header = new BlockHeader(
            LedgerWorld.Network,
            before.Epoch,
            height,
            height - epochStart + 1,
            blocks.Count == 0 ? before.Genesis.Digest() : blocks[^1].Stored.Header.Digest(),
            time,
            uptimeMs,
            executed.StateRoot,
            executed.TransactionsRoot,
            executed.ReceiptsRoot,
            before.Validators.Digest,
            executed.State.Validators.Digest);
        if (executed.State.EndsEpoch)
        {
            epochStart = height + 1;
        }

        var stored = new StoredBlock(
            header,
            Certify(header, before.Validators),
            [.. transactions.Select(transaction => transaction.Value.Signed.Encode())],
            executed.Receipts);
        var block = new VectorBlock(
            name, before, executed.State, stored, transactions, Changes(entries, EntriesOf(executed.State)));
        blocks.Add(block);
        return block;
    }

    /// <summary>A finalization by all validators but one, which goes round with the height.</summary>
    public static Certificate Certify(BlockHeader header, ValidatorSet validators)
    {
        var vote = new Vote(VoteKind.Finalize, header.Epoch, header.View, header.View - 1, header.Digest());
        var message = vote.SigningHash(header.Network);
        var absent = validators.Count > 3 ? (int)(header.Height % (ulong)validators.Count) : -1;
        int[] signers = [.. Enumerable.Range(0, validators.Count).Where(index => index != absent)];
        return new Certificate(vote, signers, [.. signers.Select(i => SecretOf(validators.Keys[i]).Sign(message))]);
    }

    /// <summary>Every entry of a state, by its key in hexadecimal, in order.</summary>
    public static SortedDictionary<string, byte[]> EntriesOf(LedgerState state) => new(
        state.Entries().ToDictionary(entry => Hex.Format(entry.Key), entry => entry.Value!), StringComparer.Ordinal);

    private static VectorChange[] Changes(
        SortedDictionary<string, byte[]> before, SortedDictionary<string, byte[]> after) =>
    [
        .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Where(key => !(before.TryGetValue(key, out var old) && after.TryGetValue(key, out var now)
                && old.AsSpan().SequenceEqual(now)))
            .Select(key => new VectorChange(key, after.GetValueOrDefault(key))),
    ];

    private static PrivateKey SecretOf(PublicKey key) => LedgerWorld.Pairs
        .Concat(Enumerable.Range(200, 10).Select(LedgerWorld.Key))
        .First(pair => pair.PublicKey.Equals(key));
}

/// <summary>A block, what it was made of, and every object that it changed.</summary>
internal sealed record VectorBlock(
    string Name,
    LedgerState Before,
    LedgerState After,
    StoredBlock Stored,
    IReadOnlyList<Verified<CheckedTransaction>> Transactions,
    IReadOnlyList<VectorChange> Changes)
{
    public BlockHeader Header => Stored.Header;

    public byte[] EncodedReceipt(int index) => VectorFile.Bytes(Stored.Receipts[index].Write);
}

/// <summary>A state key in hexadecimal, and the value after the block; null where the object is gone.</summary>
internal sealed record VectorChange(string Key, byte[]? Value);
