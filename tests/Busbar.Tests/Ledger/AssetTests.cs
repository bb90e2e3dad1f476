using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class AssetTests
{
    private static readonly Operation.CreateAsset Made = new("Made of paper", "MADE", "1", 2, new Amount(1_000), true);
    private readonly LedgerWorld world = new();

    [Fact]
    public void L14_L52_L100_L102_creating_mints_the_supply_to_the_issuer_under_an_address_known_before()
    {
        var transaction = world.Write(0, Transfer(1, 1), Made);
        var receipt = world.Run(transaction);
        var address = transaction.AssetAddressAt(1);
        var asset = world.State.FindAsset(address)!;

        Assert.Equal((TransactionStatus.Ok, new Amount(1_010_000)), (receipt.Status, receipt.Fee));
        Assert.Equal(
            new Asset(address, "Made of paper", "MADE", "1", 2, new Amount(1_000), AddressOf(0), true), asset);
        Assert.Equal(transaction.ObjectIdAt(1).ToString()[^40..], address.ToString()[2..].ToLowerInvariant());
        Assert.Equal(new Amount(1_000), world.BalanceOf(0, address));
        Assert.True(world.State.IsReserved(address));
        Assert.All(Genesis().Assets, each => Assert.Null(world.State.FindAsset(each.Address)!.Issuer));
        var refused = world.Run(1, Transfer(1, 1) with { To = address });
        Assert.Equal(TransactionStatus.RecipientReserved, refused.Status);
    }

    [Fact]
    public void L101_L102_an_asset_may_begin_with_no_supply_and_two_may_have_one_name()
    {
        var create = Made with { Supply = Amount.Zero };
        var transaction = world.Write(0, create, create);
        Assert.Equal(TransactionStatus.Ok, world.Run(transaction).Status);
        Assert.NotEqual(transaction.AssetAddressAt(0), transaction.AssetAddressAt(1));
        Assert.Equal(Amount.Zero, world.State.FindAsset(transaction.AssetAddressAt(0))!.Supply);
        Assert.DoesNotContain(world.State.Balances(), held => held.Asset == transaction.AssetAddressAt(0));
        var largest = Create(Made with { Supply = Amount.MaxValue });
        Assert.Equal(Amount.MaxValue, world.BalanceOf(0, largest));
    }

    [Fact]
    public void L102_an_issuer_must_be_open_and_that_comes_first()
    {
        var stranger = world.Write(6, Made) with { FeePayer = AddressOf(1) };
        Assert.Equal(TransactionStatus.IssuerNotOpen, world.Run(stranger).Status);
        world.Run(0, Transfer(6, 1));
        Assert.Equal(TransactionStatus.Ok, world.Run(stranger with { IntentId = world.NewIntent() }).Status);
    }

    [Fact]
    public void L102_an_asset_never_takes_the_address_of_an_open_account()
    {
        var transaction = world.Write(0, Made, Made);
        var squat = Transfer(1, 5) with { To = transaction.AssetAddressAt(1) };
        var receipt = world.Run(transaction with { Operations = [squat, Made] });
        Assert.Equal((TransactionStatus.AssetAddressTaken, 1), (receipt.Status, receipt.FailedOperation));
        Assert.Null(world.State.FindAccount(squat.To));

        var later = world.Write(0, Made);
        world.Run(1, Transfer(1, 5) with { To = later.AssetAddressAt(0) });
        Assert.Equal(TransactionStatus.AssetAddressTaken, world.Run(later).Status);
        Assert.Equal(new Amount(5), world.State.BalanceOf(later.AssetAddressAt(0), Dollar));
    }

    [Fact]
    public void L103_the_first_reason_of_the_table_is_reported_for_a_mint()
    {
        var asset = Create(Made);
        var mint = new Operation.Mint(NoAsset, Address.Zero, Amount.Zero);
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(1, mint).Status);
        mint = mint with { Asset = asset };
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(1, mint).Status);
        mint = mint with { Amount = Amount.MaxValue };
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(1, mint).Status);
        mint = mint with { To = AddressOf(5) };
        Assert.Equal(TransactionStatus.NotIssuer, world.Run(1, mint).Status);
        Assert.Equal(TransactionStatus.SupplyTooLarge, world.Run(0, mint).Status);
        mint = mint with { Amount = new Amount(UInt128.MaxValue - 999) };
        Assert.Equal(TransactionStatus.SupplyTooLarge, world.Run(0, mint).Status);
        mint = mint with { Amount = new Amount(UInt128.MaxValue - 1_000) };
        Assert.Equal(TransactionStatus.Ok, world.Run(0, mint).Status);
        Assert.Equal(Amount.MaxValue, world.State.FindAsset(asset)!.Supply);
    }

    [Fact]
    public void L61_L103_a_mint_opens_its_recipient_and_pays_for_it()
    {
        var receipt = world.Run(0, new Operation.Mint(Create(Made), AddressOf(5), new Amount(7)));
        Assert.Equal(new Amount(110_000), receipt.Fee);
        Assert.NotNull(world.State.FindAccount(AddressOf(5)));
    }

    [Fact]
    public void L104_the_first_reason_of_the_table_is_reported_for_a_burn()
    {
        var asset = Create(Made);
        var burn = new Operation.Burn(NoAsset, Amount.Zero);
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(0, burn).Status);
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(0, burn with { Asset = Dollar }).Status);
        burn = burn with { Amount = Amount.MaxValue };
        Assert.Equal(TransactionStatus.AssetNotBurnable, world.Run(0, burn with { Asset = Dollar }).Status);
        burn = burn with { Asset = asset };
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(0, burn).Status);
        world.Run(0, new Operation.Freeze(asset, AddressOf(0)));
        Assert.Equal(TransactionStatus.BalanceFrozen, world.Run(0, burn).Status);
        world.Run(0, new Operation.Unfreeze(asset, AddressOf(0)));
        Assert.Equal(TransactionStatus.Ok, world.Run(0, burn with { Amount = new Amount(400) }).Status);
        Assert.Equal(new Amount(600), world.State.FindAsset(asset)!.Supply);
    }

    [Fact]
    public void L104_any_holder_burns_its_own_balance()
    {
        var asset = Create(Made);
        world.Run(0, Transfer(1, 100, asset));
        Assert.Equal(TransactionStatus.Ok, world.Run(1, new Operation.Burn(asset, new Amount(100))).Status);
        Assert.Equal((Amount.Zero, new Amount(900)), (world.BalanceOf(1, asset), world.BalanceOf(0, asset)));
        Assert.Equal(new Amount(900), world.State.FindAsset(asset)!.Supply);
    }

    [Fact]
    public void L100_an_asset_of_genesis_can_be_neither_minted_nor_burnt_nor_frozen()
    {
        Assert.Equal(
            TransactionStatus.NotIssuer, world.Run(0, new Operation.Mint(Dollar, AddressOf(1), new Amount(1))).Status);
        Assert.Equal(
            TransactionStatus.AssetNotBurnable, world.Run(0, new Operation.Burn(Dollar, new Amount(1))).Status);
        Assert.Equal(
            TransactionStatus.NotIssuer, world.Run(0, new Operation.Freeze(Dollar, AddressOf(1))).Status);
    }

    [Fact]
    public void L106_L107_the_first_reason_of_the_table_is_reported_for_a_freeze_and_its_end()
    {
        var (hard, soft) = (Create(Made with { Freezable = false }), Create(Made));
        var freeze = new Operation.Freeze(NoAsset, Address.Zero);
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(1, freeze).Status);
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(1, freeze with { Asset = hard }).Status);
        freeze = new Operation.Freeze(hard, AddressOf(1));
        Assert.Equal(TransactionStatus.NotIssuer, world.Run(1, freeze).Status);
        Assert.Equal(TransactionStatus.AssetNotFreezable, world.Run(0, freeze).Status);
        freeze = freeze with { Asset = soft };
        Assert.Equal(TransactionStatus.Ok, world.Run(0, freeze).Status);
        Assert.Equal(TransactionStatus.AlreadyFrozen, world.Run(0, freeze).Status);

        var thaw = new Operation.Unfreeze(soft, AddressOf(1));
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(1, thaw with { Asset = NoAsset }).Status);
        Assert.Equal(TransactionStatus.NotIssuer, world.Run(1, thaw).Status);
        Assert.Equal(TransactionStatus.NotFrozen, world.Run(0, thaw with { Account = AddressOf(2) }).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, thaw).Status);
        Assert.Equal(TransactionStatus.NotFrozen, world.Run(0, thaw).Status);
    }

    [Fact]
    public void L106_L108_a_freeze_names_any_account_and_leaves_the_state_when_it_ends()
    {
        var asset = Create(Made);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, new Operation.Freeze(asset, AddressOf(5))).Status);
        Assert.Null(world.State.FindAccount(AddressOf(5)));
        Assert.Equal(world.State.Time, world.State.FindFreeze(AddressOf(5), asset)!.Since);
        Assert.Equal([new BalanceKey(AddressOf(5), asset)], world.State.FrozenBalances());

        world.Run(0, Transfer(5, 10, asset));
        var spend = world.Write(5, Transfer(1, 1, asset)) with { FeePayer = AddressOf(1) };
        Assert.Equal(TransactionStatus.BalanceFrozen, world.Run(spend).Status);
        world.Run(0, new Operation.Unfreeze(asset, AddressOf(5)));
        Assert.Empty(world.State.FrozenBalances());
        Assert.Equal(TransactionStatus.Ok, world.Run(spend with { IntentId = world.NewIntent() }).Status);
    }

    [Fact]
    public void L31_L32_L33_L105_L122_L123_L132_a_freeze_stops_every_debit_before_the_balance_is_looked_at()
    {
        var asset = Create(Made);
        var opening = world.Write(0, OpenOperation(100, asset: asset), Start(asset), Lock(asset));
        world.Run(opening);
        world.Run(0, new Operation.Freeze(asset, AddressOf(0)));
        Operation[] debits =
        [
            Transfer(1, 1, asset), Transfer(0, 1, asset), OpenOperation(1, asset: asset), Start(asset), Lock(asset),
            new Operation.TopUpChannel(opening.ChannelIdAt(0), new Amount(1)),
            new Operation.TopUpStream(opening.StreamIdAt(1), new Amount(1)),
            new Operation.Burn(asset, new Amount(1)),
            Transfer(1, UInt128.MaxValue, asset),
        ];
        foreach (var debit in debits)
        {
            var receipt = world.Run(0, Transfer(1, 1), debit);
            Assert.Equal((TransactionStatus.BalanceFrozen, 1), (receipt.Status, receipt.FailedOperation));
        }

        world.Run(0, new Operation.Unfreeze(asset, AddressOf(0)));
        Assert.All(debits[..^1], debit => Assert.Equal(TransactionStatus.Ok, world.Run(0, debit).Status));
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(0, debits[^1]).Status);
    }

    [Fact]
    public void L105_deposits_of_a_frozen_payer_still_pay_and_a_frozen_payee_is_credited_frozen()
    {
        var asset = Create(Made);
        var opening = world.Write(0, OpenOperation(100, asset: asset), Start(asset), Lock(asset));
        world.Run(opening);
        world.Run(0, new Operation.Freeze(asset, AddressOf(0)), new Operation.Freeze(asset, AddressOf(1)));
        var claim = world.Run(3, Claims(ClaimOf(opening.ChannelIdAt(0), 40)));
        Assert.Equal(ClaimStatus.Paid, claim.Claims[0].Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, new Operation.CloseChannel(opening.ChannelIdAt(0))).Status);
        world.Run(3, new Operation.WithdrawStream(opening.StreamIdAt(1)));
        var release = new Operation.ReleaseEscrow(opening.EscrowIdAt(2), null, []);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, release).Status);

        Assert.Equal(new Amount(40 + 50 + 50), world.BalanceOf(1, asset));
        Assert.Equal(new Amount(1_000 - 200 + 60), world.BalanceOf(0, asset));
        Assert.Equal(TransactionStatus.BalanceFrozen, world.Run(1, Transfer(0, 1, asset)).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, new Operation.Mint(asset, AddressOf(1), new Amount(1))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Transfer(0, 1)).Status);
    }

    [Fact]
    public void L20_L70_L105_no_fee_asset_can_be_frozen_because_the_tariff_lists_assets_of_genesis_only()
    {
        var asset = Create(Made);
        var paid = world.Write(0, Transfer(1, 1)) with { FeeAsset = asset };
        Assert.Equal(InclusionStatus.FeeAssetNotListed, world.Refuse(paid));
        var tariff = Tariff.Default(Dollar).With([new FeeRate(asset, 1, 1)]);
        Assert.Equal(GenesisStatus.TariffInvalid, Genesis(tariff).Check());
    }

    [Fact]
    public void L20_L105_a_fee_out_of_a_frozen_balance_would_not_be_payable()
    {
        // No chain leads to this state (L-100); a stored one does, and the rule holds all the same.
        StateEntry freeze = new(StateKey.OfFrozenBalance(new BalanceKey(AddressOf(0), Dollar)), [0x81, 0x01]);
        var state = world.State;
        var frozen = new LedgerWorld(LedgerState.Load(
            state.Genesis, state.Height, state.Time, state.UptimeMs, [.. state.Entries(), freeze]));
        Assert.Equal(InclusionStatus.FeeNotPayable, frozen.Refuse(frozen.Write(0, Transfer(1, 1))));
        Assert.Equal(InclusionStatus.FeeNotPayable, frozen.Refuse(
            frozen.Write(1, Transfer(1, 1)) with { FeePayer = AddressOf(0) }));
    }

    [Fact]
    public void L30_L103_a_failure_undoes_assets_supplies_and_freezes()
    {
        var asset = Create(Made);
        var before = world.State.Assets().ToArray();
        var receipt = world.Run(
            0,
            Made,
            new Operation.Mint(asset, AddressOf(5), new Amount(1)),
            new Operation.Burn(asset, new Amount(10)),
            new Operation.Freeze(asset, AddressOf(0)),
            new Operation.Burn(asset, new Amount(10)));
        Assert.Equal((TransactionStatus.BalanceFrozen, 4), (receipt.Status, receipt.FailedOperation));
        Assert.Equal(new Amount(1_000_000 + 10_000 + 10_000 + 20_000 + 10_000), receipt.Fee);
        Assert.Equal(before, world.State.Assets());
        Assert.Empty(world.State.FrozenBalances());
        Assert.Null(world.State.FindAccount(AddressOf(5)));
    }

    [Fact]
    public void Effects_of_assets_name_issuer_and_account()
    {
        var transaction = world.Write(0, Made, Made);
        var asset = transaction.AssetAddressAt(0);
        var block = world.Begin();
        block.Apply(
            Check(transaction with
            {
                Operations =
                [
                    Made,
                    new Operation.Mint(asset, AddressOf(1), new Amount(3)),
                    new Operation.Burn(asset, new Amount(4)),
                    new Operation.Freeze(asset, AddressOf(2)),
                    new Operation.Unfreeze(asset, AddressOf(2)),
                ],
            }),
            out _);
        Assert.Equal(
            [
                (EffectKind.AssetCreated, 0, 0, 1_000UL), (EffectKind.AssetMinted, 0, 1, 3),
                (EffectKind.AssetBurned, 0, 0, 4), (EffectKind.BalanceFrozen, 0, 2, 0),
                (EffectKind.BalanceUnfrozen, 0, 2, 0),
            ],
            world.Seal(block).Effects.Select(effect => (
                effect.Kind, KeyOf(effect.From), KeyOf(effect.To), (ulong)effect.Amount.Atomic)));
    }

    private Address Create(Operation.CreateAsset create)
    {
        var transaction = world.Write(0, create);
        Assert.Equal(TransactionStatus.Ok, world.Run(transaction).Status);
        return transaction.AssetAddressAt(0);
    }

    private static Operation.StartStream Start(Address asset) =>
        new(AddressOf(1), asset, new Amount(50), new Amount(UInt128.MaxValue));

    private Operation.LockEscrow Lock(Address asset) => new(
        AddressOf(1), asset, new Amount(50), new UnixTime(world.State.Time.Ms + 1_000_000),
        new EscrowConditions(Hash256.Zero, null));
}
