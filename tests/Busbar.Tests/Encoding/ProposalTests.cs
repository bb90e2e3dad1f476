using Busbar.Keys;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Encodings;

public sealed class ProposalTests
{
    private static readonly Gen<PublicKey> GenKey = Gen.Byte.Array[32].Select(
        bytes => PublicKey.TryCreate(KeyKind.Ed25519, bytes, out var key) ? key : throw new ArgumentException(null));

    public static Gen<Proposal> GenProposal { get; } = Gen.OneOf(
        GenKey.Select(key => (Proposal)new Proposal.AddValidator(key)),
        GenKey.Select(key => (Proposal)new Proposal.RemoveValidator(key)),
        Gen.Select(GenKey, GenKey).Select((old, next) => (Proposal)new Proposal.ReplaceValidator(old, next)),
        Gen.Select(Gen.ULong, Gen.ULong).Select(
            (version, height) => (Proposal)new Proposal.ScheduleUpgrade(version, height)),
        Gen.Select(Gen.Byte, Gen.ULong).Select((price, units) => (Proposal)new Proposal.SetPrice((Price)price, units)));

    [Fact]
    public void L80_a_proposal_has_one_encoding_and_its_digest_is_over_tag_and_it() => GenProposal.Sample(proposal =>
    {
        var bytes = Encode(proposal);
        var reader = new CanonicalReader(bytes);
        Assert.Equal(proposal, Proposal.Read(ref reader));
        Assert.True(reader.Finish());
        byte[] tagged = [0x82, .. new CanonicalWriter().Text("busbar/proposal/1").WrittenSpan, .. bytes];
        Assert.Equal(Hash256.Sha256(tagged), proposal.Digest());
        for (var size = 0; size < bytes.Length; size++)
        {
            var cut = new CanonicalReader(bytes.AsSpan(0, size));
            Assert.Null(Proposal.Read(ref cut));
        }
    });

    [Theory]
    [InlineData("820601", DecodeError.UnknownKind)]
    [InlineData("820001", DecodeError.UnknownKind)]
    [InlineData("820402", DecodeError.Truncated)]
    [InlineData("82040203", DecodeError.WrongLength)]
    [InlineData("8404020301", DecodeError.WrongLength)]
    [InlineData("8104", DecodeError.WrongLength)]
    [InlineData("82014101", DecodeError.WrongLength)]
    [InlineData("820102", DecodeError.WrongType)]
    public void L80_E15_another_kind_number_of_fields_or_length_of_key_is_refused(string hex, DecodeError error)
    {
        var reader = new CanonicalReader(Convert.FromHexString(hex));
        Assert.Null(Proposal.Read(ref reader));
        Assert.Equal(error, reader.Error);
    }

    [Fact]
    public void L3_L80_a_proposal_with_a_key_of_another_kind_is_malformed()
    {
        using var ed = PrivateKey.Create(KeyKind.Ed25519, [.. new byte[31], 1]);
        using var secp = PrivateKey.Create(KeyKind.Secp256k1, [.. new byte[31], 1]);
        Proposal[] wrong =
        [
            new Proposal.AddValidator(secp.PublicKey), new Proposal.RemoveValidator(secp.PublicKey),
            new Proposal.ReplaceValidator(secp.PublicKey, ed.PublicKey),
            new Proposal.ReplaceValidator(ed.PublicKey, secp.PublicKey),
        ];
        foreach (var proposal in wrong)
        {
            var transaction = new Transaction(
                NetworkId.Development, ed.Address, ed.Address, default, [new Operation.CastVote(proposal)],
                Address.Zero, Amount.Zero, null);
            var signed = new SignedTransaction(
                transaction, [new SignatureProof(ed.PublicKey, ed.Sign(transaction.SigningHash()))]);
            Assert.Equal(
                VerificationStatus.Malformed,
                TransactionVerifier.TryVerify(
                    new Unverified<SignedTransaction>(signed), NetworkId.Development, out _));
        }
    }

    private static byte[] Encode(Proposal proposal)
    {
        var writer = new CanonicalWriter();
        proposal.Write(writer);
        return writer.ToArray();
    }
}
