using Busbar.Keys;
using Busbar.Ticks;

namespace Busbar.Tests.Ticks;

/// <summary>Encodings and ranges: T-1 to T-4 and T-15.</summary>
public class TickFormatTests
{
    [Fact]
    public void T1_a_voucher_is_an_array_of_nine_items()
    {
        var root = new TickHash(Enumerable.Repeat((byte)0xEE, 16).ToArray());
        var voucher = new Voucher(
            new NetworkId(5), TickSamples.Channel, 300, new Amount(UInt128.One << 64), new Amount(7), 256, 2, root);
        byte[] expected =
        [
            0x89, 0x70, .. "busbar/voucher/1"u8, 0x05, 0x58, 0x20, .. TickSamples.Channel.Value.ToArray(),
            0x19, 0x01, 0x2C, 0xC2, 0x49, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x07, 0x19, 0x01, 0x00, 0x02,
            0x50, .. Enumerable.Repeat((byte)0xEE, 16),
        ];

        Assert.Equal(Hex.Format(expected), Hex.Format(TickSamples.Encode(voucher.Write)));
        Assert.Equal(voucher, TickSamples.DecodeVoucher(expected, out _));
        expected[2] ^= 1;
        Assert.Null(TickSamples.DecodeVoucher(expected, out var error));
        Assert.Equal(DecodeError.UnknownKind, error);
    }

    [Theory]
    [InlineData(1, 1, 1UL, true)]
    [InlineData(65_536, 1_024, 1UL, true)]
    [InlineData(131_072, 1, 1UL, false)]
    [InlineData(1, 2_048, 1UL, false)]
    [InlineData(0, 1, 1UL, false)]
    [InlineData(1, 0, 1UL, false)]
    [InlineData(3, 1, 1UL, false)]
    [InlineData(1, 6, 1UL, false)]
    [InlineData(1, 1, 0UL, true)]
    [InlineData(2, 1, 0UL, false)]
    [InlineData(1, 2, 0UL, false)]
    public void T2_numbers_outside_their_ranges_are_refused(int heads, int length, ulong tickValue, bool good)
    {
        var voucher = new Voucher(
            TickSamples.Network,
            TickSamples.Channel,
            1,
            Amount.Zero,
            new Amount(tickValue),
            heads,
            length,
            TickHash.Zero);

        Assert.Equal(good, voucher.IsWellFormed());
        var decoded = TickSamples.DecodeVoucher(TickSamples.Encode(voucher.Write), out var error);
        Assert.Equal(good ? voucher : null, decoded);
        Assert.Equal(good ? DecodeError.Unset : DecodeError.OutOfRange, error);
        if (!good)
        {
            Assert.Throws<ArgumentException>(() => new TickVerifier(voucher));
            Assert.Throws<ArgumentException>(() => TickSamples.Generator(voucher));
        }
    }

    [Fact]
    public void T2_a_root_without_ticks_is_refused()
    {
        var voucher = new Voucher(
            TickSamples.Network, TickSamples.Channel, 1, new Amount(5), Amount.Zero, 1, 1, new TickHash(new byte[16]));
        Assert.True(voucher.IsWellFormed());
        Assert.Equal(0, voucher.TickCount);
        Assert.False((voucher with { Root = new TickHash("0123456789abcdef"u8) }).IsWellFormed());
    }

    [Theory]
    [InlineData(KeyKind.Secp256k1)]
    [InlineData(KeyKind.P256)]
    [InlineData(KeyKind.Ed25519)]
    public void T3_the_voucher_key_signs_the_digest_of_the_encoding(KeyKind kind)
    {
        var voucher = TickSamples.Generator(4, 4).Voucher;
        Assert.Equal(Hash256.Sha256(TickSamples.Encode(voucher.Write)), voucher.SigningHash());
        using var key = PrivateKey.Create(kind, TickSamples.Secret);
        var signed = new SignedVoucher(voucher, key.Sign(voucher));

        var decoded = TickSamples.DecodeSignedVoucher(TickSamples.Encode(signed.Write), out _);

        Assert.Equal(signed, decoded);
        Assert.True(decoded!.Proof.Verify(decoded.Voucher.SigningHash()));
        Assert.False(decoded.Proof.Verify((voucher with { Epoch = 2 }).SigningHash()));
    }

    [Fact]
    public void T4_a_tick_is_an_array_of_four_items()
    {
        var tick = new Tick(24, 65_535, 1_024, new TickHash("0123456789abcdef"u8));
        byte[] expected =
            [0x84, 0x18, 24, 0x19, 0xFF, 0xFF, 0x19, 0x04, 0x00, 0x50, .. "0123456789abcdef"u8];

        Assert.Equal(Hex.Format(expected), Hex.Format(TickSamples.Encode(tick.Write)));
        Assert.Equal(tick, TickSamples.DecodeTick(expected, out _));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1_025)]
    [InlineData(65_536, 1)]
    public void T4_a_place_that_no_voucher_has_does_not_decode(int chain, int position)
    {
        var tick = new Tick(1, chain, position, TickHash.Zero);
        Assert.Null(TickSamples.DecodeTick(TickSamples.Encode(tick.Write), out var error));
        Assert.Equal(DecodeError.OutOfRange, error);
    }

    [Fact]
    public void T15_a_claim_is_read_back_with_and_without_each_part()
    {
        var honest = TickSamples.HonestClaim(TickSamples.Generator(4, 4), 6);
        foreach (var claim in (Claim[])[honest, honest with { Proof = null }, honest with { Tick = null, Path = [] }])
        {
            var decoded = TickSamples.DecodeClaim(TickSamples.Encode(claim.Write), out _);
            Assert.NotNull(decoded);
            Assert.Equal(claim.Voucher, decoded.Voucher);
            Assert.Equal(claim.Proof, decoded.Proof);
            Assert.Equal(claim.Tick, decoded.Tick);
            Assert.Equal(claim.Path, decoded.Path);
        }
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void T15_a_path_has_at_most_16_nodes(int nodes, bool good)
    {
        var claim = TickSamples.HonestClaim(TickSamples.Generator(1, 1), 1) with { Path = new TickHash[nodes] };
        Assert.Equal(good, TickSamples.DecodeClaim(TickSamples.Encode(claim.Write), out var error) is not null);
        Assert.Equal(good ? DecodeError.Unset : DecodeError.WrongLength, error);
    }

    [Fact]
    public void T15_a_claim_of_the_default_size_stays_under_400_bytes()
    {
        using var key = PrivateKey.Create(KeyKind.Secp256k1, TickSamples.Secret);
        var payer = TickSamples.Generator(256, 256, tickValue: 100_000, @base: 1_000_000_000_000);
        var tick = payer.TickAt(65_536);
        var claim = new Claim(payer.Voucher, key.Sign(payer.Voucher), tick, payer.PathOf(tick.Chain));
        Assert.InRange(TickSamples.Encode(claim.Write).Length, 300, 400);
    }
}
