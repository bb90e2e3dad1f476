using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Tests.Vectors;

/// <summary>spec/vectors/rejections.json: what must be refused, each with the rule that it breaks.</summary>
public sealed class RejectionVectorTests
{
    [Fact]
    public void E1_E5_E21_E25_L3_the_rejection_vectors_are_what_the_code_refuses()
    {
        VectorFile.Check("rejections.json", new
        {
            note = "Bytes that a decoder refuses, signatures that do not count, and transactions that decode and are "
                + "refused before any state is looked at. Errors are those of spec/encoding.md, statuses those of L-3.",
            network = LedgerWorld.Network.ChainId,
            encodings = RejectedBytes.All().Select(one => new
            {
                name = one.Name,
                kind = one.Kind,
                bytes = Hex.Format(one.Bytes),
                rule = one.Rule,
                error = Refused(one).ToString(),
            }),
            signatures = RejectedSignatures.All().Select(one => new
            {
                name = one.Name,
                keyKind = (int)one.Key.Kind,
                key = Hex.Format(one.Key.Bytes),
                message = one.Message.ToString(),
                signature = Hex.Format(one.Signature),
                rule = one.Rule,
                valid = Refused(one),
            }),
            recoverable = RejectedSignatures.Recoverable().Select(one => new
            {
                name = one.Name,
                digest = RejectedSignatures.Digest.ToString(),
                signature = Hex.Format(one.Signature),
                rule = "E-25",
                signer = RecoverableSignature.FromBytes(one.Signature).Recover(RejectedSignatures.Digest)?.Address,
            }),
            transactions = RejectedSignatures.Envelopes().Select(one => new
            {
                name = one.Name,
                encoding = Hex.Format(one.Signed.Encode()),
                rule = "L-3",
                status = Status(one.Signed).ToString(),
                statusNumber = (int)Status(one.Signed),
            }),
        });
    }

    private static DecodeError Refused(RejectedEncoding one)
    {
        var error = ErrorOf(one.Kind, one.Bytes);
        Assert.True(error != DecodeError.Unset, one.Name + " was taken");
        return error;
    }

    private static bool Refused(RejectedSignature one)
    {
        var valid = one.Key.Verify(one.Message, Signature.FromBytes(one.Signature));
        Assert.False(valid, one.Name + " was taken");
        return valid;
    }

    private static VerificationStatus Status(SignedTransaction signed)
    {
        Assert.Equal(DecodeError.Unset, SignedTransaction.TryDecode(signed.Encode(), out var decoded));
        var status = TransactionVerifier.TryVerify(decoded!, LedgerWorld.Network, out _);
        Assert.NotEqual(VerificationStatus.Verified, status);
        return status;
    }

    private static DecodeError ErrorOf(string kind, byte[] bytes)
    {
        switch (kind)
        {
            case "transaction":
                return SignedTransaction.TryDecode(bytes, out _);
            case "genesis":
                return Genesis.TryDecode(bytes, out _);
            case "block":
                return StoredBlock.TryDecode(bytes, out _);
            default:
                var reader = new CanonicalReader(bytes);
                _ = kind switch
                {
                    "header" => BlockHeader.Read(ref reader),
                    "certificate" => Certificate.Read(ref reader),
                    "receipt" => Receipt.Read(ref reader),
                    _ => (object)reader.WideNumber(),
                };
                reader.Finish();
                return reader.Error;
        }
    }
}
