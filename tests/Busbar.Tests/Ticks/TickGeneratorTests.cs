using Busbar.Ticks;
using CsCheck;

namespace Busbar.Tests.Ticks;

/// <summary>What the payer derives, against the naive model: T-5 to T-9 and T-14.</summary>
public class TickGeneratorTests
{
    [Fact]
    public void T5_T6_T7_T8_all_tokens_and_paths_are_the_models() =>
        Gen.Select(TickSamples.Terms, Gen.Int[0, 99]).Sample(
        (terms, start) =>
        {
            var model = new NaiveTicks(terms, TickSamples.Secret);
            var payer = TickSamples.Generator(terms);
            Assert.Equal(model.Root, payer.Voucher.Root);
            for (var step = 0; step < terms.TickCount; step++)
            {
                // Any order: five is coprime to every power of two, so this visits each number once.
                var number = (((start + step) * 5L) % terms.TickCount) + 1;
                Assert.Equal(model.TickAt(number), payer.TickAt(number));
            }

            for (var chain = 0; chain < terms.Heads; chain++)
            {
                Assert.Equal(model.PathOf(chain), payer.PathOf(chain));
            }
        },
        iter: 100,
        threads: 1);

    [Fact]
    public void T6_a_short_secret_is_refused()
    {
        static TickGenerator Create(int secretSizeBytes) => TickGenerator.Create(
            TickSamples.Network, TickSamples.Channel, 1, Amount.Zero, new Amount(1), 1, 1, new byte[secretSizeBytes]);

        Assert.Equal(1, Create(TickGenerator.MinSecretSizeBytes).Voucher.TickCount);
        Assert.Throws<ArgumentException>(() => Create(TickGenerator.MinSecretSizeBytes - 1));
    }

    [Fact]
    public void T7_T8_every_hash_is_one_compression()
    {
        var model = new NaiveTicks(TickSamples.Generator(2, 2).Voucher, TickSamples.Secret);
        Assert.Equal(52, model.StepInput(0, 1, new byte[16]).Length);
        Assert.Equal(44, NaiveTicks.NodeInput(1, 0, new byte[16], new byte[16]).Length);
        Assert.Equal(40, model.ChannelTagInput().Length);
        Assert.Equal(105, model.SecretInput(0).Length);
    }

    [Fact]
    public void T8_with_one_chain_the_root_is_its_head()
    {
        var payer = TickSamples.Generator(1, 4);
        Assert.Empty(payer.PathOf(0));
        Assert.Equal(new TickHash(new NaiveTicks(payer.Voucher, TickSamples.Secret).Tokens[0][0]), payer.Voucher.Root);
    }

    [Fact]
    public void T9_numbers_outside_the_voucher_have_no_tick()
    {
        var payer = TickSamples.Generator(2, 4);
        Assert.Equal((1, 4), (payer.TickAt(8).Chain, payer.TickAt(8).Position));
        Assert.Throws<ArgumentOutOfRangeException>(() => payer.TickAt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => payer.TickAt(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => payer.PathOf(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => payer.PathOf(2));
    }

    [Fact]
    public void T9_a_value_is_base_and_tick_value_times_number_or_nothing() =>
        Gen.Select(TickSamples.SmallPower, Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, Gen.Long[0, 67_108_864]).Sample(
            (_, baseHigh, baseLow, valueHigh, valueLow, number) =>
            {
                var voucher = TickSamples.Generator(1, 1).Voucher with
                {
                    Base = new Amount(new UInt128(baseHigh, baseLow)),
                    TickValue = new Amount(new UInt128(valueHigh >> (int)(baseLow % 64), valueLow)),
                };
                var expected = (System.Numerics.BigInteger)voucher.Base.Atomic
                    + ((System.Numerics.BigInteger)voucher.TickValue.Atomic * number);

                var fits = TickNumber.TryValue(voucher, number, out var value);

                Assert.Equal(expected <= (System.Numerics.BigInteger)UInt128.MaxValue, fits);
                Assert.True(!fits || (System.Numerics.BigInteger)value.Atomic == expected);
            },
            iter: 2000,
            threads: 1);

    [Theory]
    [InlineData("epoch")]
    [InlineData("base")]
    [InlineData("tickValue")]
    [InlineData("heads")]
    [InlineData("length")]
    [InlineData("channel")]
    [InlineData("network")]
    public void T14_signing_again_on_other_terms_uses_no_chain_again(string change)
    {
        var terms = TickSamples.Generator(4, 4).Voucher;
        var other = change switch
        {
            "epoch" => terms with { Epoch = terms.Epoch + 1 },
            "base" => terms with { Base = new Amount(terms.Base.Atomic + 1) },
            "tickValue" => terms with { TickValue = new Amount(terms.TickValue.Atomic + 1) },
            "heads" => terms with { Heads = 8 },
            "length" => terms with { Length = 8 },
            "channel" => terms with { Channel = TickSamples.OtherChannel },
            _ => terms with { Network = new NetworkId(1) },
        };
        var all = Everything(terms);
        all.IntersectWith(Everything(other));
        Assert.Empty(all);
    }

    [Fact]
    public void A_generator_of_65536_ticks_holds_a_fiftieth_of_the_tokens_at_most()
    {
        var payer = TickSamples.Generator(256, 256);
        const int AllTokensSizeBytes = 65_536 * TickHash.SizeBytes;
        foreach (var number in (long[])[1, 256, 257, 40_000, 65_536])
        {
            payer.TickAt(number);
            Assert.InRange(payer.RetainedSizeBytes, 1, AllTokensSizeBytes / 50);
        }
    }

    private static HashSet<TickHash> Everything(Voucher terms)
    {
        var model = new NaiveTicks(terms, TickSamples.Secret);
        var everything = model.Tokens.Concat(model.Levels).SelectMany(row => row);
        return everything.Select(bytes => new TickHash(bytes)).ToHashSet();
    }
}
