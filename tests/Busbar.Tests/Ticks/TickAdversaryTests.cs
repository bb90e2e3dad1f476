using Busbar.Ticks;
using CsCheck;

namespace Busbar.Tests.Ticks;

/// <summary>Nobody proves more than the payer revealed: T-18.</summary>
public class TickAdversaryTests
{
    private static readonly Gen<(Voucher Terms, long Revealed, int Seed)> Worlds = Gen.Select(
        Gen.Int[0, 3].Select(log => 1 << log),
        Gen.Int[0, 3].Select(log => 1 << log),
        Gen.UInt[1, 1000],
        Gen.Bool,
        Gen.Int[0, 64],
        Gen.Int,
        (heads, length, tickValue, nearTheTop, where, seed) =>
        {
            // Near the top, the last tick (or a few more) passes 128 bits, though the payer signed and revealed it.
            var count = (long)heads * length;
            var @base = nearTheTop ? UInt128.MaxValue - (tickValue * (UInt128)(count / 2)) : 5000;
            var terms = new Voucher(
                TickSamples.Network,
                TickSamples.Channel,
                8,
                new Amount(@base),
                new Amount(tickValue),
                heads,
                length,
                TickHash.Zero);
            return (terms, where % (count + 1), seed);
        });

    [Fact]
    public void T18_no_attack_of_any_kind_claims_more_than_was_revealed()
    {
        var made = new Dictionary<TickAttack, int>();
        var honestPaid = 0;
        var overflowed = 0;
        Worlds.Sample(
            world =>
            {
                var adversary = new TickAdversary(world.Terms, world.Revealed, new Random(world.Seed));
                var honest = ClaimCheck.Evaluate(adversary.Honest);
                honestPaid += adversary.Worth(adversary.Honest) == adversary.Ceiling ? 1 : 0;
                overflowed += honest.Fault == ClaimFault.ValueOverflow ? 1 : 0;
                Assert.True(honest.Fault is ClaimFault.Unset or ClaimFault.ValueOverflow);
                var payee = new TickVerifier(adversary.Voucher);
                foreach (var attack in Enum.GetValues<TickAttack>())
                {
                    if (adversary.Make(attack) is not { } claim)
                    {
                        continue;
                    }

                    made[attack] = made.GetValueOrDefault(attack) + 1;
                    var worth = adversary.Worth(claim) ?? Amount.Zero;
                    Assert.True(worth <= adversary.Ceiling, $"{attack} claimed {worth} of {adversary.Ceiling}");
                    if (claim.Tick is { } tick)
                    {
                        payee.Accept(tick, claim.Path);
                        Assert.True(payee.BestValue <= adversary.Ceiling, $"{attack} was accepted as a tick");
                    }
                }
            },
            iter: 400,
            threads: 1);

        Assert.All(
            Enum.GetValues<TickAttack>(), a => Assert.True(made.GetValueOrDefault(a) >= 100, $"{a} is too rare"));
        Assert.True(honestPaid > 100 && overflowed > 20, $"{honestPaid} honest claims, {overflowed} overflows");
    }

    [Fact]
    public void T18_no_known_hash_serves_as_a_token_that_was_not_revealed()
    {
        var payer = TickSamples.Generator(4, 4);
        var model = new NaiveTicks(payer.Voucher, TickSamples.Secret);
        for (var revealed = 0; revealed < 16; revealed++)
        {
            var known = model.Levels.SelectMany(row => row).Select(bytes => new TickHash(bytes)).ToHashSet();
            known.UnionWith(Enumerable.Range(1, revealed).Select(number => model.TickAt(number).Token));
            for (var number = revealed + 1; number <= 16; number++)
            {
                var place = model.TickAt(number);
                foreach (var token in known)
                {
                    var claim = new Claim(payer.Voucher, null, place with { Token = token }, model.PathOf(place.Chain));
                    Assert.Equal(ClaimFault.TokenWrong, ClaimCheck.Evaluate(claim).Fault);
                }
            }
        }
    }

    [Fact]
    public void T18_a_token_proves_its_own_place_only()
    {
        var payer = TickSamples.Generator(4, 4);
        for (var number = 1; number <= 16; number++)
        {
            for (var place = 1; place <= 16; place++)
            {
                var tick = payer.TickAt(place) with { Token = payer.TickAt(number).Token };
                for (var chain = 0; chain < 4; chain++)
                {
                    var claim = new Claim(payer.Voucher, null, tick, payer.PathOf(chain));
                    var isTrue = ClaimCheck.Evaluate(claim).Fault == ClaimFault.Unset;
                    Assert.Equal(number == place && chain == tick.Chain, isTrue);
                }
            }
        }
    }
}
