using System.Globalization;
using System.Numerics;
using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Keys;

public sealed class RecoverableSignatureTests
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141",
        NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);

    [Fact]
    public void E25_every_signature_gives_its_signer_back_and_verifies_as_an_ordinary_one() =>
        Gen.Select(Gen.Byte[1, 255].Array[32], Gen.Byte.Array[32]).Sample(
            (secret, message) =>
            {
                secret[0] = 1;
                using var key = PrivateKey.Create(KeyKind.Secp256k1, secret);
                var digest = new Hash256(message);
                var signature = key.SignRecoverable(digest);
                Assert.Equal(key.PublicKey, signature.Recover(digest));
                Assert.True(key.PublicKey.Verify(digest, signature.Signature));
                Assert.NotEqual(key.PublicKey, (signature with { V = (byte)(55 - signature.V) }).Recover(digest));
            },
            iter: 50);

    // The example of EIP-712: "Ether Mail", the mail from Cow to Bob.
    [Fact]
    public void E25_L160_the_example_of_EIP_712()
    {
        var mail = Hash256.Parse("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
        var contract = Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC");
        var domain = Eip712.DomainOf("Ether Mail", "1", new NetworkId(1), contract);
        Assert.Equal("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", domain.ToString());
        var digest = Eip712.Digest(domain, mail);
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", digest.ToString());
        var signature = RecoverableSignature.FromBytes(Convert.FromHexString(
            "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
            + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562" + "1c"));
        var cow = Address.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
        Assert.Equal(cow, signature.Recover(digest)!.Address);
        using var key = PrivateKey.Create(KeyKind.Secp256k1, Keccak256.Hash("cow"u8).ToArray());
        Assert.Equal(cow, key.Address);
        Assert.Equal(cow, key.SignRecoverable(digest).Recover(digest)!.Address);
    }

    // The type hashes that the contracts of EIP-3009 and EIP-2612 publish as constants.
    [Fact]
    public void L160_L161_L173_the_structs_are_those_of_EIP_3009_and_EIP_2612()
    {
        var (one, two) = (Address.Parse("0x" + new string('1', 40)), Address.Parse("0x" + new string('2', 40)));
        var (domain, nonce) = (Hash256.Sha256("domain"u8), Hash256.Sha256("nonce"u8));
        var pay = new Authorization(default, domain, one, two, Amount.MaxValue, 3, 4, nonce, default);
        var words = Word(one) + Word(two) + new string('0', 32) + new string('f', 32)
            + Word(3) + Word(4) + nonce.ToString()[2..];
        Assert.Equal(
            Digest(domain, "7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267" + words),
            Eip712.TransferDigest(pay));
        Assert.Equal(
            Digest(domain, "d099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8" + words),
            Eip712.ReceiveDigest(pay));
        Assert.Equal(
            Digest(
                domain,
                "158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429" + Word(one) + nonce.ToString()[2..]),
            Eip712.CancelDigest(domain, one, nonce));
        Assert.Equal(
            Digest(
                domain,
                "6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9"
                + Word(one) + Word(two) + new string('f', 64) + Word(7) + new string('f', 64)),
            Eip712.PermitDigest(domain, one, two, Uint256.MaxValue, 7, Uint256.MaxValue));
    }

    [Fact]
    public void E25_a_signature_that_is_not_canonical_is_nobodys()
    {
        using var key = PrivateKey.Create(KeyKind.Secp256k1, [.. new byte[31], 9]);
        var digest = Hash256.Sha256("x"u8);
        var good = key.SignRecoverable(digest);
        var s = new BigInteger(good.Signature.S.ToArray(), isUnsigned: true, isBigEndian: true);
        var high = good with
        {
            V = (byte)(55 - good.V), Signature = good.Signature with { S = Number(Order - s) },
        };
        Assert.Null(high.Recover(digest));
        foreach (var v in Enumerable.Range(0, 256).Where(v => v is not (27 or 28)))
        {
            Assert.Null((good with { V = (byte)v }).Recover(digest));
        }

        foreach (var part in new[] { Number(0), Number(Order), Number(Order + 1) })
        {
            Assert.Null((good with { Signature = good.Signature with { R = part } }).Recover(digest));
            Assert.Null((good with { Signature = good.Signature with { S = part } }).Recover(digest));
        }

        // 5 is no X of a point of the curve.
        Assert.Null((good with { Signature = good.Signature with { R = Number(5) } }).Recover(digest));
        Assert.NotNull((good with { Signature = good.Signature with { R = Number(6) } }).Recover(digest));
    }

    [Fact]
    public void E25_only_a_secp256k1_key_signs_so()
    {
        using var key = PrivateKey.Create(KeyKind.Ed25519, new byte[32]);
        Assert.Throws<InvalidOperationException>(() => key.SignRecoverable(default));
    }

    private static string Word(Address address) => new string('0', 24) + Hex.Format(address.ToArray())[2..];

    private static string Word(int number) => number.ToString("x64", CultureInfo.InvariantCulture);

    private static Hash256 Digest(Hash256 domain, string fields) => Keccak256.Hash(
        [0x19, 1, .. domain.ToArray(), .. Keccak256.Hash(Convert.FromHexString(fields)).ToArray()]);

    private static Hash256 Number(BigInteger value)
    {
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Hash256([.. new byte[32 - bytes.Length], .. bytes]);
    }
}
