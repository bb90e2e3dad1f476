using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class TransferTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L31_L61_a_transfer_moves_the_amount_and_costs_its_price()
    {
        var receipt = world.Run(0, Transfer(1, 500));

        Assert.Equal(TransactionStatus.Ok, receipt.Status);
        Assert.Equal(new Amount(10_000), receipt.Fee);
        Assert.Equal(new Amount(1_000_000_000 - 500 - 10_000), world.BalanceOf(0));
        Assert.Equal(new Amount(1_000_000_500), world.BalanceOf(1));
        Assert.Equal(new Amount(10_000), world.State.BalanceOf(FeeAccount.Address, Dollar));
    }

    [Fact]
    public void L31_the_first_reason_of_the_table_is_reported()
    {
        var nothing = new Operation.Transfer(NoAsset, Address.Zero, Amount.Zero, Hash256.Zero);
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(0, nothing).Status);
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(0, nothing with { Asset = Dollar }).Status);
        var tooMuch = nothing with { Asset = Dollar, Amount = Amount.MaxValue };
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(0, tooMuch).Status);
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(0, tooMuch with { To = AddressOf(1) }).Status);
    }

    [Fact]
    public void L5_L6_no_reserved_address_can_be_paid()
    {
        Address[] reserved =
        [
            Address.Zero, FeeAccount.Address, Dollar, Euro,
            Address.Parse("0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003"),
            Address.Parse("0x4020806089470a89826cB9fB1f4059150b550004"),
        ];
        foreach (var address in reserved)
        {
            var transfer = new Operation.Transfer(Dollar, address, new Amount(1), Hash256.Zero);
            Assert.Equal(TransactionStatus.RecipientReserved, world.Run(0, transfer).Status);
            Assert.True(world.State.IsReserved(address));
            Assert.Equal(
                TransactionStatus.RecipientReserved, world.Run(0, OpenOperation() with { Payee = address }).Status);
        }
    }

    [Fact]
    public void L31_a_transfer_to_oneself_needs_the_balance_and_changes_nothing_but_the_fee()
    {
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Transfer(0, 999_990_000)).Status);
        Assert.Equal(new Amount(999_990_000), world.BalanceOf(0));
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(0, Transfer(0, 999_990_000)).Status);
    }

    [Fact]
    public void L30_a_failed_operation_rolls_back_all_the_others_and_still_pays_the_fee()
    {
        var receipt = world.Run(0, Transfer(1, 7), Transfer(5, 8), Transfer(1, UInt128.MaxValue));

        Assert.Equal((TransactionStatus.BalanceTooLow, 2), (receipt.Status, receipt.FailedOperation));
        Assert.Equal(new Amount(30_000), receipt.Fee);
        Assert.Equal(new Amount(1_000_000_000), world.BalanceOf(1));
        Assert.Null(world.State.FindAccount(AddressOf(5)));
        Assert.Equal(new Amount(1_000_000_000 - 30_000), world.BalanceOf(0));
    }

    [Fact]
    public void L61_opening_accounts_is_charged_once_each_and_quoted_apart()
    {
        var transaction = world.Write(0, Transfer(5, 1), Transfer(5, 1));
        var quote = world.State.QuoteFee(transaction);
        Assert.Equal(
            new FeeQuote(InclusionStatus.Included, Dollar, new Amount(120_000), new Amount(100_000)), quote);
        Assert.Equal(new Amount(120_000), world.Run(transaction).Fee);
        Assert.Equal(world.State.Time, world.State.FindAccount(AddressOf(5))!.Opened);
        Assert.Equal(new Amount(10_000), world.Run(0, Transfer(5, 1)).Fee);
    }

    [Fact]
    public void L51_an_emptied_account_stays_open_and_its_balance_leaves_the_state()
    {
        world.Run(4, Transfer(1, 35_000));
        Assert.DoesNotContain(world.State.Balances(), balance => balance.Account == AddressOf(4));
        Assert.NotNull(world.State.FindAccount(AddressOf(4)));
    }

    [Fact]
    public void L61_a_fee_in_another_asset_is_rounded_up()
    {
        var receipt = world.Run(world.Write(0, Transfer(1, 1)) with { FeeAsset = Euro });
        Assert.Equal((Euro, new Amount(11)), (receipt.FeeAsset, receipt.Fee));
    }

    [Fact]
    public void L61_a_fee_payer_pays_the_fee_and_its_signature()
    {
        var receipt = world.Run(world.Write(4, Transfer(1, 45_000)) with { FeePayer = AddressOf(3) });
        Assert.Equal((TransactionStatus.Ok, AddressOf(3)), (receipt.Status, receipt.FeePayer));
        Assert.Equal(Amount.Zero, world.BalanceOf(4));
        Assert.Equal(new Amount(1_000_000_000 - 15_000), world.BalanceOf(3));
    }

    [Fact]
    public void L4_L7_an_asset_whose_supply_is_the_largest_number_moves_whole()
    {
        world.Run(1, Transfer(0, 1_000, Huge));
        Assert.Equal(Amount.MaxValue, world.BalanceOf(0, Huge));
        world.Run(0, Transfer(2, UInt128.MaxValue, Huge));
        Assert.Equal(Amount.MaxValue, world.BalanceOf(2, Huge));
        Assert.Equal(Amount.MaxValue, world.State.FindAsset(Huge)!.Supply);
    }
}
