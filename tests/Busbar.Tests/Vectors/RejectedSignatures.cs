using System.Globalization;
using System.Numerics;
using Busbar.Keys;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Vectors;

/// <summary>Signatures that do not count, and transactions that decode and are refused as they are signed.</summary>
internal static class RejectedSignatures
{
    private const string Secp256k1Order = "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141";
    private const string P256Order = "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
    private static readonly Hash256 Message = Hash256.Sha256("a message"u8);

    // Points of order 1, 2, 4 and 8, and encodings of such points that are not canonical.
    private static readonly string[] SmallOrder =
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0100000000000000000000000000000000000000000000000000000000000080",
    ];

    /// <summary>Every signature that does not count, of every kind of key.</summary>
    public static IEnumerable<RejectedSignature> All()
    {
        foreach (var (kind, text) in new[] { (KeyKind.Secp256k1, Secp256k1Order), (KeyKind.P256, P256Order) })
        {
            var order = BigInteger.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            using var key = PrivateKey.Create(kind, [.. new byte[31], 5]);
            var good = kind == KeyKind.P256 ? VectorKeys.Sign(VectorKeys.Device, Message) : key.Sign(Message);
            Assert.True(key.PublicKey.Verify(Message, good));
            RejectedSignature With(string name, Signature signature) =>
                new($"{kind}: {name}", key.PublicKey, Message, signature.ToArray(), "E-21");
            var s = new BigInteger(good.S.ToArray(), isUnsigned: true, isBigEndian: true);
            yield return With("s above half the order", good with { S = Word(order - s) });
            yield return With("r is zero", good with { R = Hash256.Zero });
            yield return With("s is zero", good with { S = Hash256.Zero });
            yield return With("r is the order", good with { R = Word(order) });
            yield return With("s is the order", good with { S = Word(order) });
            yield return With("r and s in each other's place", new Signature(good.S, good.R));
            yield return With("of another message", good) with { Message = Hash256.Sha256("another"u8) };
            byte[] off = [.. key.PublicKey.Bytes[..63], (byte)(key.PublicKey.Bytes[63] ^ 1)];
            Assert.True(PublicKey.TryCreate(kind, off, out var broken));
            yield return With("under a key that is no point", good) with { Key = broken, Rule = "E-23" };
        }

        foreach (var one in Ed25519())
        {
            yield return one;
        }
    }

    /// <summary>65 bytes that are a signature of nobody, or of another key.</summary>
    public static IEnumerable<(string Name, byte[] Signature)> Recoverable()
    {
        var good = Wallets[0].SignRecoverable(Message);
        var bytes = good.ToArray();
        var order = BigInteger.Parse(Secp256k1Order, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var s = new BigInteger(good.Signature.S.ToArray(), isUnsigned: true, isBigEndian: true);
        yield return ("v is 0", [.. bytes[..64], 0]);
        yield return ("v is 29", [.. bytes[..64], 29]);
        yield return ("s above half the order", [.. bytes[..32], .. Word(order - s).ToArray(), (byte)(55 - bytes[64])]);
        yield return ("r is zero", [.. new byte[32], .. bytes[32..]]);
        yield return ("s is zero", [.. bytes[..32], .. new byte[32], bytes[64]]);
        yield return ("r is no X of a point", [.. new byte[31], 5, .. bytes[32..]]);
    }

    /// <summary>The digest of <see cref="Recoverable"/>.</summary>
    public static Hash256 Digest => Message;

    /// <summary>Envelopes that decode, and are refused before any state is looked at.</summary>
    public static IEnumerable<(string Name, SignedTransaction Signed)> Envelopes()
    {
        var content = new Transaction(
            Network,
            AddressOf(0),
            AddressOf(0),
            IntentId.Create(new UnixTime(Start.Ms + 60_000), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
            [Transfer(1, 5)],
            Dollar,
            new Amount(10_000),
            null);
        var paidFor = content with { FeePayer = AddressOf(1) };
        yield return ("another network", Sign(content with { Network = new NetworkId(1) }, 0));
        yield return ("the account as its own fee payer", Sign(content with { FeePayer = AddressOf(0) }, 0, 0));
        yield return ("a signature too many", Sign(content, 0, 0));
        yield return ("the fee payer's signature missing", Sign(paidFor, 0));
        yield return ("another key than the signer's", Sign(content, 1));
        yield return ("another key than the fee payer's", Sign(paidFor, 0, 2));
        var moved = Sign(content, 0).Signatures;
        yield return ("a signature over another content", new SignedTransaction(
            content with { MaxFee = new Amount(10_001) }, moved));
        yield return ("a fee payer's signature over another content", new SignedTransaction(
            paidFor, [Sign(paidFor, 0).Signatures[0], Sign(content, 1).Signatures[0]]));
        var claim = ClaimOf(new ChannelId(Hash256.Sha256([1])), 5);
        Operation Many(int count) => Claims([.. Enumerable.Repeat(claim, count)]);
        yield return ("257 claims in two operations", Sign(content with { Operations = [Many(129), Many(128)] }, 0));
        yield return ("call data of no known call", SignRaw(WriteCall(new byte[] { 1, 2, 3, 4 })));
        yield return ("a value beside call data", SignRaw(
            WriteCall(TransferCall(AddressOf(1), 7)) with { Value = Uint256.FromUInt128(1) }));
    }

    private static IEnumerable<RejectedSignature> Ed25519()
    {
        using var key = PrivateKey.Create(KeyKind.Ed25519, [.. new byte[31], 5]);
        var good = key.Sign(Message);
        RejectedSignature With(string name, Signature signature) =>
            new($"Ed25519: {name}", key.PublicKey, Message, signature.ToArray(), "E-21");
        var order = BigInteger.Pow(2, 252)
            + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);
        var bytes = new byte[32];
        (new BigInteger(good.S.ToArray(), isUnsigned: true) + order).ToByteArray(isUnsigned: true).CopyTo(bytes, 0);
        yield return With("S not below the order", good with { S = new Hash256(bytes) });
        yield return With("of another message", good) with { Message = Hash256.Sha256("another"u8) };
        foreach (var point in SmallOrder.Select(Convert.FromHexString))
        {
            Assert.True(PublicKey.TryCreate(KeyKind.Ed25519, point, out var weak));
            var name = Convert.ToHexStringLower(point)[..8];
            yield return With($"R of small order, {name}", good with { R = new Hash256(point) });
            yield return With($"key and R of small order, {name}", new Signature(new Hash256(point), Hash256.Zero)) with
            {
                Key = weak,
            };
        }
    }

    private static Hash256 Word(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return new Hash256([.. new byte[32 - bytes.Length], .. bytes]);
    }
}

/// <summary>A signature to refuse.</summary>
internal sealed record RejectedSignature(string Name, PublicKey Key, Hash256 Message, byte[] Signature, string Rule);
