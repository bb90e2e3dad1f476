using Busbar.Ticks;
using CsCheck;

namespace Busbar.Tests.Ticks;

/// <summary>What the payee accepts: T-10, T-11 and T-13.</summary>
public class TickVerifierTests
{
    [Theory]
    [InlineData(2UL, 0, 1, TickStatus.WrongEpoch)]
    [InlineData(2UL, 0, 0, TickStatus.WrongEpoch)]
    [InlineData(1UL, 0, 0, TickStatus.PositionOutOfRange)]
    [InlineData(1UL, 0, 5, TickStatus.PositionOutOfRange)]
    [InlineData(1UL, 0, -1, TickStatus.PositionOutOfRange)]
    [InlineData(1UL, 4, 1, TickStatus.PositionOutOfRange)]
    [InlineData(1UL, -1, 1, TickStatus.PositionOutOfRange)]
    [InlineData(1UL, 3, int.MaxValue, TickStatus.PositionOutOfRange)]
    public void T10_a_place_that_does_not_exist_is_refused_without_a_hash(
        ulong epoch, int chain, int position, TickStatus expected)
    {
        var payer = TickSamples.Generator(4, 4);
        var payee = new TickVerifier(payer.Voucher);
        Assert.Equal(TickStatus.Accepted, payee.Accept(payer.TickAt(2), payer.PathOf(0)));
        var before = payee.HashCount;

        Assert.Equal(expected, payee.Accept(new Tick(epoch, chain, position, payer.TickAt(2).Token), []));

        Assert.Equal((before, 2), (payee.HashCount, payee.BestNumber));
    }

    [Fact]
    public void T10_a_voucher_without_ticks_accepts_none()
    {
        var payee = new TickVerifier(new Voucher(
            TickSamples.Network, TickSamples.Channel, 1, new Amount(50), Amount.Zero, 1, 1, TickHash.Zero));
        Assert.Equal(TickStatus.PositionOutOfRange, payee.Accept(new Tick(1, 0, 1, TickHash.Zero), []));
        Assert.Equal(new Amount(50), payee.BestValue);
        Assert.Null(payee.BestClaim(null).Tick);
        Assert.Empty(payee.BestClaim(null).Path);
    }

    [Fact]
    public void T9_T10_a_value_past_128_bits_is_refused_and_the_one_before_is_not()
    {
        var terms = TickSamples.Generator(1, 4, tickValue: 5).Voucher with { Base = new Amount(UInt128.MaxValue - 15) };
        var payer = TickSamples.Generator(terms);
        var payee = new TickVerifier(payer.Voucher);
        Assert.Equal(TickStatus.ValueOverflow, payee.Accept(payer.TickAt(4), []));
        Assert.Equal(TickStatus.Accepted, payee.Accept(payer.TickAt(3), []));
        Assert.Equal(Amount.MaxValue, payee.BestValue);
    }

    [Fact]
    public void T11_the_next_tick_costs_one_hash_and_a_jump_at_most_k_and_log2_m()
    {
        var payer = TickSamples.Generator(8, 16);
        var payee = new TickVerifier(payer.Voucher);
        long last = 0;
        (long, int)[] costs = [(1, 1 + 3), (2, 1), (9, 7), (16, 7), (17, 4), (128, 19)];
        foreach (var (number, cost) in costs)
        {
            var tick = payer.TickAt(number);
            Assert.Equal(TickStatus.Accepted, payee.Accept(tick, payer.PathOf(tick.Chain)));
            Assert.Equal(cost, payee.HashCount - last);
            last = payee.HashCount;
        }
    }

    [Fact]
    public void T11_a_new_chain_needs_its_path()
    {
        var payer = TickSamples.Generator(4, 4);
        var payee = new TickVerifier(payer.Voucher);
        Assert.Equal(TickStatus.PathRequired, payee.Accept(payer.TickAt(1), []));
        Assert.Equal(TickStatus.PathWrong, payee.Accept(payer.TickAt(1), [TickHash.Zero]));
        Assert.Equal(TickStatus.TokenWrong, payee.Accept(payer.TickAt(1), payer.PathOf(1)));
        Assert.Equal(TickStatus.Accepted, payee.Accept(payer.TickAt(1), payer.PathOf(0)));
        Assert.Equal(TickStatus.Accepted, payee.Accept(payer.TickAt(3), []));
        Assert.Equal(TickStatus.PathRequired, payee.Accept(payer.TickAt(5), []));
    }

    [Fact]
    public void T11_ticks_out_of_order_are_held_already_and_wrong_ones_are_told_apart()
    {
        var payer = TickSamples.Generator(4, 4);
        var payee = new TickVerifier(payer.Voucher);
        Assert.Equal(TickStatus.Accepted, payee.Accept(payer.TickAt(2), payer.PathOf(0)));
        Assert.Equal(TickStatus.Accepted, payee.Accept(payer.TickAt(11), payer.PathOf(2)));
        Assert.Equal(TickStatus.AlreadyHeld, payee.Accept(payer.TickAt(11), []));
        Assert.Equal(TickStatus.AlreadyHeld, payee.Accept(payer.TickAt(9), []));
        Assert.Equal(TickStatus.AlreadyHeld, payee.Accept(payer.TickAt(3), []));
        Assert.Equal(TickStatus.AlreadyHeld, payee.Accept(payer.TickAt(6), payer.PathOf(1)));
        Assert.Equal(TickStatus.TokenWrong, payee.Accept(payer.TickAt(9) with { Token = TickHash.Zero }, []));
        Assert.Equal(TickStatus.TokenWrong, payee.Accept(payer.TickAt(12) with { Token = TickHash.Zero }, []));
        var wrong = payer.TickAt(6) with { Token = TickHash.Zero };
        Assert.Equal(TickStatus.TokenWrong, payee.Accept(wrong, payer.PathOf(1)));
        Assert.Equal(11, payee.BestNumber);
        Assert.Equal(payer.TickAt(11), payee.Best);
    }

    [Fact]
    public void T11_any_sequence_of_true_and_false_ticks_gives_what_the_model_says()
    {
        var reached = new Dictionary<TickStatus, int>();
        Gen.Select(TickSamples.Terms, Gen.Select(Gen.Int[0, 400], Gen.Int[0, 5]).Array[1, 30]).Sample(
            (terms, moves) =>
            {
                var payer = TickSamples.Generator(terms);
                var model = new NaiveTicks(terms, TickSamples.Secret);
                var payee = new TickVerifier(payer.Voucher);
                long best = 0;
                foreach (var (where, how) in moves)
                {
                    var number = (where % terms.TickCount) + 1;
                    var tick = model.TickAt(number);
                    var path = model.PathOf(tick.Chain);
                    tick = how == 1 ? tick with { Token = new TickHash(model.Tokens[^1][0]) } : tick;
                    path = how is 2 or 3 ? [] : how == 4 ? [.. path, TickHash.Zero] : path;
                    var bestChain = best == 0 ? -1 : (int)((best - 1) / terms.Length);

                    var status = payee.Accept(tick, path);

                    reached[status] = reached.GetValueOrDefault(status) + 1;
                    var truth = how == 1 ? TickStatus.TokenWrong
                        : number > best ? TickStatus.Accepted : TickStatus.AlreadyHeld;
                    var pathCounts = tick.Chain != bestChain && path.Length != model.Levels.Length - 1;
                    var noPath = path.Length == 0 ? TickStatus.PathRequired : TickStatus.PathWrong;
                    Assert.True(
                        status == truth ? !pathCounts || number <= best : pathCounts && status == noPath,
                        $"{status} for {number} after {best}");
                    best = status == TickStatus.Accepted ? number : best;
                    Assert.Equal(best, payee.BestNumber);
                    Assert.Equal(model.ValueOf(best), (System.Numerics.BigInteger)payee.BestValue.Atomic);
                    var evidence = ClaimCheck.Evaluate(payee.BestClaim(null));
                    Assert.Equal((ClaimFault.Unset, payee.BestValue), (evidence.Fault, evidence.Value));
                }
            },
            iter: 300,
            threads: 1);

        TickStatus[] expected =
        [
            TickStatus.Accepted, TickStatus.AlreadyHeld, TickStatus.PathRequired, TickStatus.PathWrong,
            TickStatus.TokenWrong,
        ];
        Assert.All(expected, status => Assert.True(reached.GetValueOrDefault(status) > 50, $"{status} is too rare"));
    }

    [Fact]
    public void T13_a_stored_tick_is_proved_again_when_it_is_read()
    {
        var payer = TickSamples.Generator(4, 4);
        var stored = payer.TickAt(7);

        var payee = TickVerifier.Restore(payer.Voucher, stored, payer.PathOf(1));

        Assert.Equal(7, payee.BestNumber);
        Assert.Equal(new Amount(1000 + (7 * 7)), payee.BestValue);
        Assert.Equal(TickStatus.Accepted, payee.Accept(payer.TickAt(8), []));
        Assert.Equal(ClaimFault.Unset, ClaimCheck.Evaluate(payee.BestClaim(null)).Fault);
        Assert.Throws<ArgumentException>(
            () => TickVerifier.Restore(payer.Voucher, stored with { Token = TickHash.Zero }, payer.PathOf(1)));
        Assert.Throws<ArgumentException>(() => TickVerifier.Restore(payer.Voucher, stored, payer.PathOf(0)));
    }

    [Fact]
    public void A_tick_in_the_best_chain_allocates_nothing()
    {
        var payer = TickSamples.Generator(2, 1024);
        var ticks = Enumerable.Range(1, 1000).Select(number => payer.TickAt(number)).ToArray();
        var payee = new TickVerifier(payer.Voucher);
        IReadOnlyList<TickHash> none = [];
        payee.Accept(ticks[0], payer.PathOf(0));
        payee.Accept(ticks[1], none);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var accepted = 0;
        foreach (var tick in ticks.AsSpan(2))
        {
            accepted += payee.Accept(tick, none) == TickStatus.Accepted ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(998, accepted);
    }
}
