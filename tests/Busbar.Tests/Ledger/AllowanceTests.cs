using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Tests.Ledger.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class AllowanceTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L170_L171_L172_a_spender_moves_what_was_approved_and_no_more()
    {
        var receipt = world.Run(0, Approve(1, 100));
        Assert.Equal((TransactionStatus.Ok, new Amount(10_000)), (receipt.Status, receipt.Fee));
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Take(0, 60)).Status);
        Assert.Equal(new Amount(40), Allowed(0, 1));
        Assert.Equal(TransactionStatus.AllowanceTooLow, world.Run(1, Take(0, 41)).Status);
        Assert.Equal(TransactionStatus.AllowanceTooLow, world.Run(2, Take(0, 1)).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Take(0, 40)).Status);
        Assert.Empty(world.State.Allowances());
        Assert.Equal(new Amount(1_000_000_000 + 100 - 10_000), world.BalanceOf(2));
    }

    [Fact]
    public void L171_an_approval_replaces_the_one_before_and_zero_ends_it()
    {
        world.Run(0, Approve(1, 100));
        world.Run(0, Approve(1, 7));
        Assert.Equal(new Amount(7), Allowed(0, 1));
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Approve(1, 0)).Status);
        Assert.Empty(world.State.Allowances());
        Assert.DoesNotContain(world.State.Entries(), entry => entry.Key[0] == StateKey.AllowanceKind);
    }

    [Fact]
    public void L170_an_allowance_of_the_largest_number_is_not_used_up()
    {
        world.Run(0, Approve(1, UInt128.MaxValue));
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Take(0, 60)).Status);
        Assert.Equal(Amount.MaxValue, Allowed(0, 1));
        world.Run(0, Approve(1, UInt128.MaxValue - 1));
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Take(0, 60)).Status);
        Assert.Equal(new Amount(UInt128.MaxValue - 61), Allowed(0, 1));
    }

    [Fact]
    public void L171_refusals_of_an_approval_in_the_order_of_their_precedence()
    {
        var approve = new Operation.Approve(NoAsset, Euro, new Amount(1));
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(0, approve).Status);
        Assert.Equal(TransactionStatus.SpenderReserved, world.Run(0, approve with { Asset = Dollar }).Status);
    }

    [Fact]
    public void L172_refusals_of_a_spenders_transfer_in_the_order_of_their_precedence()
    {
        var take = new Operation.TransferFrom(NoAsset, AddressOf(4), Euro, Amount.Zero, Hash256.Zero);
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(1, take).Status);
        take = take with { Asset = Dollar };
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(1, take).Status);
        take = take with { Amount = new Amount(90_000) };
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(1, take).Status);
        take = take with { To = AddressOf(2) };
        Assert.Equal(TransactionStatus.AllowanceTooLow, world.Run(1, take).Status);
        world.Run(4, Approve(1, 90_000));
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(1, take).Status);
        Assert.Equal(new Amount(90_000), Allowed(4, 1));
        Assert.Equal(TransactionStatus.Ok, world.Run(1, take with { Amount = new Amount(35_000) }).Status);
    }

    [Fact]
    public void L172_a_spender_may_pay_anybody_and_itself_and_opens_the_account()
    {
        world.Run(0, Approve(1, 100));
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Take(0, 10, to: 0)).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Take(0, 10, to: 1)).Status);
        Assert.Equal(new Amount(110_000), world.Run(1, Take(0, 10, to: 5)).Fee);
        Assert.Equal(new Amount(70), Allowed(0, 1));
        Assert.NotNull(world.State.FindAccount(AddressOf(5)));
    }

    [Fact]
    public void L173_anybody_submits_a_permit_and_each_has_the_next_nonce()
    {
        var receipt = world.Run(3, SignPermit(WritePermit()));
        Assert.Equal((TransactionStatus.Ok, new Amount(15_000)), (receipt.Status, receipt.Fee));
        Assert.Equal(new Amount(500), world.State.AllowanceOf(Wallets[0].Address, Dollar, AddressOf(1)));
        Assert.Equal(1UL, world.State.PermitNonceOf(Wallets[0].Address, Dollar));
        Assert.Equal(0UL, world.State.PermitNonceOf(Wallets[0].Address, Euro));
        Assert.Equal(TransactionStatus.PermitNonceUsed, world.Run(3, SignPermit(WritePermit())).Status);
        Assert.Equal(TransactionStatus.PermitNonceAhead, world.Run(3, SignPermit(WritePermit(nonce: 2))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(3, SignPermit(WritePermit(0, nonce: 1))).Status);
        Assert.Empty(world.State.Allowances());
    }

    [Fact]
    public void L173_a_permit_and_the_transfer_it_is_for_may_stand_in_one_transaction()
    {
        var take = new Operation.TransferFrom(
            Dollar, Wallets[0].Address, AddressOf(2), new Amount(500), Hash256.Zero);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, SignPermit(WritePermit()), take).Status);
        Assert.Empty(world.State.Allowances());
    }

    [Theory]
    [InlineData(0, 0, 500)]
    [InlineData(0, ulong.MaxValue, ulong.MaxValue)]
    [InlineData(1, 0, ulong.MaxValue)]
    public void L170_L173_a_permit_of_2_to_128_less_1_and_more_has_no_limit(ulong high, ulong lowHigh, ulong lowLow)
    {
        var value = new Uint256(high, new UInt128(lowHigh, lowLow));
        Assert.Equal(
            TransactionStatus.Ok, world.Run(3, SignPermit(WritePermit() with { Value = value })).Status);
        Assert.Equal(
            lowLow == 500 ? new Amount(500) : Amount.MaxValue,
            world.State.AllowanceOf(Wallets[0].Address, Dollar, AddressOf(1)));
    }

    [Fact]
    public void L173_refusals_of_a_permit_in_the_order_of_their_precedence()
    {
        var permit = WritePermit(nonce: 7) with
        {
            Asset = NoAsset, Spender = Euro, Owner = AddressOf(2), DeadlineSeconds = Uint256.FromUInt128(5),
        };
        Expect(TransactionStatus.AssetUnknown, permit);
        permit = permit with { Asset = Dollar };
        Expect(TransactionStatus.SpenderReserved, permit);
        permit = permit with { Spender = AddressOf(1) };
        Expect(TransactionStatus.PermitSignatureInvalid, permit);
        Expect(
            TransactionStatus.PermitSignatureInvalid, permit with { Owner = Wallets[0].Address, Domain = default });
        permit = permit with { Owner = Wallets[0].Address };
        Expect(TransactionStatus.PermitExpired, permit);
        permit = permit with { DeadlineSeconds = Uint256.FromUInt128(world.Seconds + 100) };
        Expect(TransactionStatus.PermitNonceAhead, permit);
        Expect(TransactionStatus.Ok, permit with { Nonce = 0 });
        Expect(TransactionStatus.PermitNonceUsed, permit with { Nonce = 0 });
    }

    [Fact]
    public void L173_every_field_of_a_permit_is_signed()
    {
        var signed = SignPermit(WritePermit());
        Operation.Permit[] forged =
        [
            signed with { Owner = Wallets[1].Address }, signed with { Spender = AddressOf(2) },
            signed with { Value = Uint256.FromUInt128(501) }, signed with { Nonce = 1 },
            signed with { DeadlineSeconds = Uint256.FromUInt128(ulong.MaxValue) }, signed with { Asset = Euro },
        ];
        Assert.All(
            forged,
            permit => Assert.Equal(TransactionStatus.PermitSignatureInvalid, world.Run(3, permit).Status));
    }

    [Fact]
    public void L173_the_deadline_is_the_last_second_at_which_a_permit_executes()
    {
        var second = world.Seconds + 10;
        var permit = SignPermit(WritePermit() with { DeadlineSeconds = Uint256.FromUInt128(second) });
        world.Pass(second * 1_000 - world.State.Time.Ms);
        Assert.Equal(TransactionStatus.PermitExpired, Try(permit, 1_000));
        Assert.Equal(TransactionStatus.Ok, Try(permit, 999));
    }

    [Fact]
    public void L61_L173_a_permit_opens_its_owners_account()
    {
        var permit = SignPermit(WritePermit() with { Owner = Wallets[2].Address }, wallet: 2);
        Assert.Equal(new Amount(115_000), world.Run(3, permit).Fee);
        Assert.NotNull(world.State.FindAccount(Wallets[2].Address));
    }

    [Fact]
    public void L171_L173_the_effects_name_owner_spender_and_what_it_may_move_now()
    {
        var block = world.Begin();
        block.Apply(Check(world.Write(0, Approve(1, 9))), out _);
        block.Apply(Check(world.Write(0, SignPermit(WritePermit()))), out _);
        block.Apply(Check(world.Write(1, Take(0, 9))), out _);
        var effects = world.Seal(block).Effects;
        Assert.Equal(
            [
                (EffectKind.AllowanceSet, AddressOf(0), AddressOf(1), new Amount(9)),
                (EffectKind.AllowanceSet, Wallets[0].Address, AddressOf(1), new Amount(500)),
                (EffectKind.Transfer, AddressOf(0), AddressOf(2), new Amount(9)),
            ],
            effects.Select(effect => (effect.Kind, effect.From, effect.To, effect.Amount)));
    }

    private static Operation.Approve Approve(int spender, UInt128 amount) =>
        new(Dollar, AddressOf(spender), new Amount(amount));

    private static Operation.TransferFrom Take(int from, UInt128 amount, int to = 2) =>
        new(Dollar, AddressOf(from), AddressOf(to), new Amount(amount), Hash256.Zero);

    private Amount Allowed(int owner, int spender) =>
        world.State.AllowanceOf(AddressOf(owner), Dollar, AddressOf(spender));

    private void Expect(TransactionStatus status, Operation.Permit permit) =>
        Assert.Equal(status, world.Run(3, SignPermit(permit)).Status);

    private TransactionStatus Try(Operation operation, ulong stepMs)
    {
        var block = world.Begin(stepMs);
        Assert.Equal(InclusionStatus.Included, block.Apply(Check(world.Write(3, operation)), out var receipt));
        return receipt!.Status;
    }
}
