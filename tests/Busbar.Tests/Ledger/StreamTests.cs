using System.Numerics;
using Busbar.Ledger;
using Busbar.Transactions;
using CsCheck;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class StreamTests
{
    private const ulong OneASecond = 1_000_000;
    private readonly LedgerWorld world = new();

    [Fact]
    public void L14_L120_L122_starting_sets_the_deposit_aside_and_opens_the_payee()
    {
        var transaction = world.Write(0, Start() with { Payee = AddressOf(5) });
        Assert.Equal(new Amount(120_000), world.Run(transaction).Fee);
        var stream = world.State.FindStream(transaction.StreamIdAt(0))!;
        Assert.Equal(
            new PaymentStream(
                transaction.StreamIdAt(0), AddressOf(0), AddressOf(5), Dollar, new Amount(OneASecond),
                new Amount(100), Amount.Zero, world.State.Time),
            stream);
        Assert.Equal(new Amount(1_000_000_000 - 100 - 120_000), world.BalanceOf(0));
        Assert.Equal([stream], world.State.Streams());
    }

    [Fact]
    public void L122_the_first_reason_of_the_table_is_reported()
    {
        var start = new Operation.StartStream(Dollar, NoAsset, Amount.Zero, Amount.Zero);
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(0, start).Status);
        start = start with { Asset = Dollar };
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(0, start).Status);
        start = start with { Deposit = Amount.MaxValue };
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(0, start).Status);
        Assert.Equal(TransactionStatus.PayeeIsPayer, world.Run(0, start with { Payee = AddressOf(0) }).Status);
        start = start with { Payee = AddressOf(1) };
        Assert.Equal(TransactionStatus.RateIsZero, world.Run(0, start).Status);
        start = start with { Rate = new Amount(1) };
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(0, start).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, start with { Deposit = new Amount(1) }).Status);
    }

    [Fact]
    public void L121_L125_anybody_withdraws_what_has_accrued_for_the_payee()
    {
        var id = Run(Start());
        world.Pass(9_999);
        Assert.Equal(TransactionStatus.Ok, world.Run(world.Write(3, new Operation.WithdrawStream(id)), 1).Status);
        Assert.Equal(new Amount(1_000_000_010), world.BalanceOf(1));
        Assert.Equal(new Amount(10), world.State.FindStream(id)!.Withdrawn);
        Assert.Equal(new Amount(90), world.State.FindStream(id)!.Remaining);
    }

    [Fact]
    public void L125_a_withdrawal_that_finds_nothing_succeeds_and_changes_nothing()
    {
        var id = Run(Start());
        var stream = world.State.FindStream(id);
        var withdraw = new Operation.WithdrawStream(id);
        Assert.Equal(TransactionStatus.Ok, world.Run(world.Write(1, withdraw, withdraw), 999).Status);
        Assert.Equal(stream, world.State.FindStream(id));
        Assert.Equal(TransactionStatus.StreamUnknown, world.Run(1, new Operation.WithdrawStream(default)).Status);
    }

    [Fact]
    public void L121_L125_it_stops_by_itself_and_leaves_the_state_when_it_is_paid_to_its_end()
    {
        var id = Run(Start());
        world.Pass(500_000);
        Assert.NotNull(world.State.FindStream(id));
        Assert.Equal(TransactionStatus.Ok, world.Run(3, new Operation.WithdrawStream(id)).Status);
        Assert.Equal(new Amount(1_000_000_100), world.BalanceOf(1));
        Assert.Null(world.State.FindStream(id));
        Assert.Equal(TransactionStatus.StreamUnknown, world.Run(3, new Operation.WithdrawStream(id)).Status);
        Assert.Equal(
            TransactionStatus.StreamUnknown, world.Run(3, new Operation.TopUpStream(id, new Amount(1))).Status);
        Assert.Equal(TransactionStatus.StreamUnknown, world.Run(0, new Operation.StopStream(id)).Status);
    }

    [Fact]
    public void L121_a_stream_runs_on_time_and_not_on_uptime()
    {
        var id = Run(Start());
        var before = world.State.UptimeMs;
        world.Run(world.Write(3, new Operation.WithdrawStream(id)) with { IntentId = world.NewIntent(90_000) }, 60_000);
        Assert.Equal(30_000UL, world.State.UptimeMs - before);
        Assert.Equal(new Amount(1_000_000_060), world.BalanceOf(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void L124_payer_or_payee_stops_it_and_each_gets_its_part(int party)
    {
        var id = Run(Start());
        var before = world.BalanceOf(0).Atomic + world.BalanceOf(1).Atomic;
        world.Pass(2_500);
        var stop = new Operation.StopStream(id);
        Assert.Equal(TransactionStatus.NotStreamParty, world.Run(3, stop).Status);
        var (payer, payee) = (world.BalanceOf(0).Atomic, world.BalanceOf(1).Atomic);
        Assert.Equal(TransactionStatus.Ok, world.Run(party, stop).Status);
        var (payerFee, payeeFee) = party == 0 ? (10_000UL, 0UL) : (0UL, 10_000UL);
        Assert.Equal(payer + 96 - payerFee, world.BalanceOf(0).Atomic);
        Assert.Equal(payee + 4 - payeeFee, world.BalanceOf(1).Atomic);
        Assert.Equal(before + 100 - 10_000, world.BalanceOf(0).Atomic + world.BalanceOf(1).Atomic);
        Assert.Null(world.State.FindStream(id));
    }

    [Fact]
    public void L123_the_first_reason_of_the_table_is_reported_for_a_top_up()
    {
        var transaction = world.Write(0, Start() with { Asset = Huge, Deposit = new Amount(UInt128.MaxValue - 1_000) });
        world.Run(transaction);
        var top = new Operation.TopUpStream(default, Amount.Zero);
        Assert.Equal(TransactionStatus.StreamUnknown, world.Run(1, top).Status);
        top = top with { Stream = transaction.StreamIdAt(0) };
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(1, top).Status);
        top = top with { Amount = new Amount(1_001) };
        Assert.Equal(TransactionStatus.DepositTooLarge, world.Run(1, top).Status);
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(2, top with { Amount = new Amount(1_000) }).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, top with { Amount = new Amount(1_000) }).Status);
        Assert.Equal(Amount.MaxValue, world.State.FindStream(top.Stream)!.Deposit);
    }

    [Fact]
    public void L123_a_top_up_of_a_running_stream_extends_it_from_its_first_start()
    {
        var id = Run(Start());
        var started = world.State.Time;
        world.Pass(60_000);
        world.Run(3, new Operation.TopUpStream(id, new Amount(50)));
        var stream = world.State.FindStream(id)!;
        Assert.Equal((new Amount(150), Amount.Zero, started), (stream.Deposit, stream.Withdrawn, stream.Started));
        world.Pass(59_000);
        world.Run(3, new Operation.WithdrawStream(id));
        Assert.Equal(new Amount(1_000_000_121), world.BalanceOf(1));
    }

    [Fact]
    public void L123_a_stream_that_ran_dry_is_paid_and_accrues_from_its_top_up_on_and_not_for_the_gap()
    {
        var id = Run(Start());
        world.Pass(50_000);
        world.Run(3, new Operation.WithdrawStream(id));
        world.Pass(500_000);
        var paid = world.BalanceOf(1).Atomic;
        world.Run(3, new Operation.TopUpStream(id, new Amount(30)));
        var stream = world.State.FindStream(id)!;
        Assert.Equal(1_000_000_100UL, (ulong)world.BalanceOf(1).Atomic);
        Assert.Equal(49UL, (ulong)(world.BalanceOf(1).Atomic - paid));
        Assert.Equal(
            (new Amount(30), Amount.Zero, world.State.Time), (stream.Deposit, stream.Withdrawn, stream.Started));
        world.Pass(9_000);
        world.Run(3, new Operation.WithdrawStream(id));
        Assert.Equal(new Amount(1_000_000_110), world.BalanceOf(1));
    }

    [Fact]
    public void L123_at_the_moment_it_runs_dry_a_top_up_loses_no_time()
    {
        var id = Run(Start());
        world.Run(
            world.Write(3, new Operation.TopUpStream(id, new Amount(30))) with { IntentId = world.NewIntent(100_000) },
            100_000);
        world.Run(world.Write(3, new Operation.WithdrawStream(id)), 1_000);
        Assert.Equal(new Amount(1_000_000_101), world.BalanceOf(1));
    }

    [Fact]
    public void L121_less_than_one_unit_a_second_accrues_whole_units_and_payments_lose_no_fraction()
    {
        var id = Run(Start() with { Rate = new Amount(333_333) });
        var withdraw = new Operation.WithdrawStream(id);
        for (var i = 0; i < 40; i++)
        {
            world.Run(world.Write(3, withdraw), 500);
        }

        // 20 s at 0.333333 a second, however often it was paid.
        Assert.Equal(new Amount(1_000_000_006), world.BalanceOf(1));
    }

    [Fact]
    public void L4_L121_accruing_is_exact_never_passes_the_deposit_and_never_falls() =>
        Gen.Select(Gen.UInt128, Gen.Int[0, 127], Gen.UInt128, Gen.Int[0, 127], Gen.ULong[0, (1UL << 48) - 1]).Sample(
            (rate, rateShift, deposit, depositShift, elapsedMs) =>
            {
                var (perPeriod, all) = ((rate >> rateShift) | 1, (deposit >> depositShift) | 1);
                var stream = new PaymentStream(
                    default, default, default, default, new Amount(perPeriod), new Amount(all), Amount.Zero, default);
                var exact = BigInteger.Min(all, perPeriod * (BigInteger)elapsedMs / 1_000_000_000);
                Assert.Equal(exact, (BigInteger)stream.AccruedAt(new UnixTime(elapsedMs)).Atomic);
                Assert.True(
                    stream.AccruedAt(new UnixTime(elapsedMs / 2)) <= stream.AccruedAt(new UnixTime(elapsedMs)));
                var later = stream with { Started = new UnixTime(elapsedMs) };
                Assert.Equal(Amount.Zero, later.AccruedAt(new UnixTime(elapsedMs / 2)));
            });

    [Fact]
    public void L30_a_failure_undoes_what_streams_did()
    {
        var id = Run(Start());
        world.Pass(5_000);
        var stream = world.State.FindStream(id);
        var receipt = world.Run(
            0,
            Start(),
            new Operation.WithdrawStream(id),
            new Operation.TopUpStream(id, new Amount(5)),
            new Operation.StopStream(id),
            new Operation.StopStream(id));
        Assert.Equal((TransactionStatus.StreamUnknown, 4), (receipt.Status, receipt.FailedOperation));
        Assert.Equal(new Amount(60_000), receipt.Fee);
        Assert.Equal([stream], world.State.Streams());
        Assert.Equal(new Amount(1_000_000_000), world.BalanceOf(1));
    }

    [Fact]
    public void Effects_of_streams_name_the_stream()
    {
        var id = Run(Start());
        var block = world.Begin(3_000);
        block.Apply(
            Check(world.Write(0, new Operation.TopUpStream(id, new Amount(9)), new Operation.StopStream(id))), out _);
        Assert.Equal(
            [
                (EffectKind.StreamToppedUp, 0, 1, 9UL), (EffectKind.StreamPaid, 0, 1, 3),
                (EffectKind.StreamEnded, 1, 0, 106),
            ],
            world.Seal(block).Effects.Select(effect =>
            {
                Assert.Equal(id.Value, effect.Reference);
                return (effect.Kind, KeyOf(effect.From), KeyOf(effect.To), (ulong)effect.Amount.Atomic);
            }));
    }

    private static Operation.StartStream Start() => new(AddressOf(1), Dollar, new Amount(100), new Amount(OneASecond));

    private StreamId Run(Operation.StartStream start)
    {
        var transaction = world.Write(0, start);
        Assert.Equal(TransactionStatus.Ok, world.Run(transaction).Status);
        return transaction.StreamIdAt(0);
    }
}
