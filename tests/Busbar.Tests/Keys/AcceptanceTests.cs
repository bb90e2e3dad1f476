using System.Globalization;
using System.Numerics;
using Busbar.Keys;
using CsCheck;
using Oracle25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Busbar.Tests.Keys;

/// <summary>spec/encoding.md: what signature counts, for each kind of key. Sources stand beside the vectors.</summary>
public sealed class AcceptanceTests
{
    private const string SecpOrder = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141";
    private const string P256Order = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
    private static readonly Hash256 Message = Hash256.Sha256("a message"u8);

    [Theory]
    // RFC 8032 §7.1, tests 1 to 3.
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void E24_Ed25519_agrees_with_RFC_8032(string secret, string publicKey, string message, string signature)
    {
        using var key = PrivateKey.Create(KeyKind.Ed25519, Convert.FromHexString(secret));
        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.Bytes));

        // The network signs only 32 bytes, which no vector of the RFC has: the second library links the two.
        Assert.Equal(signature, Convert.ToHexStringLower(Oracle(secret, Convert.FromHexString(message))));
        Assert.Equal(Oracle(secret, Message.ToArray()), key.Sign(Message).ToArray());
    }

    [Theory]
    // The widely published RFC 6979 vectors for secp256k1 with SHA-256, first in the tests of Trezor and bitcoinjs.
    [InlineData(
        "Satoshi Nakamoto",
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5")]
    [InlineData(
        "All those moments will be lost in time, like tears in rain. Time to die...",
        "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
        "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21")]
    public void E24_secp256k1_signs_as_RFC_6979_says(string message, string r, string s)
    {
        using var key = PrivateKey.Create(KeyKind.Secp256k1, Scalar(1));
        var digest = Hash256.Sha256(System.Text.Encoding.ASCII.GetBytes(message));

        var signature = key.Sign(digest);

        Assert.Equal(new Signature(Hash256.Parse(r), Hash256.Parse(s)), signature);
        Assert.True(key.PublicKey.Verify(digest, signature));
    }

    [Theory]
    // RFC 6979 A.2.5, SHA-256; the s of "sample" is above half the order, so its mirror is the one that counts.
    [InlineData(
        "sample",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        false)]
    [InlineData(
        "test",
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        true)]
    public void E21_P256_accepts_the_signatures_of_RFC_6979_with_low_s(string message, string r, string s, bool low)
    {
        using var key = PrivateKey.Create(
            KeyKind.P256,
            Convert.FromHexString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"));
        Assert.Equal(
            "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
            + "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
            Convert.ToHexString(key.PublicKey.Bytes));
        var digest = Hash256.Sha256(System.Text.Encoding.ASCII.GetBytes(message));
        var published = new Signature(Hash256.Parse(r), Hash256.Parse(s));

        Assert.Equal(low, key.PublicKey.Verify(digest, published));
        Assert.Equal(!low, key.PublicKey.Verify(digest, Mirror(published, P256Order)));
    }

    [Fact]
    public void E21_every_kind_accepts_its_own_signature_and_no_other() => Gen.Select(
        Gen.Byte.Array[32], Gen.Byte.Array[32], Gen.Int[0, 511]).Sample(
        (secret, message, bit) =>
        {
            foreach (var kind in new[] { KeyKind.Secp256k1, KeyKind.P256, KeyKind.Ed25519 })
            {
                secret[0] = 1;
                using var key = PrivateKey.Create(kind, secret);
                var hash = new Hash256(message);
                var signature = key.Sign(hash);
                var changed = signature.ToArray();
                changed[bit / 8] ^= (byte)(1 << (bit % 8));

                Assert.True(key.PublicKey.Verify(hash, signature));
                Assert.False(key.PublicKey.Verify(hash, Signature.FromBytes(changed)));
                Assert.False(key.PublicKey.Verify(Hash256.Sha256(message), signature));
            }
        },
        iter: 30);

    [Theory]
    [InlineData(KeyKind.Secp256k1, SecpOrder)]
    [InlineData(KeyKind.P256, P256Order)]
    public void E21_ECDSA_refuses_high_s_zero_and_the_order(KeyKind kind, string order)
    {
        using var key = PrivateKey.Create(kind, Scalar(5));
        var good = key.Sign(Message);
        var n = Hash256.Parse(order);

        Assert.True(key.PublicKey.Verify(Message, good));
        foreach (var bad in new[]
        {
            Mirror(good, order),
            good with { R = Hash256.Zero },
            good with { S = Hash256.Zero },
            good with { R = n },
            good with { S = n },
            new Signature(Hash256.Zero, Hash256.Zero),
            new Signature(n, n),
            new Signature(good.S, good.R),
        })
        {
            Assert.False(key.PublicKey.Verify(Message, bad));
        }
    }

    [Theory]
    [InlineData(KeyKind.Secp256k1)]
    [InlineData(KeyKind.P256)]
    public void E23_under_a_key_that_is_no_point_nothing_is_valid(KeyKind kind)
    {
        using var key = PrivateKey.Create(kind, Scalar(5));
        var signature = key.Sign(Message);
        var off = key.PublicKey.Bytes.ToArray();
        off[63] ^= 1;
        foreach (var bytes in new[] { off, new byte[64], [.. Enumerable.Repeat((byte)0xFF, 64)] })
        {
            Assert.True(PublicKey.TryCreate(kind, bytes, out var broken));
            Assert.False(broken.Verify(Message, signature));
        }
    }

    [Fact]
    public void E21_Ed25519_refuses_an_S_that_is_not_below_the_order()
    {
        using var key = PrivateKey.Create(KeyKind.Ed25519, Scalar(5));
        var good = key.Sign(Message);
        var order = BigInteger.Pow(2, 252)
            + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);
        var s = new BigInteger(good.S.ToArray(), isUnsigned: true) + order;
        var bytes = new byte[32];
        s.ToByteArray(isUnsigned: true).CopyTo(bytes, 0);

        Assert.True(key.PublicKey.Verify(Message, good));
        Assert.False(key.PublicKey.Verify(Message, good with { S = new Hash256(bytes) }));
    }

    [Theory]
    // The points of order 1, 2, 4 and 8, and encodings of such points that are not canonical (y not below the prime).
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    public void E21_Ed25519_refuses_keys_and_nonces_of_small_order(string point)
    {
        var bytes = Convert.FromHexString(point);
        Assert.True(PublicKey.TryCreate(KeyKind.Ed25519, bytes, out var weak));
        using var honest = PrivateKey.Create(KeyKind.Ed25519, Scalar(5));
        for (var i = 0; i < 16; i++)
        {
            // With S = 0 and R of small order, a check with a cofactor accepts any message under such a key.
            var message = Hash256.Sha256([(byte)i]);
            Assert.False(weak.Verify(message, new Signature(new Hash256(bytes), Hash256.Zero)));
            Assert.False(weak.Verify(message, honest.Sign(message)));
            Assert.False(honest.PublicKey.Verify(message, honest.Sign(message) with { R = new Hash256(bytes) }));
        }
    }

    [Theory]
    [InlineData(KeyKind.Secp256k1, SecpOrder)]
    [InlineData(KeyKind.P256, P256Order)]
    public void E23_a_secret_of_zero_or_of_the_order_is_no_key(KeyKind kind, string order)
    {
        var n = Convert.FromHexString(order);
        Assert.False(PrivateKey.TryCreate(kind, new byte[32], out _));
        Assert.False(PrivateKey.TryCreate(kind, n, out _));
        Assert.False(PrivateKey.TryCreate(kind, new byte[31], out _));
        n[31]--;
        Assert.True(PrivateKey.TryCreate(kind, n, out _));
        Assert.False(PrivateKey.TryCreate(KeyKind.Unset, Scalar(1), out _));
    }

    private static byte[] Scalar(byte value) => [.. new byte[31], value];

    private static byte[] Oracle(string secret, byte[] message)
    {
        var signature = new byte[64];
        Oracle25519.Sign(Convert.FromHexString(secret), 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    private static Signature Mirror(Signature signature, string order)
    {
        var n = new BigInteger(Convert.FromHexString(order), isUnsigned: true, isBigEndian: true);
        var s = n - new BigInteger(signature.S.ToArray(), isUnsigned: true, isBigEndian: true);
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        return signature with { S = new Hash256([.. new byte[32 - bytes.Length], .. bytes]) };
    }
}
