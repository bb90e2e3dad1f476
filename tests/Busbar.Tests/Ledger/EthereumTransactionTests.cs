using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Tests.Ledger.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class EthereumTransactionTests
{
    private static readonly Amount Rich = new(1_000_000_000);
    private readonly LedgerWorld world = new();

    [Fact]
    public void L185_L187_a_wallets_payment_pays_and_its_nonce_counts_on()
    {
        var signed = SignRaw(WriteRaw());
        var receipt = world.Run(signed);
        Assert.Equal((TransactionStatus.Ok, new Amount(10_000)), (receipt.Status, receipt.Fee));
        Assert.Equal(
            (Wallets[0].Address, signed.SigningHash(), signed.Transaction.IntentId),
            (receipt.Account, receipt.SigningHash, receipt.IntentId));
        Assert.Equal(Rich - new Amount(10_500), world.WalletBalance(0));
        Assert.Equal(Rich + new Amount(500), world.BalanceOf(1));
        Assert.Equal(1UL, world.State.EthereumNonceOf(Wallets[0].Address));
        Assert.Empty(world.State.Intents());
    }

    [Fact]
    public void L186_each_nonce_once_and_in_order()
    {
        Assert.Equal(InclusionStatus.NonceAhead, world.Refuse(SignRaw(WriteRaw(1))).Inclusion);
        Assert.Equal(TransactionStatus.Ok, world.Run(SignRaw(WriteRaw(0))).Status);
        Assert.Equal(InclusionStatus.NonceUsed, world.Refuse(SignRaw(WriteRaw(0))).Inclusion);
        Assert.Equal(InclusionStatus.NonceUsed, world.Refuse(SignRaw(WriteRaw(0, atomic: 7))).Inclusion);
        Assert.Equal(InclusionStatus.NonceAhead, world.Refuse(SignRaw(WriteRaw(2))).Inclusion);
        var block = world.Begin();
        Assert.Equal(InclusionStatus.Included, block.Apply(Check(SignRaw(WriteRaw(1))), out _));
        Assert.Equal(InclusionStatus.Included, block.Apply(Check(SignRaw(WriteRaw(2))), out _));
        Assert.Equal(InclusionStatus.Included, block.Apply(Check(SignRaw(WriteRaw(0), wallet: 1)), out _));
        world.Seal(block);
        Assert.Equal(3UL, world.State.EthereumNonceOf(Wallets[0].Address));
        Assert.Equal(1UL, world.State.EthereumNonceOf(Wallets[1].Address));
        world.Pass(500_000);
        Assert.Equal(InclusionStatus.NonceUsed, world.Refuse(SignRaw(WriteRaw(2))).Inclusion);
    }

    [Fact]
    public void L186_a_failed_transaction_has_used_its_nonce_and_pays_its_fee()
    {
        var receipt = world.Run(SignRaw(WriteRaw(0, atomic: 0)));
        Assert.Equal((TransactionStatus.AmountIsZero, new Amount(10_000)), (receipt.Status, receipt.Fee));
        Assert.Equal(
            TransactionStatus.RecipientReserved, world.Run(SignRaw(WriteRaw(1) with { To = Dollar })).Status);
        var toNoAsset = WriteCall(TransferCall(AddressOf(1), 1), 2) with { To = NoAsset };
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(SignRaw(toNoAsset)).Status);
        Assert.Equal(3UL, world.State.EthereumNonceOf(Wallets[0].Address));
    }

    [Fact]
    public void L186_L188_what_a_relay_adds_cannot_make_it_pay_otherwise()
    {
        var raw = WriteCall(TransferCall(AddressOf(1), 7));
        var bytes = raw.Encode(Wallets[0].SignRecoverable(raw.SigningHash()));
        foreach (var (asset, decimals) in new[] { (Euro, 6), (Dollar, 6), (Huge, 0), (NoAsset, 9) })
        {
            EthereumTransaction.TryCreate(bytes, asset, decimals, null, out var other);
            Assert.Equal(InclusionStatus.FeeAssetNotListed, world.Refuse(other!).Inclusion);
        }

        var terms = new WalletTerms(DollarDomain, 0);
        EthereumTransaction.TryCreate(bytes, Dollar, 9, terms, out var needless);
        Assert.Equal(VerificationStatus.WalletSignatureInvalid, Verify(needless!));
        var call = WriteCall(PermitCall(SignPermit(WritePermit(nonce: 0))));
        foreach (var wrong in new WalletTerms?[] { null, terms with { PermitNonce = 1 }, new(Hash256.Zero, 0) })
        {
            Assert.Equal(VerificationStatus.WalletSignatureInvalid, Verify(SignRaw(call, terms: wrong)));
        }

        var pay = WriteCall(AuthorizationCall(SignTransfer(world.Write3009())));
        Assert.Equal(
            VerificationStatus.WalletSignatureInvalid, Verify(SignRaw(pay, terms: terms with { PermitNonce = 1 })));
        Assert.Equal(VerificationStatus.Verified, Verify(SignRaw(pay, terms: terms)));
        Assert.Equal(TransactionStatus.Ok, world.Run(SignRaw(call, terms: terms)).Status);
    }

    [Fact]
    public void L187_calls_of_an_assets_contract_are_operations_on_it()
    {
        var terms = new WalletTerms(DollarDomain, 0);
        Assert.Equal(TransactionStatus.Ok, world.Run(SignRaw(WriteCall(TransferCall(AddressOf(1), 7)))).Status);
        Assert.Equal(Rich + new Amount(7), world.BalanceOf(1));
        var approve = CallOf("approve(address,uint256)", new AbiWords().Add(Wallets[1].Address).Add(Uint256.MaxValue));
        Assert.Equal(TransactionStatus.Ok, world.Run(SignRaw(WriteCall(approve, 1))).Status);
        Assert.Equal(
            Amount.MaxValue, world.State.AllowanceOf(Wallets[0].Address, Dollar, Wallets[1].Address));
        var take = CallOf(
            "transferFrom(address,address,uint256)",
            new AbiWords().Add(Wallets[0].Address).Add(AddressOf(2)).Add(9UL));
        Assert.Equal(TransactionStatus.Ok, world.Run(SignRaw(WriteCall(take), wallet: 1)).Status);
        Assert.Equal(Rich + new Amount(9), world.BalanceOf(2));
        var pay = AuthorizationCall(SignTransfer(world.Write3009()));
        Assert.Equal(
            TransactionStatus.Ok, world.Run(SignRaw(WriteCall(pay, 1), wallet: 1, terms: terms)).Status);
        Assert.Equal(
            TransactionStatus.AuthorizationUsed,
            world.Run(SignRaw(WriteCall(pay, 2), wallet: 1, terms: terms)).Status);
    }

    [Fact]
    public void L185_the_gas_is_the_largest_fee()
    {
        var gas = WriteRaw() with { GasPrice = Uint256.FromUInt128(1_000_000_000), GasLimit = 9_999 };
        Assert.Equal(InclusionStatus.FeeAboveMaximum, world.Refuse(SignRaw(gas)).Inclusion);
        Assert.Equal(TransactionStatus.Ok, world.Run(SignRaw(gas with { GasLimit = 10_000 })).Status);
        Assert.Equal(InclusionStatus.FeeNotPayable, world.Refuse(SignRaw(WriteRaw(), wallet: 2)).Inclusion);
    }

    [Fact]
    public void L3_L185_a_transaction_of_another_chain_or_of_nobody_is_refused()
    {
        Assert.Equal(
            VerificationStatus.WrongNetwork, Verify(SignRaw(WriteRaw() with { Network = new NetworkId(1) })));
        var raw = WriteRaw();
        var five = Signature.FromBytes([.. new byte[31], 5, .. new byte[31], 5]);
        var high = raw.Encode(new RecoverableSignature(five, 27));
        EthereumTransaction.TryCreate(high, Dollar, 9, null, out var nobodys);
        Assert.Equal(VerificationStatus.SignatureInvalid, Verify(nobodys!));
    }

    [Fact]
    public void L186_stored_nonces_give_the_same_state_back()
    {
        world.Run(SignRaw(WriteRaw()));
        var state = world.State;
        Assert.Contains(state.Entries(), entry => entry.Key[0] == StateKey.EthereumNonceKind);
        var loaded = LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries());
        Assert.Equal(state.StateRoot, loaded.StateRoot);
        Assert.Equal(1UL, loaded.EthereumNonceOf(Wallets[0].Address));
        Assert.Throws<FormatException>(() => LedgerState.Load(
            state.Genesis,
            state.Height,
            state.Time,
            state.UptimeMs,
            [.. state.Entries(), new StateEntry(StateKey.OfEthereumNonce(Dollar), [0])]));
    }

    [Fact]
    public void L185_E5_the_envelope_has_one_encoding_and_every_other_form_is_refused()
    {
        SignedTransaction[] good =
        [
            SignRaw(WriteRaw()),
            SignRaw(
                WriteCall(AuthorizationCall(SignTransfer(world.Write3009()))), terms: new WalletTerms(DollarDomain, 0)),
        ];
        foreach (var bytes in good.Select(one => one.Encode()))
        {
            for (var size = 0; size < bytes.Length; size++)
            {
                Assert.NotEqual(DecodeError.Unset, SignedTransaction.TryDecode(bytes.AsSpan(0, size), out _));
            }

            Assert.Equal(DecodeError.TrailingBytes, SignedTransaction.TryDecode([.. bytes, 0], out _));
            var tag = bytes.ToArray();
            tag[2] ^= 1;
            Assert.Equal(DecodeError.UnknownKind, SignedTransaction.TryDecode(tag, out _));
            for (var place = 0; place < bytes.Length; place++)
            {
                var changed = bytes.ToArray();
                changed[place] ^= 0x11;
                if (SignedTransaction.TryDecode(changed, out var decoded) == DecodeError.Unset)
                {
                    Assert.Equal(changed, decoded!.Value.Encode());
                }
            }
        }

        var writer = new CanonicalWriter().Array(5).Text("busbar/ethereum/1").Bytes([1]).Address(Dollar);
        Assert.Equal(
            DecodeError.OutOfRange, SignedTransaction.TryDecode(writer.Number(19UL).Null().WrittenSpan, out _));
    }

    private static byte[] AuthorizationCall(Operation.TransferWithAuthorization operation)
    {
        var pay = operation.Authorization;
        return CallOf(
            "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
            new AbiWords().Add(pay.From).Add(pay.To).Add(pay.Value.Atomic).Add(pay.ValidAfterSeconds)
                .Add(pay.ValidBeforeSeconds).Add(pay.Nonce).Add((ulong)pay.Signature.V)
                .Add(pay.Signature.Signature.R).Add(pay.Signature.Signature.S));
    }

    private static byte[] PermitCall(Operation.Permit permit) => CallOf(
        "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
        new AbiWords().Add(permit.Owner).Add(permit.Spender).Add(permit.Value).Add(permit.DeadlineSeconds)
            .Add((ulong)permit.Signature.V).Add(permit.Signature.Signature.R).Add(permit.Signature.Signature.S));
}
