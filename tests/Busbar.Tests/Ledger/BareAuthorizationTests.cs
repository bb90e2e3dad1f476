using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class BareAuthorizationTests
{
    private static readonly Amount Rich = new(1_000_000_000);
    private readonly LedgerWorld world = new();

    [Fact]
    public void L180_L181_the_payee_gets_exactly_the_value_and_the_payer_pays_the_fee_on_top()
    {
        var bare = new BareAuthorization(Network, SignTransfer(world.Write3009()));
        var receipt = world.Run(bare);
        Assert.Equal((TransactionStatus.Ok, new Amount(15_000)), (receipt.Status, receipt.Fee));
        Assert.Equal((Wallets[0].Address, Wallets[0].Address), (receipt.Account, receipt.FeePayer));
        Assert.Equal(Rich - new Amount(15_500), world.WalletBalance(0));
        Assert.Equal(Rich + new Amount(500), world.BalanceOf(1));
        Assert.Equal(InclusionStatus.Duplicate, world.Refuse(bare).Inclusion);
        Assert.NotNull(world.State.FindIntent(receipt.Account, receipt.Signer, receipt.IntentId));
    }

    [Fact]
    public void L181_with_a_fee_payer_the_payer_pays_exactly_the_value()
    {
        var receipt = world.Run(PayFor(SignTransfer(world.Write3009()), feePayer: 3, maxFee: 20_000));
        Assert.Equal((TransactionStatus.Ok, AddressOf(3)), (receipt.Status, receipt.FeePayer));
        Assert.Equal(Rich - new Amount(500), world.WalletBalance(0));
        Assert.Equal(Rich - new Amount(20_000), world.BalanceOf(3));
        var cheap = PayFor(SignTransfer(world.Write3009(nonce: 2)), feePayer: 3, maxFee: 19_999);
        Assert.Equal(InclusionStatus.FeeAboveMaximum, world.Refuse(cheap).Inclusion);
    }

    [Fact]
    public void L181_the_intent_follows_from_the_authorization_alone()
    {
        var operation = SignTransfer(world.Write3009());
        var bare = new BareAuthorization(Network, operation);
        var paid = PayFor(operation, feePayer: 3, maxFee: 20_000);
        Assert.Equal(bare.Transaction.IntentId, paid.Transaction.IntentId);
        Assert.Equal(
            operation.Authorization.ValidBeforeSeconds * 1_000 - 1, bare.Transaction.IntentId.ValidUntil.Ms);
        var digest = Hash256.Sha256([.. Dollar.ToArray(), .. Wallets[0].Address.ToArray(), .. NonceOf(1).ToArray()]);
        Assert.EndsWith(digest.ToString()[2..22], bare.Transaction.IntentId.ToString(), StringComparison.Ordinal);
        world.Run(bare);
        Assert.Equal(InclusionStatus.IntentReused, world.Refuse(paid).Inclusion);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 999)]
    [InlineData(281_474_976_710, 281_474_976_709_999)]
    [InlineData(281_474_976_711, 281_474_976_710_655)]
    [InlineData(ulong.MaxValue, 281_474_976_710_655)]
    public void L181_the_expiry_is_the_last_millisecond_before_validBefore(ulong validBefore, ulong validUntilMs) =>
        Assert.Equal(
            new UnixTime(validUntilMs),
            BareAuthorization.IntentOf(world.Write3009() with { ValidBeforeSeconds = validBefore }).ValidUntil);

    [Fact]
    public void L182_it_may_lie_a_day_ahead_whatever_the_networks_own_limit()
    {
        Assert.True(Parameters.MaxIntentAheadMs < 86_400_000);
        var now = (world.State.Time.Ms + 1_000) / 1_000;
        var day = world.Write3009() with { ValidBeforeSeconds = now + 86_400 };
        Assert.Equal(TransactionStatus.Ok, world.Run(new BareAuthorization(Network, SignTransfer(day))).Status);
        var more = day with { ValidBeforeSeconds = now + 86_403, Nonce = NonceOf(2) };
        Assert.Equal(
            InclusionStatus.TooFarAhead,
            world.Refuse(new BareAuthorization(Network, SignTransfer(more))).Inclusion);
    }

    [Fact]
    public void L182_one_whose_operation_fails_stands_nowhere_and_costs_nothing()
    {
        var poor = new BareAuthorization(Network, SignTransfer(world.Write3009(999_990_000)));
        Assert.Equal((InclusionStatus.OperationFails, TransactionStatus.BalanceTooLow), world.Refuse(poor));
        Assert.Equal(
            (InclusionStatus.OperationFails, TransactionStatus.BalanceTooLow),
            world.State.TryOut(Check(poor), world.State.Time));
        var early = world.Write3009(nonce: 2) with { ValidAfterSeconds = world.Seconds + 5 };
        var waiting = new BareAuthorization(Network, SignTransfer(early));
        Assert.Equal(
            (InclusionStatus.OperationFails, TransactionStatus.AuthorizationNotYetValid), world.Refuse(waiting));
        Assert.Equal(Rich, world.WalletBalance(0));
        Assert.Equal(TransactionStatus.Ok, world.Run(waiting, 6_000).Status);
        world.Pass(60_000);
        Assert.Equal(InclusionStatus.Expired, world.Refuse(poor).Inclusion);
    }

    [Fact]
    public void L182_what_stands_beside_one_that_fails_is_as_if_it_had_not_been_there()
    {
        var poor = Check(new BareAuthorization(Network, SignTransfer(world.Write3009(999_990_000))));
        var good = Check(new BareAuthorization(Network, SignTransfer(world.Write3009(7))));
        var block = world.Begin();
        Assert.Equal(InclusionStatus.OperationFails, block.Apply(poor, out _));
        Assert.Equal(InclusionStatus.Included, block.Apply(good, out _));
        Assert.Equal(InclusionStatus.Duplicate, block.Apply(good, out _));
        var executed = world.Seal(block);
        Assert.Single(executed.Receipts);
        Assert.Single(executed.Effects);
    }

    [Fact]
    public void L183_one_that_executed_elsewhere_does_not_stand_alone_nor_the_other_way_round()
    {
        var operation = SignTransfer(world.Write3009());
        world.Run(3, operation);
        Assert.Equal(
            (InclusionStatus.OperationFails, TransactionStatus.AuthorizationUsed),
            world.Refuse(new BareAuthorization(Network, operation)));
        var other = SignTransfer(world.Write3009(nonce: 2));
        world.Run(new BareAuthorization(Network, other));
        Assert.Equal(TransactionStatus.AuthorizationUsed, world.Run(3, other).Status);
        world.Run(3, SignCancel(world.Write3009(nonce: 3)));
        Assert.Equal(
            (InclusionStatus.OperationFails, TransactionStatus.AuthorizationCancelled),
            world.Refuse(new BareAuthorization(Network, SignTransfer(world.Write3009(nonce: 3)))));
    }

    [Fact]
    public void L181_an_asset_that_the_tariff_does_not_list_needs_a_fee_payer()
    {
        var domain = Busbar.Ethereum.Eip712.DomainOf("Huge", "1", Network, Huge);
        var huge = SignTransfer(world.Write3009() with { Asset = Huge, Domain = domain });
        Assert.Equal(
            InclusionStatus.FeeAssetNotListed, world.Refuse(new BareAuthorization(Network, huge)).Inclusion);
        Assert.Equal(
            (InclusionStatus.OperationFails, TransactionStatus.BalanceTooLow),
            world.Refuse(PayFor(huge, feePayer: 3, maxFee: 20_000)));
    }

    [Fact]
    public void L3_L181_each_refusal_in_the_order_of_its_precedence()
    {
        var operation = SignTransfer(world.Write3009());
        Assert.Equal(VerificationStatus.WrongNetwork, Verify(new BareAuthorization(new NetworkId(1), operation)));
        var forged = new Operation.TransferWithAuthorization(
            operation.Authorization with { Value = new Amount(501) });
        Assert.Equal(VerificationStatus.SignatureInvalid, Verify(new BareAuthorization(Network, forged)));
        var paid = PayFor(operation, feePayer: 3, maxFee: 20_000);
        var proof = paid.Signatures[0];
        BareAuthorization With(Operation.TransferWithAuthorization what, Address payer, SignatureProof signature) =>
            new(Network, what, Dollar, new Amount(20_000), payer, signature);
        Assert.Equal(VerificationStatus.FeePayerRedundant, Verify(With(forged, Wallets[0].Address, proof)));
        Assert.Equal(VerificationStatus.SignatureCountWrong, Verify(paid with { Signatures = [] }));
        Assert.Equal(VerificationStatus.FeePayerKeyMismatch, Verify(With(forged, AddressOf(2), proof)));
        Assert.Equal(VerificationStatus.SignatureInvalid, Verify(With(forged, AddressOf(3), proof)));
        var wrong = new BareAuthorization(Network, operation, Dollar, new Amount(20_001), AddressOf(3), proof);
        Assert.Equal(VerificationStatus.FeePayerSignatureInvalid, Verify(wrong));
        Assert.Equal(VerificationStatus.Verified, Verify(paid));
    }

    [Fact]
    public void L160_L180_an_authorization_of_another_network_is_nobodys_here()
    {
        var elsewhere = Eip712.DomainOf("Dollar", "1", new NetworkId(1), Dollar);
        var signed = SignTransfer(world.Write3009() with { Domain = elsewhere });
        Assert.Equal(
            (InclusionStatus.OperationFails, TransactionStatus.AuthorizationSignatureInvalid),
            world.Refuse(new BareAuthorization(Network, signed)));
        var moved = new Operation.TransferWithAuthorization(signed.Authorization with { Domain = DollarDomain });
        Assert.Equal(VerificationStatus.SignatureInvalid, Verify(new BareAuthorization(Network, moved)));
        Assert.Equal(Rich, world.WalletBalance(0));
    }

    [Fact]
    public void L180_E5_it_has_one_encoding_and_every_other_form_is_refused()
    {
        SignedTransaction[] good =
        [
            new BareAuthorization(Network, SignTransfer(world.Write3009())),
            PayFor(SignTransfer(world.Write3009()), feePayer: 3, maxFee: 20_000),
        ];
        foreach (var bytes in good.Select(one => one.Encode()))
        {
            Assert.Equal(DecodeError.Unset, SignedTransaction.TryDecode(bytes, out var decoded));
            Assert.Equal(bytes, decoded!.Value.Encode());
            for (var size = 0; size < bytes.Length; size++)
            {
                Assert.NotEqual(DecodeError.Unset, SignedTransaction.TryDecode(bytes.AsSpan(0, size), out _));
            }

            Assert.Equal(DecodeError.TrailingBytes, SignedTransaction.TryDecode([.. bytes, 0], out _));
            Assert.Equal(DecodeError.WrongLength, SignedTransaction.TryDecode([0x83, .. bytes[1..]], out _));
            Assert.NotEqual(DecodeError.Unset, SignedTransaction.TryDecode([0x85, .. bytes[1..]], out _));
            var tag = bytes.ToArray();
            tag[2] ^= 1;
            Assert.Equal(DecodeError.UnknownKind, SignedTransaction.TryDecode(tag, out _));
        }

        var receive = SignReceive(world.Write3009());
        var writer = new CanonicalWriter().Array(4).Text("busbar/authorization/1").Number(Network.ChainId);
        receive.Write(writer);
        Assert.Equal(DecodeError.UnknownKind, SignedTransaction.TryDecode(writer.Null().WrittenSpan, out _));
    }

    [Fact]
    public void L60_L181_the_fee_is_at_most_its_ceiling()
    {
        var bare = new BareAuthorization(Network, SignTransfer(world.Write3009() with { To = AddressOf(5) }));
        Assert.Equal(Amount.MaxValue, bare.Transaction.MaxFee);
        Assert.Equal(new Amount(1_150_000), world.State.FeeCeilingOf(bare.Transaction));
        Assert.Equal(new Amount(115_000), world.State.QuoteFee(bare.Transaction).Total);
        Assert.Null(world.State.FeeCeilingOf(bare.Transaction with { FeeAsset = Huge }));
    }
}
