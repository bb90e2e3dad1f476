using Busbar.Keys;
using Busbar.Ticks;
using CsCheck;

namespace Busbar.Tests.Ticks;

/// <summary>Claims judged by themselves: T-16.</summary>
public class ClaimCheckTests
{
    [Fact]
    public void T16_a_true_claim_proves_its_value_and_costs_its_position_and_path() =>
        Gen.Select(TickSamples.Terms, Gen.Int[0, 1000]).Sample(
            (terms, where) =>
            {
                var payer = TickSamples.Generator(terms);
                var number = (where % terms.TickCount) + 1;
                var claim = TickSamples.HonestClaim(payer, number);

                var evidence = ClaimCheck.Evaluate(claim);

                var value = terms.Base.Atomic + (terms.TickValue.Atomic * (ulong)number);
                var hashes = claim.Tick!.Value.Position + (int)Math.Log2(terms.Heads);
                Assert.Equal(new ClaimEvidence(ClaimFault.Unset, true, new Amount(value), hashes), evidence);
                Assert.False(ClaimCheck.Evaluate(claim with { Proof = null }).Signed);
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void T16_without_a_tick_it_proves_the_base()
    {
        var payer = TickSamples.Generator(4, 4);
        var claim = new Claim(payer.Voucher, TickSamples.VoucherKey.Sign(payer.Voucher), null, []);
        Assert.Equal(new ClaimEvidence(ClaimFault.Unset, true, new Amount(1000), 0), ClaimCheck.Evaluate(claim));
        Assert.Equal(ClaimFault.PathWrong, ClaimCheck.Evaluate(claim with { Path = payer.PathOf(0) }).Fault);
    }

    [Fact]
    public void T16_each_fault_is_named_and_the_first_one_counts()
    {
        var terms = TickSamples.Generator(4, 4).Voucher with { Base = new Amount(UInt128.MaxValue - 20) };
        var payer = TickSamples.Generator(terms);
        var good = TickSamples.HonestClaim(payer, 2);
        var tick = good.Tick!.Value;
        using var stranger = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("stranger"u8).ToArray());
        var forged = new SignatureProof(TickSamples.VoucherKey.PublicKey, stranger.Sign(payer.Voucher.SigningHash()));

        Assert.Equal(ClaimFault.Unset, Fault(good));
        var bad = good with { Tick = tick with { Token = TickHash.Zero } };
        Assert.Equal(ClaimFault.TokenWrong, Fault(bad));
        bad = bad with { Path = [] };
        Assert.Equal(ClaimFault.PathWrong, Fault(bad));
        bad = bad with { Tick = tick with { Position = 3 } };
        Assert.Equal(ClaimFault.ValueOverflow, Fault(bad));
        (int, int)[] nowhere = [(0, 0), (0, 5), (4, 1), (-1, 1), (0, int.MaxValue), (0, int.MinValue)];
        foreach (var (chain, position) in nowhere)
        {
            bad = bad with { Tick = tick with { Chain = chain, Position = position } };
            Assert.Equal(ClaimFault.PositionOutOfRange, Fault(bad));
            Assert.InRange(ClaimCheck.Evaluate(bad).Hashes, 0, Limits.TickChainLength + Limits.TickPathLength);
        }

        bad = bad with { Tick = bad.Tick!.Value with { Epoch = 2 } };
        Assert.Equal(ClaimFault.EpochWrong, Fault(bad));
        bad = bad with { Proof = forged };
        Assert.Equal(new ClaimEvidence(ClaimFault.SignatureWrong, false, Amount.Zero, 0), ClaimCheck.Evaluate(bad));
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    [InlineData(0, 0)]
    [InlineData(-4, 4)]
    public void T2_T16_a_tick_under_an_ill_formed_voucher_has_no_place(int heads, int length)
    {
        var good = TickSamples.HonestClaim(TickSamples.Generator(4, 4), 1);
        var voucher = good.Voucher with { Heads = heads, Length = length };
        Assert.Equal(ClaimFault.PositionOutOfRange, Fault(good with { Voucher = voucher, Proof = null }));
    }

    [Fact]
    public void T16_the_default_size_costs_at_most_264_hashes()
    {
        var claim = TickSamples.HonestClaim(TickSamples.Generator(256, 256), 65_536);
        Assert.Equal(264, ClaimCheck.Evaluate(claim).Hashes);
        Assert.Equal(ClaimFault.Unset, Fault(claim));
    }

    private static ClaimFault Fault(Claim claim) => ClaimCheck.Evaluate(claim).Fault;
}
