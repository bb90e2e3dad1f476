using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Exchange;
using Busbar.Node.Hosting;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

/// <summary>Blocks above the stored head: what is taken, executed, refused, dropped.</summary>
public class ChainTests
{
    private static readonly UnixTime Start = new(1_800_000_000_000);

    private readonly Genesis genesis = DevelopmentNetwork.CreateGenesis(3, 4, Start);
    private readonly PeerMessageReader reader;
    private readonly LedgerState first;
    private ulong intents;

    public ChainTests()
    {
        reader = new PeerMessageReader(genesis.Network, new TransactionMemory(genesis.Network));
        first = LedgerState.FromGenesis(genesis);
    }

    [Fact]
    public void C54_a_block_that_states_what_executing_it_gives_is_taken_and_any_other_header_is_not()
    {
        var good = Build(first, genesis.Digest(), 1, Pay(0));
        Assert.IsType<ChainProgress.Executed>(Execute(good.Block));
        var header = good.Header;
        BlockHeader[] wrong =
        [
            header with { Epoch = 1 }, header with { Height = 2 }, header with { Time = first.Time },
            header with { UptimeMs = header.UptimeMs + 1 }, header with { StateRoot = Hash256.Zero },
            header with { ReceiptsRoot = Hash256.Zero }, header with { Validators = Hash256.Zero },
            header with { NextValidators = Hash256.Zero },
        ];
        foreach (var bad in wrong)
        {
            var progress = Execute(good.Block with { Header = bad });
            Assert.True(progress is ChainProgress.Faulty, bad.ToString());
        }
    }

    [Fact]
    public void C55_other_transactions_than_the_headers_are_no_block_and_a_bad_signature_is_a_fault_of_the_block()
    {
        var good = Build(first, genesis.Digest(), 1, Pay(0), Pay(1));
        var swapped = good.Block with { Receipts = [], Transactions = [.. good.Block.Transactions.Reverse()] };
        Assert.Null(reader.TryReadBlock(swapped.Encode(), out _));

        var broken = good.Block.Transactions[0].ToArray();
        broken[^1] ^= 1;
        var leaves = new[] { MerkleList.HashItem(broken), MerkleList.HashItem(good.Block.Transactions[1]) };
        var block = good.Block with
        {
            Receipts = [],
            Transactions = [broken, good.Block.Transactions[1]],
            Header = good.Header with { TransactionsRoot = MerkleList.Root(leaves) },
        };
        var received = reader.TryReadBlock(block.Encode(), out _);
        Assert.NotNull(received);
        Assert.Contains("transaction 0", received.Fault, StringComparison.Ordinal);
        var chain = new Chain(first, genesis.Digest());
        chain.Add(received);
        Assert.IsType<ChainProgress.Faulty>(chain.Execute(received.Digest));
    }

    [Fact]
    public void C50_C51_the_set_that_votes_changes_with_the_block_that_decides_it_and_the_header_says_so()
    {
        using var added = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("added"u8).ToArray());
        var proposal = new Proposal.AddValidator(added.PublicKey);
        var votes = Enumerable.Range(0, 3)
            .Select(index => Sign(DevelopmentKeys.Validator(index), new Operation.CastVote(proposal))).ToArray();
        var undecided = Build(first, genesis.Digest(), 1, votes[..2]);
        Assert.Equal(undecided.Header.Validators, undecided.Header.NextValidators);
        Assert.Equal(0UL, undecided.Executed.State.Epoch);

        var decided = Build(undecided.Executed.State, undecided.Digest, 2, votes[2]);
        Assert.True(decided.Executed.State.EndsEpoch);
        Assert.Equal(1UL, decided.Executed.State.Epoch);
        Assert.NotEqual(decided.Header.Validators, decided.Header.NextValidators);
        var next = Build(decided.Executed.State, decided.Digest, 1);
        Assert.Equal(1UL, next.Header.Epoch);
        Assert.Equal(decided.Header.NextValidators, next.Header.Validators);
        Assert.Equal(5, next.Executed.State.Validators.Count);
    }

    [Fact]
    public void C53_a_handover_proves_the_next_set_to_who_knows_the_old_one_and_nothing_else()
    {
        var old = first.Validators;
        PublicKey[] keys = [.. old.Keys.Take(3)];
        var next = new ValidatorSet(keys);
        var block = Build(first, genesis.Digest(), 7);
        var header = block.Header with { NextValidators = next.Digest };
        Handover Of(BlockHeader of, ulong epoch = 0, int signers = 3)
        {
            var vote = new Vote(VoteKind.Finalize, epoch, 9, 7, of.Digest());
            var signing = vote.SigningHash(genesis.Network);
            return new Handover(
                of,
                new Certificate(
                    vote,
                    [.. Enumerable.Range(0, signers)],
                    [.. Enumerable.Range(0, signers).Select(index => DevelopmentKeys.Validator(index).Sign(signing))]),
                keys);
        }

        var good = Of(header);
        Assert.Equal(next.Digest, good.TryFollow(old, genesis.Network)?.Digest);
        Assert.Null(good.TryFollow(next, genesis.Network));
        Assert.Null(good.TryFollow(old, new NetworkId(1)));
        Assert.Null((good with { Next = [.. old.Keys] }).TryFollow(old, genesis.Network));
        Assert.Null(Of(header, signers: 2).TryFollow(old, genesis.Network));
        Assert.Null(Of(header, epoch: 1).TryFollow(old, genesis.Network));
        Assert.Null(Of(block.Header).TryFollow(old, genesis.Network));
        var writer = new CanonicalWriter();
        good.Write(writer);
        var bytes = new CanonicalReader(writer.WrittenSpan);
        var read = Handover.Read(ref bytes);
        Assert.True(bytes.Finish());
        Assert.Equal(next.Digest, read!.TryFollow(old, genesis.Network)?.Digest);
    }

    [Fact]
    public void C56_blocks_come_in_any_order_and_storing_one_drops_its_rivals()
    {
        var one = Build(first, genesis.Digest(), 1, Pay(0));
        var two = Build(one.Executed.State, one.Digest, 2, Pay(1));
        var rival = Build(first, genesis.Digest(), 3);
        var chain = new Chain(first, genesis.Digest());
        chain.Add(Read(two));
        Assert.Equal(new ChainProgress.Missing(one.Digest), chain.Execute(two.Digest));
        chain.Add(Read(one));
        chain.Add(Read(rival));
        Assert.IsType<ChainProgress.Executed>(chain.Execute(two.Digest));
        Assert.IsType<ChainProgress.Executed>(chain.Execute(rival.Digest));
        Assert.Equal([one.Digest, two.Digest], chain.PathTo(two.Digest).Select(block => block.Digest));
        var dropped = chain.Advance(chain.PathTo(two.Digest)[0]);
        Assert.Equal([rival.Digest], dropped.Select(block => block.Digest));
        Assert.Equal(one.Digest, chain.HeadDigest);
        Assert.IsType<ChainProgress.Executed>(chain.Execute(two.Digest));
        chain.Add(Read(rival));
        Assert.IsType<ChainProgress.Missing>(chain.Execute(rival.Digest));
    }

    [Fact]
    public void C63_blocks_past_the_limit_push_out_the_oldest()
    {
        var chain = new Chain(first, genesis.Digest());
        var blocks = new List<ReceivedBlock>();
        for (var i = 0; i <= NodeLimits.HeldBlocks; i++)
        {
            var parent = Hash256.Sha256(BitConverter.GetBytes(i));
            blocks.Add(Read(Build(first, parent, (ulong)i + 1)));
            chain.Add(blocks[^1]);
            Assert.True(chain.Count <= NodeLimits.HeldBlocks);
        }

        Assert.False(chain.Holds(blocks[0].Digest));
        Assert.True(chain.Holds(blocks[1].Digest));
        Assert.True(chain.Holds(blocks[^1].Digest));
    }

    private static CandidateBlock Build(
        LedgerState parent, Hash256 digest, ulong view, params PendingTransaction[] waiting)
    {
        var builder = new BlockBuilder(parent, digest, view, new UnixTime(parent.Time.Ms + 10));
        Assert.All(waiting, pending => Assert.Equal(InclusionStatus.Included, builder.Offer(pending)));
        return builder.Seal();
    }

    private ReceivedBlock Read(CandidateBlock built)
    {
        var block = reader.TryReadBlock(built.EncodeBare(), out _);
        Assert.NotNull(block);
        return block;
    }

    private ChainProgress Execute(StoredBlock block)
    {
        var received = reader.TryReadBlock((block with { Receipts = [] }).Encode(), out _);
        Assert.NotNull(received);
        var chain = new Chain(first, genesis.Digest());
        chain.Add(received);
        return chain.Execute(received.Digest);
    }

    private PendingTransaction Pay(int from) => Sign(
        DevelopmentKeys.Account(from),
        new Operation.Transfer(
            DevelopmentNetwork.Dollar, DevelopmentKeys.Account(2).Address, new Amount(5), Hash256.Zero));

    private PendingTransaction Sign(PrivateKey key, Operation operation)
    {
        var intent = IntentId.Create(new UnixTime(Start.Ms + 60_000), [.. BitConverter.GetBytes(++intents), 0, 0]);
        var content = new Transaction(
            genesis.Network, key.Address, key.Address, intent, [operation], DevelopmentNetwork.Dollar,
            new Amount(1_000_000), null);
        var encoded = TestPayments.Sign(key, content);
        var verified = new TransactionMemory(genesis.Network).Check(encoded, out var fault);
        Assert.Null(fault);
        return new PendingTransaction(verified!, encoded);
    }
}
