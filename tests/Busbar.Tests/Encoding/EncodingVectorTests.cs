using Busbar.Keys;
using Busbar.Tests.Vectors;
using Busbar.Transactions;

namespace Busbar.Tests.Encodings;

/// <summary>The vectors of encodings and keys in spec/vectors.</summary>
public sealed class EncodingVectorTests
{
    [Fact]
    public void E1_E8_E15_the_encoding_vectors_are_what_the_code_makes()
    {
        using var key = PrivateKey.Create(KeyKind.Secp256k1, [.. new byte[31], 1]);
        var transaction = new Transaction(
            NetworkId.Development,
            key.Address,
            key.Address,
            IntentId.Create(new UnixTime(1_700_000_000_000), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
            [new Operation.Transfer(new(Twenty(0xA5)), new(Twenty(0xB0)), new Amount(100_000), default)],
            new Address(Twenty(0xA5)),
            new Amount(10_000),
            null);
        var unsigned = new CanonicalWriter();
        transaction.Write(unsigned);
        var signature = key.Sign(transaction.SigningHash());
        var signed = new SignedTransaction(transaction, [new SignatureProof(key.PublicKey, signature)]);
        UInt128[] numbers =
            [0, 23, 24, 255, 256, 65_535, 65_536, uint.MaxValue, 1UL << 32, ulong.MaxValue, UInt128.One << 64,
            UInt128.MaxValue];
        VectorFile.Check("encoding.json", new
        {
            note = "Deterministic CBOR as in spec/encoding.md. The key of the transaction is the secp256k1 scalar 1. "
                + "Votes name validators whose Ed25519 seeds are the numbers 1 and 2 in 32 bytes.",
            numbers = numbers.Select(n => new { value = n.ToString(), encoding = Hex.Format(Encoded(n)) }),
            refused = new[]
            {
                new { encoding = "0x1817", error = nameof(DecodeError.NotCanonical) },
                new { encoding = "0xc24101", error = nameof(DecodeError.NotCanonical) },
                new { encoding = "0x1f", error = nameof(DecodeError.NotCanonical) },
                new { encoding = "0x18", error = nameof(DecodeError.Truncated) },
                new { encoding = "0x0000", error = nameof(DecodeError.TrailingBytes) },
                new { encoding = "0x20", error = nameof(DecodeError.WrongType) },
            },
            transaction = new
            {
                encoding = Hex.Format(unsigned.WrittenSpan),
                signingHash = transaction.SigningHash().ToString(),
                signature = Hex.Format(signature.ToArray()),
                signedEncoding = Hex.Format(signed.Encode()),
            },
            votes = Proposals().Select(proposal =>
            {
                var vote = new CanonicalWriter();
                new Operation.CastVote(proposal).Write(vote);
                return new
                {
                    proposal = proposal.Kind.ToString(),
                    operation = Hex.Format(vote.WrittenSpan),
                    digest = proposal.Digest().ToString(),
                };
            }),
        });
    }

    [Fact]
    public void E20_E21_E23_the_key_vectors_are_what_the_code_makes()
    {
        List<object> vectors = [];
        foreach (var kind in new[] { KeyKind.Secp256k1, KeyKind.P256, KeyKind.Ed25519 })
        {
            using var key = PrivateKey.Create(kind, [.. new byte[31], 1]);
            var hash = Hash256.Sha256("abc"u8);

            // P-256 signs with a random k, so its vector has no signature.
            var signature = kind == KeyKind.P256 ? null : Hex.Format(key.Sign(hash).ToArray());
            vectors.Add(new
            {
                kind = (int)kind,
                name = kind.ToString(),
                secret = Hex.Format([.. new byte[31], 1]),
                publicKey = Hex.Format(key.PublicKey.Bytes),
                address = key.Address.ToString(),
                signs = hash.ToString(),
                signature,
            });
        }

        VectorFile.Check(
            "keys.json", new { note = "Addresses and signatures as in spec/encoding.md.", keys = vectors });
    }

    [Fact]
    public void E10_every_domain_tag_is_in_the_specification_once_and_no_two_are_equal()
    {
        var specification = File.ReadAllText(Path.Combine(VectorFile.Root, "spec", "encoding.md"));
        var tags = typeof(DomainTag).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Equal(tags.Count, tags.Distinct().Count());
        Assert.All(tags, tag => Assert.Contains($"`{tag}`", specification, StringComparison.Ordinal));
    }

    private static Proposal[] Proposals()
    {
        using var one = PrivateKey.Create(KeyKind.Ed25519, [.. new byte[31], 1]);
        using var two = PrivateKey.Create(KeyKind.Ed25519, [.. new byte[31], 2]);
        return
        [
            new Proposal.AddValidator(one.PublicKey),
            new Proposal.RemoveValidator(one.PublicKey),
            new Proposal.ReplaceValidator(one.PublicKey, two.PublicKey),
            new Proposal.ScheduleUpgrade(2, 1_000_000),
            new Proposal.SetPrice(Price.Transfer, 9_000),
        ];
    }

    private static byte[] Encoded(UInt128 number) => new CanonicalWriter().Number(number).ToArray();

    private static byte[] Twenty(byte value) => [.. Enumerable.Repeat(value, 20)];
}
