using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class EscrowTests
{
    private static readonly Hash256 Preimage = Hash256.Sha256([1, 2, 3]);
    private static readonly Hash256 HashLock = Hash256.Sha256(Preimage.ToArray());
    private readonly LedgerWorld world = new();

    [Fact]
    public void L14_L130_L132_locking_sets_the_amount_aside_and_opens_the_payee()
    {
        var transaction = world.Write(0, Lock(Both(2, 3, 4)) with { Payee = AddressOf(5) });
        Assert.Equal(new Amount(120_000), world.Run(transaction).Fee);
        var escrow = world.State.FindEscrow(transaction.EscrowIdAt(0))!;
        Assert.Equal((AddressOf(0), AddressOf(5), Dollar), (escrow.Payer, escrow.Payee, escrow.Asset));
        Assert.Equal((new Amount(500), HashLock), (escrow.Amount, escrow.Conditions.HashLock));
        Assert.Equal(2, escrow.Conditions.Attestors!.Threshold);
        Assert.Equal(new Amount(1_000_000_000 - 500 - 120_000), world.BalanceOf(0));
    }

    [Fact]
    public void L132_the_first_reason_of_the_table_is_reported()
    {
        // The block of each try is a second after the state.
        UnixTime In(ulong ms) => new(world.State.Time.Ms + 1_000 + ms);
        var wrong = new Operation.LockEscrow(Dollar, NoAsset, Amount.Zero, default, new(HashLock, null));
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(0, wrong).Status);
        wrong = wrong with { Asset = Dollar };
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(0, wrong).Status);
        wrong = wrong with { Amount = Amount.MaxValue };
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(0, wrong).Status);
        Assert.Equal(TransactionStatus.PayeeIsPayer, world.Run(0, wrong with { Payee = AddressOf(0) }).Status);
        wrong = wrong with { Payee = AddressOf(1) };
        Assert.Equal(TransactionStatus.RefundTimeNotAhead, world.Run(0, wrong with { RefundTime = In(0) }).Status);
        Assert.Equal(
            TransactionStatus.RefundTimeTooFar, world.Run(0, wrong with { RefundTime = In(315_360_000_001) }).Status);
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(0, wrong with { RefundTime = In(1) }).Status);
        var right = wrong with { Amount = new Amount(1) };
        Assert.Equal(TransactionStatus.Ok, world.Run(0, right with { RefundTime = In(1) }).Status);
        Assert.Equal(
            TransactionStatus.Ok, world.Run(0, right with { RefundTime = In(EscrowRules.MaxRefundAheadMs) }).Status);
    }

    [Fact]
    public void L131_L134_the_preimage_releases_a_hash_lock_by_anybody_and_pays_the_payee()
    {
        var id = Run(Lock(new(HashLock, null)));
        var release = new Operation.ReleaseEscrow(default, null, []);
        Assert.Equal(TransactionStatus.EscrowUnknown, world.Run(3, release).Status);
        release = release with { Escrow = id };
        Assert.Equal(TransactionStatus.PreimageWrong, world.Run(3, release).Status);
        Assert.Equal(TransactionStatus.PreimageWrong, world.Run(1, release with { Preimage = HashLock }).Status);
        var receipt = world.Run(3, release with { Preimage = Preimage });
        Assert.Equal((TransactionStatus.Ok, new Amount(10_000)), (receipt.Status, receipt.Fee));
        Assert.Equal(new Amount(1_000_000_500 - 10_000), world.BalanceOf(1));
        Assert.Null(world.State.FindEscrow(id));
        Assert.Equal(TransactionStatus.EscrowUnknown, world.Run(3, release with { Preimage = Preimage }).Status);
    }

    [Fact]
    public void L131_L133_L134_m_of_n_attestors_release_and_nothing_else_counts()
    {
        var id = Run(Lock(Attestors(2, 2, 3, 4)));
        var other = Run(Lock(Attestors(2, 2, 3, 4)));
        SignatureProof[][] tooFew =
        [
            [],
            [Attest(2, id)],
            [Attest(2, id), Attest(2, id)],
            [Attest(2, id), Attest(5, id)],
            [Attest(2, id), Attest(3, other)],
            [Attest(2, id), Attest(3, id) with { Key = Pairs[4].PublicKey }],
            [Attest(2, id), Sign(3, EscrowAttestation.ReleaseHash(new NetworkId(1), id))],
        ];
        foreach (var proofs in tooFew)
        {
            Assert.Equal(TransactionStatus.AttestationsMissing, world.Run(1, Release(id, proofs)).Status);
        }

        var enough = Release(id, Attest(4, other), Attest(4, id), Attest(5, id), Attest(2, id), Attest(2, id));
        Assert.Equal((TransactionStatus.Ok, new Amount(35_000)), world.Run(3, enough) is var receipt
            ? (receipt.Status, receipt.Fee) : default);
        Assert.NotNull(world.State.FindEscrow(other));
    }

    [Fact]
    public void L131_L134_both_conditions_must_be_met_and_the_preimage_comes_first()
    {
        var id = Run(Lock(Both(1, 2)));
        Assert.Equal(TransactionStatus.PreimageWrong, world.Run(1, Release(id)).Status);
        Assert.Equal(TransactionStatus.PreimageWrong, world.Run(1, Release(id, Attest(2, id))).Status);
        Assert.Equal(
            TransactionStatus.AttestationsMissing, world.Run(1, Release(id) with { Preimage = Preimage }).Status);
        var both = Release(id, Attest(2, id)) with { Preimage = Preimage };
        Assert.Equal(TransactionStatus.Ok, world.Run(1, both).Status);
    }

    [Fact]
    public void L134_the_payer_releases_without_any_condition()
    {
        var id = Run(Lock(Both(2, 3, 4)));
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Release(id)).Status);
        Assert.Equal(new Amount(1_000_000_500), world.BalanceOf(1));
    }

    [Fact]
    public void L134_attestors_of_every_key_kind_count()
    {
        PrivateKey[] keys =
        [
            PrivateKey.Create(KeyKind.Secp256k1, [.. new byte[31], 9]),
            PrivateKey.Create(KeyKind.P256, [.. new byte[31], 9]), Pairs[2],
        ];
        var id = Run(Lock(new(null, new AttestorSet(3, [.. keys.Select(key => key.Address).Order()]))));
        var hash = EscrowAttestation.ReleaseHash(Network, id);
        var proofs = keys.Select(key => new SignatureProof(key.PublicKey, key.Sign(hash))).ToArray();
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Release(id, proofs)).Status);
    }

    [Fact]
    public void L135_the_payee_refunds_at_any_time_and_nobody_else_ever_does()
    {
        var id = Run(Lock(new(HashLock, null)));
        var refund = new Operation.RefundEscrow(id);
        Assert.Equal(TransactionStatus.NotEscrowParty, world.Run(3, refund).Status);
        Assert.Equal(TransactionStatus.RefundTooEarly, world.Run(0, refund).Status);
        var before = world.BalanceOf(0);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, refund).Status);
        Assert.Equal(before + new Amount(500), world.BalanceOf(0));
        Assert.Null(world.State.FindEscrow(id));
        Assert.Equal(TransactionStatus.EscrowUnknown, world.Run(1, refund).Status);
        Assert.Equal(TransactionStatus.EscrowUnknown, world.Run(1, Release(id) with { Preimage = Preimage }).Status);
    }

    [Fact]
    public void L135_L136_the_payer_refunds_from_the_refund_time_on_and_time_is_no_uptime()
    {
        var id = Run(Lock(new(HashLock, null)));
        var refund = world.Write(0, new Operation.RefundEscrow(id));
        var toWait = world.State.FindEscrow(id)!.RefundTime.Ms - world.State.Time.Ms;
        Assert.Equal(TransactionStatus.RefundTooEarly, world.Run(refund, toWait - 1).Status);
        Assert.True(world.State.UptimeMs < toWait);
        var again = world.Write(0, new Operation.RefundEscrow(id));
        Assert.Equal(TransactionStatus.Ok, world.Run(again, 1).Status);
    }

    [Fact]
    public void L136_after_the_refund_time_whichever_stands_first_wins()
    {
        var (first, second) = (Run(Lock(new(HashLock, null))), Run(Lock(new(HashLock, null))));
        world.Pass(60_000);
        var block = world.Begin();
        Receipt Apply(Transaction transaction)
        {
            Assert.Equal(InclusionStatus.Included, block.Apply(Check(transaction), out var receipt));
            return receipt!;
        }

        Assert.Equal(
            TransactionStatus.Ok, Apply(world.Write(1, Release(first) with { Preimage = Preimage })).Status);
        Assert.Equal(
            TransactionStatus.EscrowUnknown, Apply(world.Write(0, new Operation.RefundEscrow(first))).Status);
        Assert.Equal(TransactionStatus.Ok, Apply(world.Write(0, new Operation.RefundEscrow(second))).Status);
        Assert.Equal(
            TransactionStatus.EscrowUnknown,
            Apply(world.Write(1, Release(second) with { Preimage = Preimage })).Status);
        world.Seal(block);
        Assert.Empty(world.State.Escrows());
    }

    [Fact]
    public void L133_what_an_attestor_signs_is_bound_to_network_and_escrow()
    {
        var id = new EscrowId(Hash256.Sha256([7]));
        byte[] signed =
        [
            0x84, 0x74, .. "busbar/attestation/1"u8, 0x1A, 0x00, 0x06, 0x23, 0xE2, 0x58, 0x20,
            .. id.Value.ToArray(), 0x01,
        ];
        Assert.Equal(Hash256.Sha256(signed), EscrowAttestation.ReleaseHash(Network, id));
        Assert.NotEqual(
            EscrowAttestation.ReleaseHash(Network, id), EscrowAttestation.ReleaseHash(new NetworkId(1), id));
        Assert.NotEqual(
            EscrowAttestation.ReleaseHash(Network, id), EscrowAttestation.ReleaseHash(Network, default));
    }

    [Fact]
    public void L30_a_failure_undoes_what_escrows_did()
    {
        var (one, two) = (Run(Lock(new(HashLock, null))), Run(Lock(new(HashLock, null))));
        var receipt = world.Run(
            0,
            Lock(new(HashLock, null)),
            Release(one),
            new Operation.RefundEscrow(two));
        Assert.Equal((TransactionStatus.RefundTooEarly, 2), (receipt.Status, receipt.FailedOperation));
        Assert.Equal(new Amount(40_000), receipt.Fee);
        Assert.Equal(2, world.State.Escrows().Count());
        Assert.Equal(new Amount(1_000_000_000), world.BalanceOf(1));
    }

    [Fact]
    public void Effects_of_escrows_name_the_escrow()
    {
        var (one, two) = (Run(Lock(new(HashLock, null))), Run(Lock(new(HashLock, null))));
        var block = world.Begin();
        block.Apply(
            Check(world.Write(1, Release(one) with { Preimage = Preimage }, new Operation.RefundEscrow(two))), out _);
        Assert.Equal(
            [(EffectKind.EscrowReleased, 0, 1, one.Value), (EffectKind.EscrowRefunded, 1, 0, two.Value)],
            world.Seal(block).Effects.Select(effect =>
                (effect.Kind, KeyOf(effect.From), KeyOf(effect.To), effect.Reference!.Value)));
    }

    private static EscrowConditions Attestors(int threshold, params int[] keys) =>
        new(null, new AttestorSet(threshold, [.. keys.Select(AddressOf).Order()]));

    private static EscrowConditions Both(int threshold, params int[] keys) =>
        Attestors(threshold, keys) with { HashLock = HashLock };

    private static SignatureProof Sign(int key, Hash256 hash) => new(Pairs[key].PublicKey, Pairs[key].Sign(hash));

    private static SignatureProof Attest(int key, EscrowId escrow) =>
        Sign(key, EscrowAttestation.ReleaseHash(Network, escrow));

    private static Operation.ReleaseEscrow Release(EscrowId escrow, params SignatureProof[] attestations) =>
        new(escrow, null, attestations);

    private Operation.LockEscrow Lock(EscrowConditions conditions) =>
        new(AddressOf(1), Dollar, new Amount(500), new UnixTime(world.State.Time.Ms + 60_000), conditions);

    private EscrowId Run(Operation.LockEscrow operation)
    {
        var transaction = world.Write(0, operation);
        Assert.Equal(TransactionStatus.Ok, world.Run(transaction).Status);
        return transaction.EscrowIdAt(0);
    }
}
