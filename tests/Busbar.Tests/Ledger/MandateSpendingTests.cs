using System.Numerics;
using Busbar.Ledger;
using Busbar.Transactions;
using CsCheck;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

/// <summary>What a delegate may spend: totals, windows, fees, and that no sequence gets past them.</summary>
public sealed class MandateSpendingTests
{
    private const int FeeUnits = 10_000;
    private readonly LedgerWorld world = new();

    [Fact]
    public void L142_L146_whatever_leaves_a_free_balance_counts_with_its_fee()
    {
        world.Run(0, Total(3, 1_000_000));
        var open = As(3, OpenOperation(deposit: 100));
        var stream = As(3, new Operation.StartStream(AddressOf(1), Dollar, new Amount(50), new Amount(1)));
        var create = world.Write(0, new Operation.CreateAsset("A", "A", "1", 0, new Amount(500), false));
        world.Run(create);
        var escrow = new Operation.LockEscrow(
            AddressOf(1),
            Dollar,
            new Amount(7),
            new UnixTime(world.State.Time.Ms + 9_000_000),
            new(Hash256.Zero, null));
        (Transaction Transaction, ulong Spends)[] spends =
        [
            (As(3, Transfer(1, 9)), 10_009),
            (As(3, Transfer(0, 4)), 10_004),
            (As(3, Transfer(5, 1)), 110_001),
            (open, 20_100),
            (As(3, new Operation.TopUpChannel(open.ChannelIdAt(0), new Amount(11))), 10_011),
            (stream, 20_050),
            (As(3, new Operation.TopUpStream(stream.StreamIdAt(0), new Amount(12))), 10_012),
            (As(3, escrow), 20_007),
            (As(3, new Operation.StopStream(stream.StreamIdAt(0))), 10_000),
            (As(3, Transfer(1, 1)) with { FeePayer = AddressOf(2) }, 1),
            (As(3, Transfer(1, 0)), 10_000),
            (As(3, Transfer(6, 1), Transfer(6, 0)), 20_000),
        ];
        Assert.All(spends, each =>
        {
            var before = Spent(3);
            world.Run(each.Transaction);
            Assert.Equal((each.Spends, each.Transaction), (Spent(3) - before, each.Transaction));
        });
        var asset = create.AssetAddressAt(0);
        world.Run(0, new Operation.RevokeMandate(AddressOf(3)), Total(3, 500, asset));
        var burn = As(3, new Operation.Burn(asset, new Amount(400))) with { FeePayer = AddressOf(2) };
        Assert.Equal(TransactionStatus.Ok, world.Run(burn).Status);
        Assert.Equal(400UL, Spent(3));
    }

    [Fact]
    public void L20_L146_a_fee_that_is_not_covered_may_not_stand_and_a_failure_spends_the_limit_too()
    {
        world.Run(0, Total(3, 3 * FeeUnits));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(1, 30_000))).Status);
        }

        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(3, Transfer(1, 30_000))));
        Assert.Equal(
            TransactionStatus.MandateLimitPassed,
            world.Run(As(3, Transfer(1, 1)) with { FeePayer = AddressOf(2) }).Status);
        Assert.Equal(
            InclusionStatus.FeeNotPayable,
            world.Refuse(As(3, Transfer(1, 1)) with { FeePayer = AddressOf(6) }));
    }

    [Fact]
    public void L20_L146_the_fee_is_covered_with_what_it_opens_and_charged_without_when_it_fails()
    {
        world.Run(0, Total(3, 110_000));
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(3, Transfer(5, 1), Transfer(6, 1))));
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(5, 1))).Status);
        Assert.Equal(10_000UL, Spent(3));
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(3, Transfer(5, 1))));
    }

    [Fact]
    public void L142_an_asset_that_is_not_named_cannot_be_spent_and_one_without_limits_can()
    {
        world.Run(0, MandateTests.Grant(3, new MandateLimit(Huge, null, null), new MandateLimit(Dollar, null, null))
            with { Spending = [new(Dollar, null, null), new(Huge, null, null)] });
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(1, 1, Euro))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(2, UInt128.MaxValue - 1_000, Huge))).Status);
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(3, Transfer(1, 1)) with { FeeAsset = Euro }));
    }

    [Fact]
    public void L146_the_limit_comes_after_every_reason_of_the_operations_own_table()
    {
        world.Run(0, Total(3, 15_000));
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(As(3, Transfer(1, UInt128.MaxValue))).Status);
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(3, Transfer(1, UInt128.MaxValue))));
    }

    [Fact]
    public void L146_each_spend_counts_against_every_mandate_of_the_chain_and_each_must_cover_it()
    {
        world.Run(0, Total(1, 100_000));
        world.Run(As(1, Total(2, 900_000)));
        world.Run(As(2, Total(3, 30_000)));
        Assert.Equal((40_000UL, 20_000UL, 0UL), (Spent(1), Spent(2), Spent(3)));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(1, 5_000))).Status);
        Assert.Equal((55_000UL, 35_000UL, 15_000UL), (Spent(1), Spent(2), Spent(3)));
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(1, 5_001))).Status);
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(2, Transfer(1, 25_001))).Status);
        Assert.Equal((75_000UL, 55_000UL, 25_000UL), (Spent(1), Spent(2), Spent(3)));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(2, Transfer(1, 15_000))).Status);
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(2, Transfer(1, 1))));
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(3, Transfer(1, 1))));
    }

    [Fact]
    public void L143_a_window_regains_its_capacity_evenly_and_never_more()
    {
        var window = new MandateWindow(new Amount(7), 10_000);
        world.Run(0, MandateTests.Grant(3, new MandateLimit(Euro, null, window)));
        bool Spend(ulong amount, ulong afterMs) =>
            world.Run(As(3, Transfer(1, amount, Euro)) with { FeePayer = AddressOf(2) }, afterMs).Status
                == TransactionStatus.Ok;
        Amount? Available(ulong inMs) => world.State.FindMandate(AddressOf(0), AddressOf(3))!.Allowances[0]
            .AvailableAt(new UnixTime(world.State.Time.Ms + inMs));
        Assert.False(Spend(8, 50_000));
        Assert.True(Spend(7, 1));
        Assert.Equal((Amount.Zero, new Amount(1), new Amount(6), new Amount(7)),
            (Available(1_428)!.Value, Available(1_429)!.Value, Available(9_999)!.Value, Available(10_000)!.Value));
        Assert.False(Spend(1, 1_428));
        Assert.True(Spend(1, 1));

        // 3 parts of a unit / 10,000 were left over and are not lost: 7 units come back every 10,000 ms for ever.
        for (ulong spent = 2, at = 1_429; spent <= 70; spent++)
        {
            var due = (spent * 10_000 + 6) / 7;
            Assert.False(Spend(1, due - at - 1));
            Assert.True(Spend(1, 1));
            at = due;
        }
    }

    [Fact]
    public void L143_the_widest_window_counts_without_overflow()
    {
        var window = new MandateWindow(MandateWindow.MaxCapacity, MandateWindow.MaxRefillMs);
        var allowance = MandateAllowance.Of(new MandateLimit(Huge, null, window), Start);
        Assert.False(allowance.Covers(Amount.MaxValue, Start));
        Assert.True(allowance.Covers(MandateWindow.MaxCapacity, Start));
        var empty = allowance.Spend(MandateWindow.MaxCapacity, Start);
        Assert.Equal(Amount.Zero, empty.AvailableAt(Start));
        Assert.Equal(MandateWindow.MaxCapacity, empty.AvailableAt(UnixTime.MaxValue));
        var half = new UnixTime(Start.Ms + (MandateWindow.MaxRefillMs / 2));
        Assert.Equal(new Amount(MandateWindow.MaxCapacity.Atomic / 2), empty.AvailableAt(half));
        Assert.Equal(Amount.Zero, empty.AvailableAt(new UnixTime(Start.Ms - 1)));
    }

    [Fact]
    public void L143_L146_no_sequence_passes_a_total_or_a_window_of_any_mandate_above()
    {
        var refused = 0;
        var step = Gen.Select(Gen.Int[1, 3], Gen.ULong[1, 60_000], Gen.ULong[1, 9_000], Gen.Int[0, 9]);
        var limit = Gen.Select(Gen.Int[50_000, 900_000], Gen.Int[20_000, 90_000], Gen.ULong[1, 50_000]);
        Gen.Select(step.Array[60], limit.Array[3]).Sample(
            (steps, limits) =>
            {
                var run = new Outflow(limits);
                foreach (var (key, amount, afterMs, form) in steps)
                {
                    run.Take(key, amount, afterMs, form);
                }

                run.AssertWithinLimits();
                Interlocked.Add(ref refused, run.Refused);
            },
            iter: 60);
        Assert.True(refused > 500, $"{refused}");
    }

    private static Operation.GrantMandate Total(int signer, ulong total, Address? asset = null) =>
        MandateTests.Grant(signer, new MandateLimit(asset ?? Dollar, new Amount(total), null));

    private Transaction As(int key, params Operation[] operations) =>
        world.Write(0, operations) with { Signer = AddressOf(key) };

    private ulong Spent(int key) =>
        (ulong)world.State.FindMandate(AddressOf(0), AddressOf(key))!.Allowances[0].Spent.Atomic;

    /// <summary>A chain of three, and what left account 0 through each: seen on its balance alone.</summary>
    private sealed class Outflow
    {
        private readonly LedgerWorld world = new();
        private readonly (int Total, int Capacity, ulong RefillMs)[] limits;
        private readonly List<(ulong TimeMs, BigInteger Amount, int Key)> history = [];

        public Outflow((int Total, int Capacity, ulong RefillMs)[] limits)
        {
            this.limits = limits;
            var grants = limits.Select((one, index) => MandateTests.Grant(index + 1, new MandateLimit(
                Dollar,
                new Amount((ulong)one.Total),
                new MandateWindow(new Amount((ulong)one.Capacity), one.RefillMs)))).ToArray();
            Run(world.Write(0, grants[0]), 1, 0);
            for (var key = 1; key < 3; key++)
            {
                Run(world.Write(0, grants[key]) with { Signer = AddressOf(key) }, 59_000, key);
            }
        }

        public int Refused { get; private set; }

        public void Take(int key, ulong amount, ulong afterMs, int form)
        {
            Operation pay = form % 3 == 0
                ? OpenOperation(deposit: amount)
                : Transfer(2, amount);
            Operation[] operations = form switch
            {
                < 6 => [pay],
                6 => [pay, pay],
                7 => [pay, Transfer(1, 0)],
                8 => [pay, new Operation.RevokeMandate(AddressOf(5))],
                _ => [new Operation.RevokeMandate(AddressOf(key)), pay],
            };
            Run(world.Write(0, operations) with { Signer = AddressOf(key) }, afterMs, key);
        }

        public void AssertWithinLimits()
        {
            for (var mandate = 1; mandate <= 3; mandate++)
            {
                var (total, capacity, refillMs) = limits[mandate - 1];
                var spends = history.Where(one => one.Key >= mandate).ToArray();
                Assert.True(spends.Aggregate(BigInteger.Zero, (sum, one) => sum + one.Amount) <= total);
                for (var first = 0; first < spends.Length; first++)
                {
                    var sum = BigInteger.Zero;
                    for (var last = first; last < spends.Length; last++)
                    {
                        sum += spends[last].Amount;
                        BigInteger elapsed = spends[last].TimeMs - spends[first].TimeMs;
                        Assert.True(sum * refillMs <= (BigInteger)capacity * refillMs + capacity * elapsed);
                    }
                }
            }
        }

        private void Run(Transaction transaction, ulong afterMs, int key)
        {
            var before = world.BalanceOf(0);
            var block = world.Begin(afterMs);
            var status = block.Apply(Check(transaction), out var receipt);
            world.Seal(block);
            Refused += status != InclusionStatus.Included || receipt!.Status != TransactionStatus.Ok ? 1 : 0;
            history.Add((world.State.Time.Ms, (BigInteger)(before - world.BalanceOf(0)).Atomic, key));
        }
    }
}
