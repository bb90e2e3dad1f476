using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

/// <summary>Who takes turns of its own in the mempool, and how much each may have waiting.</summary>
public sealed class PoolLaneTests
{
    private const int Poor = 40;
    private static readonly UnixTime Genesis = new(1_800_000_000_000);
    private static readonly UnixTime Now = new(Genesis.Ms + (10 * NodeLimits.YoungAccountMs));
    private static readonly Address Young = DevelopmentKeys.Account(900).Address;

    private readonly LedgerState state = CreateState();
    private readonly TransactionPool pool = new();

    [Fact]
    public void A20_the_poor_share_one_turn_however_many_they_are()
    {
        foreach (var account in Enumerable.Range(10, Poor).Select(AccountOf))
        {
            Add(account);
            Add(account);
        }

        var rich = AccountOf(0);
        for (var i = 0; i < 6; i++)
        {
            Add(rich);
        }

        // The rich one has every second turn.
        var order = Serve();
        Assert.InRange(order.Take(12).Count(pending => pending.Key.Account == rich), 5, 6);
        Assert.Equal((2 * Poor) + 6, order.Count);
    }

    [Fact]
    public void A20_an_account_is_young_for_a_day_and_poor_below_a_cent()
    {
        var day = NodeLimits.YoungAccountMs;
        Assert.True(SharesWithThePoor(Young, Opened(day - 1)));
        Assert.False(SharesWithThePoor(Young, Opened(day)));
        Assert.True(SharesWithThePoor(AccountOf(10), state));
        Assert.False(SharesWithThePoor(AccountOf(60), state));
        Assert.False(SharesWithThePoor(AccountOf(0), state));
    }

    [Fact]
    public void A20_whom_an_established_account_pays_for_takes_its_turns()
    {
        var payer = AccountOf(0);
        foreach (var account in Enumerable.Range(10, Poor).Select(AccountOf))
        {
            Add(account, payer);
        }

        for (var i = 0; i < 6; i++)
        {
            Add(AccountOf(1));
            Add(AccountOf(11));
        }

        // Three lanes: the fee payer's, the rich account's, and that of the poor.
        var order = Serve().Take(15).ToArray();
        Assert.InRange(order.Count(pending => pending.Transaction.Value.Transaction.FeePayer == payer), 4, 6);
        Assert.InRange(order.Count(pending => pending.Key.Account == AccountOf(1)), 5, 6);
    }

    [Fact]
    public void A20_what_collects_comes_first_as_far_as_its_reserved_room_goes_and_last_for_the_rest()
    {
        var rich = Enumerable.Range(0, 10).Select(AccountOf).ToArray();
        foreach (var account in rich)
        {
            for (var i = 0; i < 200; i++)
            {
                Add(account);
                Assert.Equal(
                    MempoolStatus.Added, pool.Add(TestPending.Collecting(account, Now), state, Now, out _));
            }
        }

        var order = Serve();
        Assert.Equal(4_000, order.Count);
        var first = order.TakeWhile(pending => pending.Collects).ToArray();
        var cost = first.Sum(pending => pending.Cost);
        Assert.InRange(cost, BlockCost.ReservedRoom - 3_000, BlockCost.ReservedRoom);
        Assert.All(order.Skip(first.Length).Take(2_000), pending => Assert.False(pending.Collects));
        Assert.All(order.Skip(first.Length + 2_000), pending => Assert.True(pending.Collects));
    }

    [Fact]
    public void A21_a_young_account_has_few_waiting_and_all_of_them_together_no_more_than_one_account()
    {
        var taken = 0;
        foreach (var account in Enumerable.Range(10, Poor).Select(AccountOf))
        {
            var count = 0;
            while (pool.Add(TestPending.Transfer(account, Now), state, Now, out _) == MempoolStatus.Added)
            {
                count++;
            }

            taken += count;
            Assert.True(count is 0 or NodeLimits.MempoolTransactionsPerYoungAccount);
        }

        Assert.Equal(NodeLimits.MempoolTransactionsPerAccount, taken);
        Assert.Equal(
            MempoolStatus.AccountQueueFull, pool.Add(TestPending.Transfer(AccountOf(49), Now), state, Now, out _));
        Add(AccountOf(0));
        pool.Remove(pool.All().First(pending => pending.Key.Account == AccountOf(10)));
        Add(AccountOf(49));
    }

    [Fact]
    public void A21_a_fee_payer_is_bounded_like_an_account_over_all_that_it_pays_for()
    {
        var payer = AccountOf(0);
        for (var i = 0; i < NodeLimits.MempoolTransactionsPerAccount; i++)
        {
            Add(AccountOf(1 + (i % 9)), payer);
        }

        var next = TestPending.Transfer(AccountOf(1), Now, 1, payer);
        Assert.Equal(MempoolStatus.AccountQueueFull, pool.Add(next, state, Now, out _));
        Assert.Equal(
            MempoolStatus.AccountQueueFull, pool.Add(TestPending.Transfer(payer, Now), state, Now, out _));
        Add(AccountOf(1));
        pool.Remove(pool.All().First(pending => pending.Transaction.Value.Transaction.FeePayer == payer));
        Assert.Equal(MempoolStatus.Added, pool.Add(next, state, Now, out _));
    }

    private static Address AccountOf(int index) => DevelopmentKeys.Account(index).Address;

    private void Add(Address account, Address? payer = null) => Assert.Equal(
        MempoolStatus.Added, pool.Add(TestPending.Transfer(account, Now, 1, payer), state, Now, out _));

    private List<PendingTransaction> Serve() => ServeAll(pool);

    private static List<PendingTransaction> ServeAll(TransactionPool pool)
    {
        var served = new List<PendingTransaction>();
        pool.Serve(new HashSet<IntentKey>(), pending =>
        {
            served.Add(pending);
            return InclusionStatus.Included;
        });
        return served;
    }

    // True when an account's transactions wait behind those of a poor one, turn after turn.
    private static bool SharesWithThePoor(Address account, LedgerState state)
    {
        var pool = new TransactionPool();
        foreach (var _ in Enumerable.Range(0, 6))
        {
            Assert.Equal(
                MempoolStatus.Added, pool.Add(TestPending.Transfer(AccountOf(11), Now), state, Now, out var _));
        }

        Assert.Equal(MempoolStatus.Added, pool.Add(TestPending.Transfer(account, Now), state, Now, out var _));
        return ServeAll(pool)[^1].Key.Account == account;
    }

    // Accounts 0 to 9 are rich, 10 to 59 have an atom less than a cent, and 60 has exactly one.
    private static LedgerState CreateState()
    {
        var cent = NodeLimits.LaneBalanceFeeUnits;
        Amount BalanceOf(int index) => new(index < 10 ? 1_000 * cent : index < 60 ? cent - 1 : cent);
        var balances = Enumerable.Range(0, 61)
            .Select(index => new Balance(AccountOf(index), DevelopmentNetwork.Dollar, BalanceOf(index)));
        return LedgerState.FromGenesis(DevelopmentNetwork.CreateGenesis(1, 1, Genesis) with
        {
            Balances = [.. balances.OrderBy(held => held.Account)],
        });
    }

    // The state some time after the block in which account 0 opened the young one with a dollar.
    private LedgerState Opened(ulong agoMs)
    {
        var operation = new Operation.Transfer(
            DevelopmentNetwork.Dollar, Young, new Amount(1_000_000_000), Hash256.Zero);
        var opening = TestPending.Of(AccountOf(0), state.Time, null, [operation]);
        var first = new UnixTime(state.Time.Ms + 1);
        var block = state.Begin(first, state.UptimeAt(first));
        Assert.Equal(InclusionStatus.Included, block.Apply(opening.Transaction, out var receipt));
        Assert.Equal(TransactionStatus.Ok, receipt!.Status);
        var opened = block.Seal().State;
        var later = new UnixTime(first.Ms + agoMs);
        return opened.Begin(later, opened.UptimeAt(later)).Seal().State;
    }
}
