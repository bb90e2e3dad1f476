using Busbar.Keys;
using Busbar.Ticks;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class VerifierTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L1_L2_a_signed_transaction_survives_its_encoding_and_verifies()
    {
        var id = new ChannelId(Hash256.Sha256([1]));
        var signed = Sign(
            world.Write(
                0,
                Transfer(1, UInt128.MaxValue),
                OpenOperation(first: VoucherOf(id, 5)),
                new Operation.TopUpChannel(id, new Amount(1)),
                Claims(ClaimOf(id, 5)),
                new Operation.CloseChannel(id),
                new Operation.RequestChannelClose(id),
                new Operation.WithdrawChannel(id)) with { FeePayer = AddressOf(1) },
            0,
            1);
        Assert.Equal(DecodeError.Unset, SignedTransaction.TryDecode(signed.Encode(), out var decoded));
        Assert.Equal(signed.Encode(), decoded!.Value.Encode());
        Assert.Equal(
            VerificationStatus.Verified, TransactionVerifier.TryVerify(decoded, Network, out var verified));
        Assert.Equal(signed.Transaction.SigningHash(), verified!.Value.SigningHash);
        Assert.Equal(signed.Encode().Length, verified.Value.SizeBytes);
    }

    [Fact]
    public void L2_signatures_are_no_part_of_the_signing_hash()
    {
        var secret = new byte[32];
        secret[31] = 7;
        var key = PrivateKey.Create(KeyKind.P256, secret);
        var transaction = world.Write(0, Transfer(1, 1)) with { Account = key.Address, Signer = key.Address };
        var hash = transaction.SigningHash();
        SignedTransaction Signed() => new(transaction, [new SignatureProof(key.PublicKey, key.Sign(hash))]);
        var (first, second) = (Signed(), Signed());

        Assert.NotEqual(first.Encode(), second.Encode());
        Assert.Equal(first.Transaction.SigningHash(), second.Transaction.SigningHash());
        Assert.Equal((VerificationStatus.Verified, VerificationStatus.Verified), (Verify(first), Verify(second)));
    }

    [Fact]
    public void L3_each_refusal_in_the_order_of_its_precedence()
    {
        var good = world.Write(0, Transfer(1, 1));
        var none = good with { Operations = [] };
        Assert.Equal(VerificationStatus.WrongNetwork, Verify(Sign(none with { Network = new NetworkId(9) }, 0)));
        Assert.Equal(VerificationStatus.Malformed, Verify(Sign(none, 0)));

        var tooMany = good with { Operations = [.. Enumerable.Repeat(Transfer(1, 1), 257)] };
        Assert.Equal(VerificationStatus.Malformed, Verify(Sign(tooMany, 0)));
        var enough = tooMany with { Operations = [.. tooMany.Operations.Take(256)] };
        Assert.Equal(VerificationStatus.Verified, Verify(Sign(enough, 0)));

        var redundant = good with { FeePayer = AddressOf(0) };
        Assert.Equal(VerificationStatus.FeePayerRedundant, Verify(Sign(redundant, 0, 1)));
        Assert.Equal(VerificationStatus.SignatureCountWrong, Verify(Sign(good, 0, 1)));
        Assert.Equal(VerificationStatus.SignatureCountWrong, Verify(Sign(good)));
        Assert.Equal(VerificationStatus.SignerKeyMismatch, Verify(Sign(good, 1)));

        var paid = good with { FeePayer = AddressOf(1) };
        Assert.Equal(VerificationStatus.FeePayerKeyMismatch, Verify(Sign(paid, 0, 2)));
        var signed = Sign(paid, 0, 1);
        var other = Sign(good, 0);
        var other1 = Sign(good, 1);
        Assert.Equal(VerificationStatus.Verified, Verify(signed));
        Assert.Equal(
            VerificationStatus.SignatureInvalid,
            Verify(signed with { Signatures = [other.Signatures[0], signed.Signatures[1]] }));
        Assert.Equal(
            VerificationStatus.FeePayerSignatureInvalid,
            Verify(signed with { Signatures = [signed.Signatures[0], other1.Signatures[0]] }));
    }

    [Fact]
    public void L3_a_claim_operation_has_1_to_256_entries_and_a_transaction_256_of_them_together()
    {
        var claim = new Claim(VoucherOf(default, 1), null, null, []);
        Operation Entries(int count) => Claims([.. Enumerable.Repeat(claim, count)]);
        VerificationStatus Try(params Operation[] operations) => Verify(Sign(world.Write(0, operations), 0));

        Assert.Equal(VerificationStatus.Malformed, Try(Entries(0)));
        Assert.Equal(VerificationStatus.Malformed, Try(Entries(257)));
        Assert.Equal(VerificationStatus.Verified, Try(Entries(256)));
        Assert.Equal(VerificationStatus.Verified, Try(Entries(200), Entries(56)));
        Assert.Equal(VerificationStatus.TooManyClaims, Try(Entries(200), Entries(57)));
    }

    [Fact]
    public void L3_an_encoding_past_its_limit_is_too_large()
    {
        var path = Enumerable.Repeat(TickHash.Zero, Limits.TickPathLength).ToArray();
        var voucher = VoucherOf(default, UInt128.MaxValue) with { Heads = 65_536, TickValue = Amount.MaxValue };
        var claim = ClaimOf(voucher) with { Tick = new Tick(1, 65_535, 1_024, TickHash.Zero), Path = path };
        Assert.Equal(
            VerificationStatus.TooLarge, Verify(Sign(world.Write(0, Claims([.. Enumerable.Repeat(claim, 256)])), 0)));
    }

    [Fact]
    public void L3_an_operation_outside_its_wire_limits_is_malformed()
    {
        var claim = new Claim(VoucherOf(default, 1), null, null, []);
        Claim[] malformed =
        [
            claim with { Voucher = claim.Voucher with { Heads = 3 } },
            claim with { Voucher = claim.Voucher with { Heads = -1 } },
            claim with { Tick = new Tick(1, 0, 0, TickHash.Zero) },
            claim with { Tick = new Tick(1, -1, 1, TickHash.Zero) },
            claim with { Tick = new Tick(1, 65_536, 1, TickHash.Zero) },
            claim with { Tick = new Tick(1, 0, 1_025, TickHash.Zero) },
            claim with { Path = new TickHash[Limits.TickPathLength + 1] },
        ];
        foreach (var entry in malformed)
        {
            var status = TransactionVerifier.TryVerify(
                new Unverified<SignedTransaction>(new SignedTransaction(world.Write(0, Claims(entry)), [])),
                Network,
                out _);
            Assert.Equal(VerificationStatus.Malformed, status);
        }
    }
}
