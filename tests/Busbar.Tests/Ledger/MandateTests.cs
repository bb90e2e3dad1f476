using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

/// <summary>Granting, acting and revoking; spending is <see cref="MandateSpendingTests"/>.</summary>
public sealed class MandateTests
{
    private static readonly OperationCode[] Everything =
        [.. Enum.GetValues<OperationCode>().Where(code => code != OperationCode.Unset).Order()];

    private readonly LedgerWorld world = new();

    [Fact]
    public void L14_L140_L147_a_grant_lets_another_key_act_and_the_account_pays()
    {
        var transaction = world.Write(0, Grant(3));
        Assert.Equal((TransactionStatus.Ok, new Amount(20_000)), Result(world.Run(transaction)));
        var mandate = world.State.FindMandate(AddressOf(0), AddressOf(3))!;
        Assert.Equal(
            Transaction.ObjectIdFor(
                (OperationCode)40, Network, AddressOf(0), AddressOf(0), transaction.IntentId, 0),
            mandate.Id);
        Assert.Null(mandate.Parent);

        var (payer, delegatesOwn) = (world.BalanceOf(0), world.BalanceOf(3));
        var receipt = world.Run(As(3, Transfer(1, 500)));
        Assert.Equal((AddressOf(0), AddressOf(3)), (receipt.Account, receipt.Signer));
        Assert.Equal((TransactionStatus.Ok, new Amount(10_000)), Result(receipt));
        Assert.Equal(payer - new Amount(10_500), world.BalanceOf(0));
        Assert.Equal(delegatesOwn, world.BalanceOf(3));
    }

    [Theory]
    [InlineData(KeyKind.Secp256k1)]
    [InlineData(KeyKind.P256)]
    [InlineData(KeyKind.Ed25519)]
    public void L140_the_key_may_be_of_any_kind(KeyKind kind)
    {
        var key = PrivateKey.Create(kind, [.. new byte[31], 9]);
        world.Run(0, Grant(3) with { Signer = key.Address });
        var transaction = world.Write(0, Transfer(1, 5)) with { Signer = key.Address };
        var proof = new SignatureProof(key.PublicKey, key.Sign(transaction.SigningHash()));
        TransactionVerifier.TryVerify(
            new Unverified<SignedTransaction>(new(transaction, [proof])), Network, out var verified);
        var block = world.Begin();
        Assert.Equal(InclusionStatus.Included, block.Apply(verified!, out var receipt));
        Assert.Equal(TransactionStatus.Ok, receipt!.Status);
    }

    [Fact]
    public void L20_L144_a_mandate_is_dead_from_its_expiry_on()
    {
        world.Run(0, Grant(3) with { Expiry = new UnixTime(world.State.Time.Ms + 5_000) });
        Assert.Equal(InclusionStatus.SignerNotAuthorised, world.Refuse(As(2, Transfer(1, 1))));
        Assert.Equal(InclusionStatus.SignerNotAuthorised, Try(4_000));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(1, 1)), 3_999).Status);
        Assert.Equal(InclusionStatus.SignerNotAuthorised, Try(1));

        // The block drops the mandate, so its root changes although it holds nothing.
        InclusionStatus Try(ulong inMs) => world.Begin(inMs).Apply(Check(As(3, Transfer(1, 1))), out _);
    }

    [Fact]
    public void L10_L11_an_account_and_its_delegate_may_use_the_same_intent_id()
    {
        world.Run(0, Grant(3));
        var own = world.Write(0, Transfer(1, 1));
        world.Run(own);
        Assert.Equal(TransactionStatus.Ok, world.Run(own with { Signer = AddressOf(3) }).Status);
        Assert.Equal(InclusionStatus.Duplicate, world.Refuse(own with { Signer = AddressOf(3) }));
    }

    [Fact]
    public void L144_ending_a_mandate_ends_those_below_it_and_granting_it_again_revives_none()
    {
        Chain(1, 2, 3);
        var channel = As(3, OpenOperation(asset: Dollar) with { Payee = AddressOf(4) });
        Assert.Equal(TransactionStatus.Ok, world.Run(channel).Status);
        world.Run(0, new Operation.RevokeMandate(AddressOf(1)));
        Assert.Equal(InclusionStatus.SignerNotAuthorised, world.Refuse(As(2, Transfer(1, 1))));
        Assert.Equal(InclusionStatus.SignerNotAuthorised, world.Refuse(As(3, Transfer(1, 1))));
        world.Run(0, Grant(1));
        Assert.Equal(InclusionStatus.SignerNotAuthorised, world.Refuse(As(2, Transfer(1, 1))));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(1, Grant(2))).Status);
        Assert.Equal(InclusionStatus.SignerNotAuthorised, world.Refuse(As(3, Transfer(1, 1))));

        // What was opened stays earned.
        var claim = world.Run(4, Claims(ClaimOf(channel.ChannelIdAt(0), 400)));
        Assert.Equal(ClaimStatus.Paid, Assert.Single(claim.Claims).Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void L145_every_mandate_of_the_chain_must_allow_the_operation_and_the_payee(int narrow)
    {
        MandateScope narrowScope = new([OperationCode.Transfer, OperationCode.GrantMandate], [AddressOf(5)]);
        for (var key = 1; key <= 3; key++)
        {
            var grant = Grant(key) with { Scope = key == narrow ? narrowScope : new(Everything, null) };
            Assert.Equal(
                TransactionStatus.Ok, world.Run(key == 1 ? world.Write(0, grant) : As(key - 1, grant)).Status);
        }

        var burn = new Operation.Burn(Dollar, default);
        Assert.Equal(TransactionStatus.OperationNotAllowed, world.Run(As(3, burn)).Status);
        Assert.Equal(TransactionStatus.PayeeNotAllowed, world.Run(As(3, Transfer(4, 0))).Status);
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(As(3, Transfer(5, 0))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(5, 1))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(0, 1))).Status);
    }

    [Fact]
    public void L145_the_payee_is_whom_an_operation_pays_or_lets_be_paid()
    {
        var open = world.Write(0, OpenOperation() with { Payee = AddressOf(4) });
        var stream = new Operation.StartStream(AddressOf(4), Dollar, new Amount(5), new Amount(1));
        var start = world.Write(0, stream);
        var escrow = new Operation.LockEscrow(
            AddressOf(4), Dollar, new Amount(5), new UnixTime(world.State.Time.Ms + 900_000), new(Hash256.Zero, null));
        var locked = world.Write(0, escrow);
        var create = world.Write(0, new Operation.CreateAsset("A", "A", "1", 0, new Amount(5), true));
        foreach (var transaction in new[] { open, start, locked, create })
        {
            Assert.Equal(TransactionStatus.Ok, world.Run(transaction).Status);
        }

        Operation[] paying =
        [
            Transfer(4, 1),
            new Operation.Mint(create.AssetAddressAt(0), AddressOf(4), new Amount(1)),
            OpenOperation() with { Payee = AddressOf(4) },
            new Operation.TopUpChannel(open.ChannelIdAt(0), new Amount(1)),
            stream,
            new Operation.TopUpStream(start.StreamIdAt(0), new Amount(1)),
            escrow,
            new Operation.ReleaseEscrow(locked.EscrowIdAt(0), null, []),
        ];
        var asset = create.AssetAddressAt(0);
        var grant = Grant(3) with
        {
            Scope = new(Everything, []),
            Spending = [.. new[] { Dollar, asset }.Order().Select(one => new MandateLimit(one, null, null))],
        };
        world.Run(0, grant, Grant(2) with { Scope = new(Everything, [AddressOf(4)]) });
        Assert.All(paying, operation =>
            Assert.Equal(TransactionStatus.PayeeNotAllowed, world.Run(As(3, operation)).Status));
        Assert.All(paying, operation => Assert.Equal(TransactionStatus.Ok, world.Run(As(2, operation)).Status));
        Operation[] payingNobody =
        [
            new Operation.CreateAsset("A", "A", "1", 0, new Amount(5), true), new Operation.Burn(asset, new Amount(1)),
            new Operation.Freeze(asset, AddressOf(4)), new Operation.Unfreeze(asset, AddressOf(4)),
            Claims(ClaimOf(open.ChannelIdAt(0), 5)), new Operation.RequestChannelClose(open.ChannelIdAt(0)),
            new Operation.WithdrawStream(start.StreamIdAt(0)), new Operation.StopStream(start.StreamIdAt(0)),
            Grant(5),
            new Operation.RevokeMandate(AddressOf(5)),
        ];
        Assert.All(payingNobody, operation => Assert.Equal(
            (TransactionStatus.Ok, operation), (world.Run(As(3, operation)).Status, operation)));
        Assert.Equal(
            TransactionStatus.ChannelUnknown, world.Run(As(3, new Operation.TopUpChannel(default, default))).Status);
    }

    [Fact]
    public void L145_a_delegate_that_gave_its_mandate_up_may_do_nothing_more_and_it_is_all_undone()
    {
        world.Run(0, Grant(3) with { Scope = new([OperationCode.Transfer], null) });
        var receipt = world.Run(As(3, new Operation.RevokeMandate(AddressOf(3)), Transfer(1, 1)));
        Assert.Equal((TransactionStatus.OperationNotAllowed, 1), (receipt.Status, receipt.FailedOperation));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, new Operation.RevokeMandate(AddressOf(3)))).Status);
        Assert.Equal(InclusionStatus.SignerNotAuthorised, world.Refuse(As(3, Transfer(1, 1))));
    }

    [Fact]
    public void L147_the_first_reason_of_the_table_is_reported()
    {
        Chain(1, 2, 3, 4);
        UnixTime In(ulong ms) => new(world.State.Time.Ms + 1_000 + ms);
        var wrong = Grant(0) with { Expiry = In(0) };
        Assert.Equal(TransactionStatus.SignerIsAccount, world.Run(As(4, wrong)).Status);
        wrong = wrong with { Signer = AddressOf(1) };
        Assert.Equal(TransactionStatus.MandateExpiryNotAhead, world.Run(As(4, wrong with { Expiry = In(0) })).Status);
        Assert.Equal(
            TransactionStatus.MandateExpiryTooFar,
            world.Run(As(4, wrong with { Expiry = In(315_360_000_001) })).Status);
        Assert.Equal(TransactionStatus.MandateTooDeep, world.Run(As(4, wrong with { Expiry = In(1) })).Status);
        Assert.Equal(TransactionStatus.MandateExists, world.Run(As(3, wrong with { Expiry = In(1) })).Status);
        Assert.Equal(TransactionStatus.MandateExists, world.Run(0, wrong with { Expiry = In(1) }).Status);
        Assert.Equal(
            TransactionStatus.Ok,
            world.Run(As(3, wrong with { Signer = AddressOf(5), Expiry = In(Mandate.MaxExpiryAheadMs) })).Status);
        var mandate = world.State.FindMandate(AddressOf(0), AddressOf(5))!;
        Assert.Equal(AddressOf(3), mandate.Parent!.Value.Signer);
    }

    [Fact]
    public void L147_a_dead_mandate_makes_room_and_a_living_one_is_revoked_in_the_same_transaction()
    {
        Chain(1, 2);
        world.Run(0, new Operation.RevokeMandate(AddressOf(1)));
        Assert.NotNull(world.State.FindMandate(AddressOf(0), AddressOf(2)));
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Grant(2)).Status);
        var replaced = world.Run(0, new Operation.RevokeMandate(AddressOf(2)), Grant(2) with { Spending = [] });
        Assert.Equal(TransactionStatus.Ok, replaced.Status);
        Assert.Empty(world.State.FindMandate(AddressOf(0), AddressOf(2))!.Allowances);
    }

    [Fact]
    public void L148_the_account_and_whoever_is_above_revoke_and_nobody_beside()
    {
        Chain(1, 2, 3);
        world.Run(0, Grant(4));
        Operation.RevokeMandate Of(int key) => new(AddressOf(key));
        Assert.Equal(TransactionStatus.MandateUnknown, world.Run(0, Of(5)).Status);
        Assert.Equal(TransactionStatus.MandateUnknown, world.Run(1, Of(2)).Status);
        Assert.Equal(TransactionStatus.NotMandateAncestor, world.Run(As(4, Of(2))).Status);
        Assert.Equal(TransactionStatus.NotMandateAncestor, world.Run(As(2, Of(1))).Status);
        Assert.Equal(
            (TransactionStatus.Ok, new Amount(10_000)), Result(world.Run(As(1, Of(3)))));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(2, Of(2))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Of(4)).Status);
        Chain(2);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(2, Grant(3))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Of(2)).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(1, Of(3))).Status);
        Assert.Equal(AddressOf(1), Assert.Single(world.State.Mandates()).Key.Signer);
    }

    [Fact]
    public void L148_revoking_needs_leave_to_grant_and_giving_up_ones_own_needs_none()
    {
        world.Run(0, Grant(3) with { Scope = new([OperationCode.RevokeMandate], null) });
        Assert.Equal(
            TransactionStatus.OperationNotAllowed, world.Run(As(3, new Operation.RevokeMandate(AddressOf(5)))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, new Operation.RevokeMandate(AddressOf(3)))).Status);
    }

    [Fact]
    public void L147_L148_grants_and_revocations_are_told_to_the_account_and_the_signer()
    {
        var block = world.Begin();
        var grant = world.Write(0, Grant(3), new Operation.RevokeMandate(AddressOf(3)));
        block.Apply(Check(grant), out _);
        var effects = block.Seal().Effects;
        Assert.Equal([EffectKind.MandateGranted, EffectKind.MandateRevoked], effects.Select(effect => effect.Kind));
        Assert.All(effects, effect => Assert.Equal(
            (AddressOf(0), AddressOf(3), (Hash256?)grant.ObjectIdAt(0)), (effect.From, effect.To, effect.Reference)));
    }

    /// <summary>A grant to do everything, with any amount of dollars unless limits are given.</summary>
    internal static Operation.GrantMandate Grant(int signer, params MandateLimit[] limits) => new(
        AddressOf(signer),
        new UnixTime(Start.Ms + 9_000_000),
        new MandateScope(Everything, null),
        limits.Length > 0 ? limits : [new MandateLimit(Dollar, null, null)]);

    /// <summary>What a key does for account 0.</summary>
    private Transaction As(int key, params Operation[] operations) =>
        world.Write(0, operations) with { Signer = AddressOf(key) };

    /// <summary>The account grants the first, and each the next.</summary>
    private void Chain(params int[] keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            var transaction = i == 0 ? world.Write(0, Grant(keys[0])) : As(keys[i - 1], Grant(keys[i]));
            Assert.Equal(TransactionStatus.Ok, world.Run(transaction).Status);
        }
    }

    private static (TransactionStatus Status, Amount Fee) Result(Receipt receipt) => (receipt.Status, receipt.Fee);
}
