using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Hosting;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

/// <summary>Mempool and block builder together under floods, and what others say of a block that is not fair.</summary>
public sealed class FairBlockTests
{
    private const int Flooders = 9;
    private static readonly UnixTime Start = new(1_800_000_000_000);
    private readonly LedgerState state = LedgerState.FromGenesis(DevelopmentNetwork.CreateGenesis(20, 1, Start));
    private readonly TransactionPool pool = new();

    [Fact]
    public void L27_L28_a_flood_delays_neither_who_pays_now_and_then_nor_who_collects()
    {
        for (var i = 0; i < Flooders; i++)
        {
            Flood(i);
        }

        var quiet = TestPending.Transfer(AccountOf(10), Start);
        var collecting = Enumerable.Range(11, 9)
            .Select(index => TestPending.Collecting(AccountOf(index), Start)).ToArray();
        Add(quiet);
        Array.ForEach(collecting, Add);
        var (block, taken) = Fill(state, state.Genesis.Digest(), []);
        Assert.Contains(quiet, taken);
        Assert.All(collecting, pending => Assert.Contains(pending, taken));
        AssertFair(taken);

        // The block is full of the flood all the same, and what had no room is not lost.
        Assert.True(taken.Where(pending => !pending.Collects).Sum(pending => pending.Cost)
            > BlockCost.Capacity - BlockCost.ReservedRoom - 3_000);
        Assert.Equal((Flooders * 1_000) + 10, pool.Count);
        Assert.Equal("Included", Judge(block, taken));
    }

    [Fact]
    public void L27_one_account_alone_fills_an_eighth_of_each_block_until_nothing_waits()
    {
        Flood(0);
        var (parent, digest) = (state, state.Genesis.Digest());
        var inFlight = new HashSet<IntentKey>();
        var blocks = 0;
        for (; inFlight.Count < 1_000; blocks++)
        {
            var (block, taken) = Fill(parent, digest, inFlight);
            AssertFair(taken);
            inFlight.UnionWith(taken.Select(pending => pending.Key));
            (parent, digest) = (block.Executed.State, block.Digest);
        }

        Assert.Equal(1_000, pool.Count);
        Assert.Equal(3, blocks);
    }

    [Fact]
    public void L29_a_payment_is_in_the_next_block_while_fewer_than_768_other_lanes_have_something_waiting()
    {
        const int Lanes = 760;
        var wide = LedgerState.FromGenesis(DevelopmentNetwork.CreateGenesis(Lanes + 1, 1, Start));
        for (var i = 0; i < Lanes * 10; i++)
        {
            var pending = TestPending.Transfer(AccountOf(i % Lanes), Start);
            Assert.Equal(MempoolStatus.Added, pool.Add(pending, wide, Start, out _));
        }

        var quiet = TestPending.Transfer(AccountOf(Lanes), Start);
        Assert.Equal(MempoolStatus.Added, pool.Add(quiet, wide, Start, out _));
        var (_, taken) = Fill(wide, wide.Genesis.Digest(), []);
        Assert.Contains(quiet, taken);
        Assert.InRange(taken.Sum(pending => pending.Cost), 6_000_000, BlockCost.Capacity - BlockCost.ReservedRoom);
    }

    [Fact]
    public void L28_claims_before_a_deadline_get_in_behind_any_number_of_payments_and_claims()
    {
        for (var i = 0; i < Flooders; i++)
        {
            Flood(i);
            for (var claim = 0; claim < 500; claim++)
            {
                Add(TestPending.Collecting(AccountOf(i), Start));
            }
        }

        var late = TestPending.Collecting(AccountOf(15), Start);
        Add(late);
        var (_, taken) = Fill(state, state.Genesis.Digest(), []);
        Assert.Contains(late, taken);
        AssertFair(taken);
    }

    [Fact]
    public void L26_L27_L28_validators_refuse_a_block_that_gives_too_much_and_nothing_else_about_it_is_wrong()
    {
        var batch = Enumerable.Range(0, 8).Select(_ => TestPending.Transfer(AccountOf(0), Start, 256)).ToArray();
        Assert.EndsWith("(ShareExceeded)", Judge(Greedy(batch), batch), StringComparison.Ordinal);
        Assert.Equal("Included", Judge(Greedy(batch[1..]), batch[1..]));

        var sponsored = Enumerable.Range(1, 8)
            .Select(index => TestPending.Transfer(AccountOf(index), Start, 256, AccountOf(0))).ToArray();
        Assert.EndsWith("(ShareExceeded)", Judge(Greedy(sponsored), sponsored), StringComparison.Ordinal);

        PendingTransaction[] payments = [.. Enumerable.Range(0, 49)
            .Select(number => TestPending.Transfer(AccountOf(number / 7), Start, 256))];
        Assert.EndsWith("(BlockFull)", Judge(Greedy(payments), payments), StringComparison.Ordinal);
        Assert.Equal("Included", Judge(Greedy(payments[..42]), payments[..42]));
    }

    [Fact]
    public async Task A20_what_a_share_holds_up_waits_for_the_next_block_and_is_paid()
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Accounts = 2, Validators = 1 }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = network.Api };
        var from = network.Accounts[0];
        var payments = Enumerable.Range(0, 32).AsParallel().Select(_ =>
        {
            var content = TestPayments.Transfer(from, network.Accounts[1].Address, 1);
            return TestPayments.Sign(from, content with
            {
                Operations = [.. Enumerable.Repeat(content.Operations[0], Limits.OperationsPerTransaction)],
                MaxFee = new Amount(10_000_000),
            });
        }).ToArray();
        var paid = await Task.WhenAll(payments.Select(payment => TestPayments.PayAsync(http, payment)));
        Assert.All(paid, intent => Assert.Equal("Ok", intent.Result));
        Assert.All(paid.GroupBy(intent => intent.Height), block => Assert.InRange(block.Count(), 1, 7));
    }

    private static Address AccountOf(int index) => DevelopmentKeys.Account(index).Address;

    private void Flood(int account)
    {
        for (var i = 0; i < 1_000; i++)
        {
            Add(TestPending.Transfer(AccountOf(account), Start));
        }
    }

    private void Add(PendingTransaction pending) =>
        Assert.Equal(MempoolStatus.Added, pool.Add(pending, state, Start, out _));

    private (CandidateBlock Block, List<PendingTransaction> Taken) Fill(
        LedgerState parent, Hash256 digest, HashSet<IntentKey> inFlight)
    {
        var builder = new BlockBuilder(parent, digest, 1, new UnixTime(parent.Time.Ms + 10));
        var taken = new List<PendingTransaction>();
        pool.Serve(inFlight, pending =>
        {
            var status = builder.Offer(pending);
            if (status == InclusionStatus.Included)
            {
                taken.Add(pending);
            }

            return status;
        });
        return (builder.Seal(), taken);
    }

    private static void AssertFair(List<PendingTransaction> taken)
    {
        Assert.All(
            taken.GroupBy(pending => pending.Key.Account),
            account => Assert.InRange(account.Sum(pending => pending.Cost), 0, BlockCost.AccountShare));
        Assert.InRange(
            taken.Where(pending => !pending.Collects).Sum(pending => pending.Cost),
            0,
            BlockCost.Capacity - BlockCost.ReservedRoom);
        Assert.InRange(taken.Sum(pending => pending.Cost), 0, BlockCost.Capacity);
    }

    // A block whose leader keeps no account.
    private CandidateBlock Greedy(PendingTransaction[] waiting)
    {
        var time = new UnixTime(state.Time.Ms + 10);
        var room = new BlockRoom(long.MaxValue, long.MaxValue, long.MaxValue);
        var builder = new BlockBuilder(
            state, state.Genesis.Digest(), 1, state.BeginWith(time, state.UptimeAt(time), room));
        Assert.All(waiting, pending => Assert.Equal(InclusionStatus.Included, builder.Offer(pending)));
        return builder.Seal();
    }

    private string Judge(CandidateBlock block, IReadOnlyList<PendingTransaction> transactions)
    {
        var (_, fault) = BlockBuilder.Execute(
            state, state.Genesis.Digest(), block.Block, [.. transactions.Select(pending => pending.Transaction)]);
        return fault is null ? "Included" : fault.TrimEnd();
    }
}
