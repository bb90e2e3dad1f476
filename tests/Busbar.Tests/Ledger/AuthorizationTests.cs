using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Tests.Ledger.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class AuthorizationTests
{
    private static readonly Amount Rich = new(1_000_000_000);
    private readonly LedgerWorld world = new();

    [Fact]
    public void L161_L163_anybody_submits_an_authorization_and_exactly_its_value_moves()
    {
        var receipt = world.Run(3, SignTransfer(world.Write3009()));
        Assert.Equal((TransactionStatus.Ok, new Amount(15_000)), (receipt.Status, receipt.Fee));
        Assert.Equal(Rich - new Amount(500), world.WalletBalance(0));
        Assert.Equal(Rich + new Amount(500), world.BalanceOf(1));
        Assert.Equal(Rich - new Amount(15_000), world.BalanceOf(3));
        Assert.Equal(
            new AuthorizationRecord(world.Seconds - 1 + 60, 1, 0),
            world.State.FindAuthorization(Wallets[0].Address, Dollar, NonceOf(1)));
    }

    [Fact]
    public void L61_L163_an_authorization_opens_its_recipients_account()
    {
        var transaction = world.Write(3, SignTransfer(world.Write3009() with { To = AddressOf(5) }));
        Assert.Equal(new Amount(115_000), world.Run(transaction).Fee);
        Assert.NotNull(world.State.FindAccount(AddressOf(5)));
    }

    [Fact]
    public void L163_the_effect_names_payer_payee_and_nonce()
    {
        var block = world.Begin();
        block.Apply(Check(world.Write(3, SignTransfer(world.Write3009()))), out _);
        var effect = Assert.Single(world.Seal(block).Effects);
        Assert.Equal((EffectKind.Transfer, new Amount(500)), (effect.Kind, effect.Amount));
        Assert.Equal(
            (Wallets[0].Address, AddressOf(1), (Hash256?)NonceOf(1)), (effect.From, effect.To, effect.Reference));
    }

    [Fact]
    public void L163_refusals_in_the_order_of_their_precedence()
    {
        // Each line heals the first fault of the one before and leaves the others.
        var expired = world.Write3009(0) with
        {
            Asset = NoAsset, To = Euro, From = AddressOf(2), ValidBeforeSeconds = 5, Value = Amount.Zero,
        };
        Expect(TransactionStatus.AssetUnknown, expired);
        expired = expired with { Asset = Dollar };
        Expect(TransactionStatus.AmountIsZero, expired);
        expired = expired with { Value = Rich + Rich };
        Expect(TransactionStatus.RecipientReserved, expired);
        expired = expired with { To = AddressOf(1) };
        Expect(TransactionStatus.AuthorizationSignatureInvalid, expired);
        var waiting = expired with { From = Wallets[0].Address, ValidAfterSeconds = world.Seconds + 1_000 };
        Expect(TransactionStatus.AuthorizationNotYetValid, waiting);
        expired = waiting with { ValidAfterSeconds = 0 };
        Expect(TransactionStatus.AuthorizationExpired, expired);
        var far = expired with { ValidBeforeSeconds = ulong.MaxValue };
        Expect(TransactionStatus.AuthorizationTooFarAhead, far);
        var poor = far with { ValidBeforeSeconds = world.Seconds + 500 };
        Expect(TransactionStatus.BalanceTooLow, poor);
        Expect(TransactionStatus.Ok, poor with { Value = new Amount(1) });
        Expect(TransactionStatus.AuthorizationUsed, waiting);
        var other = waiting with { Nonce = NonceOf(2) };
        Assert.Equal(TransactionStatus.Ok, world.Run(3, SignCancel(other)).Status);
        Expect(TransactionStatus.AuthorizationCancelled, other);
    }

    [Fact]
    public void L163_only_the_recipient_submits_a_receive_and_that_comes_first()
    {
        var authorization = world.Write3009();
        Assert.Equal(TransactionStatus.NotRecipient, world.Run(3, SignReceive(authorization)).Status);
        Assert.Equal(
            TransactionStatus.NotRecipient, world.Run(3, SignReceive(authorization with { Asset = NoAsset })).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, SignReceive(authorization)).Status);
        Assert.Equal(TransactionStatus.AuthorizationUsed, world.Run(1, SignReceive(authorization)).Status);
        Assert.Equal(Rich - new Amount(500), world.WalletBalance(0));
    }

    [Fact]
    public void L160_a_signature_counts_for_one_kind_of_authorization_only()
    {
        var authorization = world.Write3009();
        var transfer = SignTransfer(authorization).Authorization;
        var receive = SignReceive(authorization).Authorization;
        Assert.Equal(
            TransactionStatus.AuthorizationSignatureInvalid,
            world.Run(1, new Operation.ReceiveWithAuthorization(transfer)).Status);
        Assert.Equal(
            TransactionStatus.AuthorizationSignatureInvalid,
            world.Run(1, new Operation.TransferWithAuthorization(receive)).Status);
    }

    [Fact]
    public void L160_every_field_is_signed_and_the_domain_is_the_assets()
    {
        var signed = SignTransfer(world.Write3009()).Authorization;
        Authorization[] forged =
        [
            signed with { From = Wallets[1].Address }, signed with { To = AddressOf(2) },
            signed with { Value = new Amount(501) }, signed with { ValidAfterSeconds = 1 },
            signed with { ValidBeforeSeconds = signed.ValidBeforeSeconds + 1 }, signed with { Nonce = NonceOf(2) },
            signed with { Domain = Hash256.Zero }, signed with { Asset = Euro },
            signed with { Signature = signed.Signature with { V = (byte)(55 - signed.Signature.V) } },
            signed with { Signature = signed.Signature with { V = (byte)(signed.Signature.V - 27) } },
            signed with { Signature = default },
        ];
        foreach (var authorization in forged)
        {
            var receipt = world.Run(3, new Operation.TransferWithAuthorization(authorization));
            Assert.Equal(TransactionStatus.AuthorizationSignatureInvalid, receipt.Status);
        }

        // Signed well, but for what is another asset to a wallet.
        var euro = world.Write3009() with { Asset = Euro };
        Assert.Equal(TransactionStatus.AuthorizationSignatureInvalid, world.Run(3, SignTransfer(euro)).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(3, new Operation.TransferWithAuthorization(signed)).Status);
    }

    [Fact]
    public void L163_validAfter_and_validBefore_are_seconds_and_neither_is_inside()
    {
        var second = world.Seconds + 100;
        var authorization = SignTransfer(
            world.Write3009() with { ValidAfterSeconds = second, ValidBeforeSeconds = second + 2 });
        world.Pass(second * 1_000 - world.State.Time.Ms);
        Assert.Equal(TransactionStatus.AuthorizationNotYetValid, Try(authorization, 999));
        Assert.Equal(TransactionStatus.Ok, Try(authorization, 1_000));
        Assert.Equal(TransactionStatus.Ok, Try(authorization, 1_999));
        Assert.Equal(TransactionStatus.AuthorizationExpired, Try(authorization, 2_000));
    }

    [Fact]
    public void L163_validBefore_may_lie_a_day_ahead_and_not_a_second_more()
    {
        var now = (world.State.Time.Ms + 1_000) / 1_000;
        var day = world.Write3009() with { ValidBeforeSeconds = now + 86_400 };
        Assert.Equal(TransactionStatus.Ok, Try(SignTransfer(day), 1_000));
        var more = SignTransfer(day with { ValidBeforeSeconds = now + 86_401 });
        Assert.Equal(TransactionStatus.AuthorizationTooFarAhead, Try(more, 1_999));
        Assert.Equal(TransactionStatus.Ok, Try(more, 2_000));
    }

    [Fact]
    public void L162_a_used_nonce_is_kept_until_validBefore_and_leaves_then()
    {
        var authorization = world.Write3009();
        Assert.Equal(TransactionStatus.Ok, world.Run(3, SignTransfer(authorization)).Status);
        world.Pass(authorization.ValidBeforeSeconds * 1_000 - 1 - world.State.Time.Ms);
        Assert.NotNull(world.State.FindAuthorization(Wallets[0].Address, Dollar, NonceOf(1)));
        var executed = world.Seal(world.Begin(1));
        var entry = Assert.Single(executed.Delta.Entries);
        Assert.Equal(StateKey.OfAuthorization(new(Wallets[0].Address, Dollar, NonceOf(1))), entry.Key);
        Assert.Null(entry.Value);
        Assert.Empty(world.State.Authorizations());
        Assert.Equal(TransactionStatus.AuthorizationExpired, world.Run(3, SignTransfer(authorization)).Status);
    }

    [Fact]
    public void L162_the_nonce_is_one_whoever_submits_it_and_other_nonces_payers_and_assets_are_apart()
    {
        var transfer = SignTransfer(world.Write3009());
        Assert.Equal(TransactionStatus.Ok, world.Run(2, transfer).Status);
        Assert.Equal(TransactionStatus.AuthorizationUsed, world.Run(3, transfer).Status);
        Assert.Equal(
            TransactionStatus.AuthorizationUsed, world.Run(3, SignTransfer(world.Write3009(value: 7))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(3, SignTransfer(world.Write3009(nonce: 2))).Status);
        var second = world.Write3009() with { From = Wallets[1].Address };
        Assert.Equal(TransactionStatus.Ok, world.Run(3, SignTransfer(second, wallet: 1)).Status);
        var twice = world.Run(3, SignTransfer(world.Write3009(nonce: 3)), SignTransfer(world.Write3009(nonce: 3)));
        Assert.Equal((TransactionStatus.AuthorizationUsed, (int?)1), (twice.Status, twice.FailedOperation));
        Assert.Null(world.State.FindAuthorization(Wallets[0].Address, Dollar, NonceOf(3)));
    }

    [Fact]
    public void L164_a_cancelled_nonce_never_executes_and_stays_for_ever()
    {
        var authorization = world.Write3009();
        var receipt = world.Run(2, SignCancel(authorization));
        Assert.Equal((TransactionStatus.Ok, new Amount(200_000)), (receipt.Status, receipt.Fee));
        Assert.Equal(TransactionStatus.AuthorizationCancelled, world.Run(3, SignTransfer(authorization)).Status);
        world.Pass(200_000);
        var record = world.State.FindAuthorization(Wallets[0].Address, Dollar, NonceOf(1));
        Assert.Equal(new AuthorizationRecord(null, 1, 0), record);
        Assert.True(record!.IsCancelled);
    }

    [Fact]
    public void L164_refusals_of_a_cancellation_in_the_order_of_their_precedence()
    {
        var authorization = world.Write3009();
        var cancel = SignCancel(authorization);
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(2, cancel with { Asset = NoAsset }).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(2, SignTransfer(authorization)).Status);
        Assert.Equal(
            TransactionStatus.AuthorizationSignatureInvalid,
            world.Run(2, cancel with { Authorizer = Wallets[1].Address }).Status);
        Assert.Equal(
            TransactionStatus.AuthorizationSignatureInvalid,
            world.Run(2, SignCancel(authorization with { Domain = Hash256.Zero })).Status);
        Assert.Equal(TransactionStatus.AuthorizationUsed, world.Run(2, cancel).Status);
        var other = SignCancel(world.Write3009(nonce: 2));
        Assert.Equal(TransactionStatus.Ok, world.Run(2, other).Status);
        Assert.Equal(TransactionStatus.AuthorizationCancelled, world.Run(2, other).Status);
    }

    [Fact]
    public void L164_the_effect_of_a_cancellation_is_its_authorizers()
    {
        var block = world.Begin();
        block.Apply(Check(world.Write(2, SignCancel(world.Write3009()))), out _);
        var effect = Assert.Single(world.Seal(block).Effects);
        Assert.Equal(EffectKind.AuthorizationCancelled, effect.Kind);
        Assert.Equal((Wallets[0].Address, (Hash256?)NonceOf(1)), (effect.From, effect.Reference));
    }

    [Fact]
    public void L162_a_block_drops_4096_records_at_most_and_every_node_the_same()
    {
        var key = Wallets[0].Address;
        var entries = world.State.Entries().ToList();
        for (var i = 0; i < AuthorizationLayer.DroppedPerBlock + 10; i++)
        {
            entries.Add(new StateEntry(
                StateKey.OfAuthorization(new AuthorizationKey(key, Dollar, NonceOf(i))), RecordOf(world.Seconds)));
        }

        var full = LedgerState.Load(world.State.Genesis, 1, world.State.Time, 0, entries);
        var first = new LedgerWorld(full);
        Assert.Equal(AuthorizationLayer.DroppedPerBlock, first.Seal(first.Begin()).Delta.Entries.Count);
        Assert.Equal(
            full.Authorizations().Select(pair => pair.Key).Skip(AuthorizationLayer.DroppedPerBlock),
            first.State.Authorizations().Select(pair => pair.Key));

        // A node that starts here, one that folded and one that did not drop the same rest.
        var state = first.State;
        var loaded = new LedgerWorld(
            LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries()));
        var unfolded = first.Begin().Seal();
        Assert.Equal(10, unfolded.Delta.Entries.Count);
        Assert.Equal(unfolded.StateRoot, loaded.Seal(loaded.Begin()).StateRoot);
        state.Fold();
        var folded = new LedgerWorld(state);
        Assert.Equal(unfolded.StateRoot, folded.Seal(folded.Begin()).StateRoot);
        Assert.Empty(folded.State.Authorizations());
    }

    [Fact]
    public void L165_L174_stored_entries_give_the_same_state_back_and_others_are_refused()
    {
        world.Run(3, SignTransfer(world.Write3009()), SignCancel(world.Write3009(nonce: 2)));
        world.Run(3, SignPermit(WritePermit()));
        var state = world.State;
        var loaded = LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries());
        Assert.Equal(state.StateRoot, loaded.StateRoot);
        Assert.Equal(new Hash256(NaiveTrees.StateRoot(state.Entries())), state.StateRoot);
        Assert.Equal(state.Authorizations(), loaded.Authorizations());
        Assert.Equal(state.Allowances(), loaded.Allowances());
        Assert.Equal(
            [1, 2, 3, 5, 0x0A, 0x0B, 0x0C, 0x10], state.Entries().Select(entry => (int)entry.Key[0]).Distinct());

        var key = StateKey.OfAuthorization(default);
        var balance = new BalanceKey(Dollar, Dollar);
        StateEntry[] wrong =
        [
            new(key, [0x80]), new(key, [0x83, 0xF6, 1]), new([.. key, 0], RecordOf(1)), new(key[..^1], RecordOf(1)),
            new(key, [.. RecordOf(1), 0]), new(StateKey.OfAllowance(default), [0]),
            new([.. StateKey.OfAllowance(default), 0], [1]), new(StateKey.OfAllowance(default), [0x80]),
            new(StateKey.OfPermitNonce(balance), [0]), new([.. StateKey.OfPermitNonce(balance), 0], [1]),
        ];
        foreach (var entry in wrong)
        {
            Assert.Throws<FormatException>(() => LedgerState.Load(
                state.Genesis, state.Height, state.Time, state.UptimeMs, [.. world.State.Entries(), entry]));
        }
    }

    private static byte[] RecordOf(ulong validBefore) =>
        new CanonicalWriter().Array(3).Number(validBefore).Number(1UL).Number(0UL).ToArray();

    private void Expect(TransactionStatus status, Authorization authorization) =>
        Assert.Equal(status, world.Run(3, SignTransfer(authorization)).Status);

    // In a block that is dropped again.
    private TransactionStatus Try(Operation operation, ulong stepMs)
    {
        var block = world.Begin(stepMs);
        Assert.Equal(InclusionStatus.Included, block.Apply(Check(world.Write(3, operation)), out var receipt));
        return receipt!.Status;
    }
}
