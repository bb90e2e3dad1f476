using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class StateTests
{
    private static readonly byte[] EdKey = Key(300).PublicKey.Bytes.ToArray();
    private static readonly Proposal Vote = new Proposal.AddValidator(Key(300).PublicKey);
    private readonly LedgerWorld world = new();

    [Fact]
    public void L50_L52_L53_L54_L55_L81_L82_L108_L120_L130_stored_entries_give_the_same_state_back()
    {
        FillWithEveryKind();
        var state = world.State;
        var loaded = LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries());

        Assert.Equal(state.StateRoot, loaded.StateRoot);
        Assert.Equal(new Hash256(NaiveTrees.StateRoot(state.Entries())), state.StateRoot);
        Assert.Equal(state.Channels(), loaded.Channels());
        Assert.Equal(state.Balances(), loaded.Balances());
        Assert.Equal(state.Assets(), loaded.Assets());
        Assert.True(loaded.IsConserved());
        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 0x0E, 0x10, 0x20],
            state.Entries().Select(entry => (int)entry.Key[0]).Distinct());
        foreach (var executed in new[] { new LedgerWorld(state), new LedgerWorld(loaded) }.Select(item => RunOne(item)))
        {
            Assert.Equal(executed.StateRoot, RunOne(new LedgerWorld(state)).StateRoot);
        }
    }

    [Fact]
    public void L50_deltas_are_sorted_and_add_up_to_the_entries()
    {
        var stored = new SortedDictionary<string, byte[]>(
            world.State.Entries().ToDictionary(entry => Convert.ToHexString(entry.Key), entry => entry.Value!),
            StringComparer.Ordinal);
        for (var i = 0; i < 6; i++)
        {
            var open = world.Write(0, OpenOperation(), Transfer(5, 10));
            var id = open.ChannelIdAt(0);
            var block = world.Begin(50_000);
            block.Apply(Check(open), out _);
            block.Apply(Check(world.Write(1, i % 2 == 0 ? new Operation.CloseChannel(id) : Transfer(0, 1))), out _);
            var delta = world.Seal(block).Delta.Entries;
            var keys = delta.Select(entry => Convert.ToHexString(entry.Key)).ToArray();
            Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
            Assert.Equal(keys.Length, keys.Distinct().Count());
            foreach (var entry in delta)
            {
                stored.Remove(Convert.ToHexString(entry.Key));
                if (entry.Value is not null)
                {
                    stored.Add(Convert.ToHexString(entry.Key), entry.Value);
                }
            }

            Assert.Equal(
                stored.Select(pair => (pair.Key, Convert.ToHexString(pair.Value))),
                world.State.Entries()
                    .Select(entry => (Convert.ToHexString(entry.Key), Convert.ToHexString(entry.Value!))));
        }
    }

    [Fact]
    public void Entries_that_no_ledger_writes_are_refused()
    {
        StateEntry[] right =
        [
            new(StateKey.OfGovernance(), GovernanceOf(EdKey)), new(StateKey.OfBallot(Vote.Digest()), BallotOf(0, 0)),
        ];
        StateEntry[] wrong =
        [
            new([], [0]), new([0x77], [0]), new([1, 2], [0]), new(StateKey.OfAccount(Dollar), null),
            new(StateKey.OfAccount(Dollar), [0x82, 0]), new(StateKey.OfBalance(new BalanceKey(Dollar, Dollar)), [0]),
            new(StateKey.OfBalance(new BalanceKey(Dollar, Dollar)), [1, 1]), new(StateKey.OfAsset(Dollar), [0x80]),
            new(StateKey.OfChannel(default), [0x80]), new(StateKey.OfMinute(1), [0]),
            new(StateKey.OfIntent(default), [0x80]), new([.. StateKey.OfGovernance(), 0], GovernanceOf(EdKey)),
            new(StateKey.OfGovernance(), [0x80]), new(StateKey.OfGovernance(), GovernanceOf()),
            new(StateKey.OfGovernance(), GovernanceOf(EdKey, EdKey)), new(StateKey.OfBallot(default), [0x80]),
            new(StateKey.OfBallot(default), BallotOf(0, 0)), new(StateKey.OfBallot(Vote.Digest()), BallotOf(0)),
            new(StateKey.OfBallot(Vote.Digest()), BallotOf(1, 0)),
            new(StateKey.OfBallot(Vote.Digest()), BallotOf(0, 0, 200)),
            new(StateKey.OfBallot(Vote.Digest()), BallotOf(0, 0, 0)),
            .. ObjectStateTests.Wrong(),
            .. MandateStateTests.Wrong(),
        ];
        foreach (var entry in wrong)
        {
            Assert.Throws<FormatException>(() => LedgerState.Load(Genesis(), 1, Start, 0, [.. right, entry]));
        }

        Assert.Throws<FormatException>(() => LedgerState.Load(Genesis(), 1, Start, 0, [right[1]]));
        LedgerState.Load(Genesis(), 1, Start, 0, right);
    }

    [Fact]
    public void Siblings_on_one_parent_do_not_see_each_other()
    {
        var parent = world.State;
        var root = parent.StateRoot;
        var left = RunOne(new LedgerWorld(parent), to: 1);
        var right = RunOne(new LedgerWorld(parent), to: 2);

        Assert.NotEqual(left.StateRoot, right.StateRoot);
        Assert.Equal(root, parent.StateRoot);
        Assert.Equal(new Amount(1_000_000_000), parent.BalanceOf(AddressOf(1), Dollar));
        Assert.Equal(new Amount(1_000_000_000), right.State.BalanceOf(AddressOf(1), Dollar));
        Assert.Equal(left.StateRoot, RunOne(new LedgerWorld(parent), to: 1).StateRoot);
    }

    [Fact]
    public void Folding_changes_no_answer_and_ends_the_losing_sibling()
    {
        var loser = RunOne(new LedgerWorld(world.State), to: 2).State;
        FillWithEveryKind();
        var (tip, entries) = (world.State, Text(world.State));
        var child = RunOne(new LedgerWorld(tip)).State;
        var childEntries = Text(child);
        Assert.False(tip.IsFolded);
        tip.Fold();
        tip.Fold();

        Assert.True(tip.IsFolded);
        Assert.Equal(entries, Text(tip));
        Assert.Equal(childEntries, Text(child));
        child.Fold();
        Assert.Equal(childEntries, Text(child));
        Assert.Equal(child.StateRoot, LedgerState.Load(
            child.Genesis, child.Height, child.Time, child.UptimeMs, child.Entries()).StateRoot);
        Assert.Throws<InvariantBrokenException>(() => loser.BalanceOf(AddressOf(3), Dollar));
    }

    [Fact]
    public void L12_folded_and_unfolded_chains_drop_the_same_minutes()
    {
        var folded = new LedgerWorld();
        for (var i = 0; i < 20; i++)
        {
            var plain = world.Begin(40_000);
            var other = folded.Begin(40_000);
            plain.Apply(Check(world.Write(0, Transfer(1, 1))), out _);
            other.Apply(Check(folded.Write(0, Transfer(1, 1))), out _);
            Assert.Equal(
                world.Seal(plain).Delta.Entries.Select(entry => Convert.ToHexString(entry.Key)),
                folded.Seal(other).Delta.Entries.Select(entry => Convert.ToHexString(entry.Key)));
            folded.State.Fold();
            Assert.Equal(world.State.StateRoot, folded.State.StateRoot);
            Assert.Equal(Text(world.State), Text(folded.State));
        }

        Assert.True(world.State.Entries().Count(entry => entry.Key[0] == StateKey.IntentKind) < 10);
    }

    [Fact]
    public void L43_L44_block_roots_are_over_encoded_transactions_and_receipts_in_order()
    {
        var block = world.Begin();
        Verified<CheckedTransaction>[] transactions =
            [Check(world.Write(0, Transfer(1, 1))), Check(world.Write(0, Transfer(1, 0)))];
        foreach (var transaction in transactions)
        {
            block.Apply(transaction, out _);
        }

        var executed = block.Seal();
        var receipts = executed.Receipts.Select(receipt =>
        {
            var writer = new CanonicalWriter();
            receipt.Write(writer);
            var reader = new CanonicalReader(writer.WrittenSpan);
            var read = Receipt.Read(ref reader)!;
            Assert.True(reader.Finish());
            Assert.Equal(receipt with { Claims = [] }, read with { Claims = [] });
            return writer.ToArray();
        }).ToArray();
        Assert.Equal(new Hash256(NaiveTrees.ListRoot(receipts)), executed.ReceiptsRoot);
        Assert.Equal(
            new Hash256(NaiveTrees.ListRoot([.. transactions.Select(item => item.Value.Signed.Encode())])),
            executed.TransactionsRoot);
    }

    [Fact]
    public void L44_a_receipt_with_claims_survives_its_encoding()
    {
        var id = world.Open();
        var receipt = world.Run(3, Claims(ClaimOf(id, 5), ClaimOf(id, 5)));
        var writer = new CanonicalWriter();
        receipt.Write(writer);
        var reader = new CanonicalReader(writer.WrittenSpan);
        Assert.Equal(receipt.Claims, Receipt.Read(ref reader)!.Claims);
        for (var size = 0; size < writer.WrittenSpan.Length; size++)
        {
            var cut = new CanonicalReader(writer.WrittenSpan[..size]);
            Assert.Null(Receipt.Read(ref cut));
        }
    }

    [Fact]
    public void L40_a_header_survives_its_encoding_and_every_field_is_in_its_digest()
    {
        Hash256 H(byte value) => Hash256.Sha256([value]);
        var header = new BlockHeader(Network, 1, 2, 3, H(1), Start, 5, H(2), H(3), H(4), H(5), H(6));
        var writer = new CanonicalWriter();
        header.Write(writer);
        var reader = new CanonicalReader(writer.WrittenSpan);
        Assert.Equal(header, BlockHeader.Read(ref reader));
        BlockHeader[] others =
        [
            header with { Network = new NetworkId(1) }, header with { Epoch = 9 }, header with { Height = 9 },
            header with { View = 9 }, header with { Parent = H(9) }, header with { Time = new UnixTime(9) },
            header with { UptimeMs = 9 }, header with { StateRoot = H(9) }, header with { TransactionsRoot = H(9) },
            header with { ReceiptsRoot = H(9) }, header with { Validators = H(9) },
        ];
        Assert.Equal(12, others.Append(header).Select(item => item.Digest()).Distinct().Count());
    }

    private void FillWithEveryKind()
    {
        var empty = world.Write(0);
        world.Run(empty with { Operations = [OpenOperation(first: VoucherOf(empty.ChannelIdAt(0), 5))] });
        var id = world.Open(deposit: 77);
        world.Run(0, new Operation.RequestChannelClose(id));
        world.Run(1, new Operation.CloseChannel(world.Open()));
        world.Run(0, Transfer(5, 12));
        ObjectStateTests.Fill(world);
        world.Run(0, new Operation.CastVote(new Proposal.AddValidator(Key(300).PublicKey)));
    }

    private static byte[] GovernanceOf(params byte[][] keys)
    {
        var writer = new CanonicalWriter();
        writer.Array(7).Number(0UL).Number(1UL).Array(keys.Length);
        foreach (var key in keys)
        {
            writer.Bytes(key);
        }

        return writer.Number(1UL).Null().Array(0).Array(0).ToArray();
    }

    private static byte[] BallotOf(int opener, params int[] voters)
    {
        var writer = new CanonicalWriter();
        writer.Array(4);
        Vote.Write(writer);
        writer.Number(0UL).Number((ulong)opener).Array(voters.Length);
        foreach (var voter in voters)
        {
            writer.Number((ulong)voter);
        }

        return writer.ToArray();
    }

    private static ExecutedBlock RunOne(LedgerWorld world) => RunOne(world, 3);

    private static ExecutedBlock RunOne(LedgerWorld world, int to)
    {
        var block = world.Begin();
        block.Apply(Check(world.Write(0, Transfer(to, 9)) with { IntentId = world.NewIntent(99_999) }), out _);
        return world.Seal(block);
    }

    private static string[] Text(LedgerState state) =>
        [.. state.Entries().Select(entry => Convert.ToHexString(entry.Key) + "=" + Convert.ToHexString(entry.Value!))];
}
