using CsCheck;

namespace Busbar.Tests.Values;

public sealed class ValueTests
{
    [Theory]
    // EIP-55, "Test Cases".
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void E22_an_address_is_written_as_EIP_55_says(string text)
    {
        Assert.Equal(text, Address.Parse(text).ToString());
        Assert.Equal(text, Address.Parse(text[2..].ToLowerInvariant()).ToString());
        Assert.Equal(text, Address.Parse("0x" + text[2..].ToUpperInvariant()).ToString());
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")]
    [InlineData("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00")]
    [InlineData("0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xg2908400098527886e0f7030069857d2e4169ee7")]
    [InlineData("")]
    [InlineData(null)]
    public void E22_an_address_with_a_wrong_checksum_or_form_is_refused(string? text)
    {
        Assert.False(Address.TryParse(text, out var address));
        Assert.Equal(Address.Zero, address);
    }

    [Theory]
    // The Keccak submission's vectors for 256 bits (before NIST changed the padding for SHA-3).
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void E20_Keccak_256_has_its_published_values(string input, string digest)
    {
        var output = new byte[32];
        Keccak256.HashData(System.Text.Encoding.ASCII.GetBytes(input), output);
        Assert.Equal(digest, Convert.ToHexStringLower(output));
    }

    [Theory]
    // FIPS 180-2, appendix B, and the empty input of the NIST short-message file.
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void E8_SHA_256_has_its_published_values(string input, string digest) => Assert.Equal(
        "0x" + digest, Hash256.Sha256(System.Text.Encoding.ASCII.GetBytes(input)).ToString());

    [Fact]
    public void E16_hashes_order_and_show_bits_as_their_bytes_do() => Gen.Select(
        Gen.Byte.Array[32], Gen.Byte.Array[32], Gen.Int[0, 255]).Sample((left, right, bit) =>
        {
            var (a, b) = (new Hash256(left), new Hash256(right));
            Assert.Equal(Math.Sign(left.AsSpan().SequenceCompareTo(right)), Math.Sign(a.CompareTo(b)));
            Assert.Equal((left[bit / 8] >> (7 - bit % 8) & 1) == 1, a.Bit(bit));
            Assert.Equal(a, Hash256.Parse(a.ToString()));
            Assert.Equal(left, a.ToArray());
            var (c, d) = (new Address(left.AsSpan(0, 20)), new Address(right.AsSpan(0, 20)));
            Assert.Equal(
                Math.Sign(left.AsSpan(0, 20).SequenceCompareTo(right.AsSpan(0, 20))), Math.Sign(c.CompareTo(d)));
        });

    [Fact]
    public void A_bit_past_the_hash_and_bytes_of_another_length_are_misuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Hash256.Zero.Bit(256));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hash256.Zero.Bit(-1));
        Assert.Throws<ArgumentException>(() => new Hash256(new byte[31]));
        Assert.Throws<ArgumentException>(() => new Address(new byte[21]));
        Assert.Throws<ArgumentException>(() => new IntentId(new byte[15]));
    }

    [Theory]
    [InlineData("0.0001", 9, "100000")]
    [InlineData("1", 9, "1000000000")]
    [InlineData("000.000000001", 9, "1")]
    [InlineData("0", 0, "0")]
    [InlineData("340282366920938463463374607431768211455", 0, "340282366920938463463374607431768211455")]
    [InlineData("340282366920938463463.374607431768211455", 18, "340282366920938463463374607431768211455")]
    public void E11_amounts_in_units_parse(string text, int decimals, string atomic)
    {
        Assert.True(Amount.TryParseUnits(text, decimals, out var amount));
        Assert.Equal(atomic, amount.ToString());
    }

    [Theory]
    [InlineData("0.0000000001", 9)]
    [InlineData("1.", 9)]
    [InlineData(".5", 9)]
    [InlineData("-1", 9)]
    [InlineData("+1", 9)]
    [InlineData("1e3", 9)]
    [InlineData("1,5", 9)]
    [InlineData("1.2.3", 9)]
    [InlineData(" 1", 9)]
    [InlineData("", 9)]
    [InlineData(null, 9)]
    [InlineData("340282366920938463463374607431768211456", 0)]
    [InlineData("1000000000000000000000000000000000000000000000000000000000000", 0)]
    public void E11_what_is_no_amount_is_refused(string? text, int decimals) =>
        Assert.False(Amount.TryParseUnits(text, decimals, out _));

    [Fact]
    public void E11_amounts_survive_their_text() => Gen.Select(Gen.UInt128, Gen.Int[0, 18]).Sample((value, decimals) =>
    {
        var amount = new Amount(value);
        Assert.True(Amount.TryParseUnits(amount.ToUnits(decimals), decimals, out var units));
        Assert.True(Amount.TryParseAtomic(amount.ToString(), out var atomic));
        Assert.Equal((amount, amount), (units, atomic));
    });

    [Fact]
    public void E11_amounts_never_wrap()
    {
        var one = new Amount(1);
        Assert.Throws<OverflowException>(() => Amount.MaxValue + one);
        Assert.Throws<OverflowException>(() => Amount.Zero - one);
        Assert.False(Amount.TryAdd(Amount.MaxValue, one, out _));
        Assert.True(Amount.TryAdd(Amount.MaxValue, Amount.Zero, out _));
        Assert.False(Amount.TryMultiply(new Amount(UInt128.MaxValue / 2 + 1), 2, out _));
        Assert.True(Amount.TryMultiply(new Amount(UInt128.MaxValue / 2), 2, out _));
        Assert.True(Amount.TryMultiply(Amount.MaxValue, 0, out var none));
        Assert.True(none.IsZero);
    }

    [Fact]
    public void E13_an_intent_id_is_its_expiry_and_ten_bytes() => Gen.Select(
        Gen.ULong[0, (1UL << 48) - 1], Gen.Byte.Array[10]).Sample((ms, nonce) =>
        {
            var id = IntentId.Create(new UnixTime(ms), nonce);
            var bytes = new byte[16];
            id.CopyTo(bytes);
            Assert.Equal(ms, id.ValidUntil.Ms);
            Assert.Equal(nonce, bytes[6..]);
            Assert.True(IntentId.TryParse(id.ToString(), out var parsed));
            Assert.Equal(id, parsed);
        });

    [Fact]
    public void E12_E13_a_time_past_48_bits_makes_no_intent_id() => Assert.Throws<ArgumentException>(
        () => IntentId.Create(new UnixTime(UnixTime.MaxValue.Ms + 1), new byte[10]));

    [Theory]
    [InlineData("eip155:402402", true)]
    [InlineData("eip155:18446744073709551615", true)]
    [InlineData("eip155:18446744073709551616", false)]
    [InlineData("eip155:", false)]
    [InlineData("eip155:-1", false)]
    [InlineData("EIP155:1", false)]
    [InlineData("solana:1", false)]
    [InlineData(null, false)]
    public void E14_a_network_is_written_as_CAIP_2(string? text, bool valid)
    {
        Assert.Equal(valid, NetworkId.TryParse(text, out var network));
        Assert.True(!valid || network.ToString() == text);
    }

    [Theory]
    [InlineData("0x00ff", true)]
    [InlineData("00FF", true)]
    [InlineData("0x0ff", false)]
    [InlineData("0x00fg", false)]
    [InlineData("0x00ff00", false)]
    public void E16_hexadecimal_has_an_even_number_of_digits_and_its_length(string text, bool valid)
    {
        Assert.Equal(valid, Hex.TryParse(text, new byte[2]));
        Assert.Equal(valid, Hex.TryParse(text, 2, out _));
    }
}
