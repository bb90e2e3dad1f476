using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class ChannelTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L32_L14_opening_sets_the_deposit_aside_under_an_id_known_before()
    {
        var transaction = world.Write(0, OpenOperation(), OpenOperation());
        world.Run(transaction);
        Assert.NotEqual(transaction.ChannelIdAt(0), transaction.ChannelIdAt(1));
        var channel = world.State.FindChannel(transaction.ChannelIdAt(1))!;
        Assert.Equal((AddressOf(0), AddressOf(1), Dollar), (channel.Payer, channel.Payee, channel.Asset));
        Assert.Equal((new Amount(1_000), Amount.Zero, 5_000UL), (channel.Deposit, channel.Claimed, channel.GraceMs));
        Assert.Equal(new Amount(1_000_000_000 - 2_000 - 40_000), world.BalanceOf(0));
    }

    [Fact]
    public void L32_the_first_reason_of_the_table_is_reported()
    {
        var wrong = VoucherOf(default, 1);
        var open = new Operation.OpenChannel(Dollar, Pairs[2].PublicKey, NoAsset, Amount.Zero, 4_999, wrong);
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(0, open).Status);
        open = open with { Asset = Dollar };
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(0, open).Status);
        open = open with { Deposit = new Amount(2_000_000_000) };
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(0, open).Status);
        Assert.Equal(TransactionStatus.PayeeIsPayer, world.Run(0, open with { Payee = AddressOf(0) }).Status);
        open = open with { Payee = AddressOf(1) };
        Assert.Equal(TransactionStatus.GraceTooShort, world.Run(0, open).Status);
        Assert.Equal(TransactionStatus.GraceTooLong, world.Run(0, open with { GraceMs = 50_001 }).Status);
        open = open with { GraceMs = 50_000 };
        Assert.Equal(TransactionStatus.FirstVoucherMismatch, world.Run(0, open).Status);
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(0, open with { FirstVoucher = null }).Status);
        open = open with { FirstVoucher = null, Deposit = new Amount(1) };
        Assert.Equal(TransactionStatus.Ok, world.Run(0, open).Status);
    }

    [Fact]
    public void L32_a_first_voucher_of_another_network_is_refused()
    {
        var transaction = world.Write(0);
        var voucher = VoucherOf(transaction.ChannelIdAt(0), 1) with { Network = new NetworkId(1) };
        var receipt = world.Run(transaction with { Operations = [OpenOperation(first: voucher)] });
        Assert.Equal(TransactionStatus.FirstVoucherMismatch, receipt.Status);
    }

    [Fact]
    public void L32_opening_to_an_unknown_payee_pays_for_its_account_so_that_no_claim_ever_does()
    {
        var transaction = world.Write(0, OpenOperation() with { Payee = AddressOf(5) });
        Assert.Equal(new Amount(120_000), world.Run(transaction).Fee);
        var claim = ClaimOf(transaction.ChannelIdAt(0), 10);
        Assert.Equal(new Amount(10_000), world.Run(3, Claims(claim)).Fee);
        Assert.Equal(new Amount(10), world.BalanceOf(5));
    }

    [Fact]
    public void L33_anybody_tops_up_while_it_is_open()
    {
        var id = world.Open();
        var top = new Operation.TopUpChannel(id, new Amount(5));
        Assert.Equal(TransactionStatus.Ok, world.Run(3, top).Status);
        Assert.Equal(new Amount(1_005), world.State.FindChannel(id)!.Deposit);
        Assert.Equal(new Amount(1_000_000_000 - 5 - 10_000), world.BalanceOf(3));
        Assert.Equal(TransactionStatus.ChannelUnknown, world.Run(3, top with { Channel = default }).Status);
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(3, top with { Amount = Amount.Zero }).Status);
        Assert.Equal(
            TransactionStatus.BalanceTooLow, world.Run(3, top with { Amount = new Amount(1_000_000_000) }).Status);
        world.Run(0, new Operation.RequestChannelClose(id));
        Assert.Equal(TransactionStatus.ChannelClosing, world.Run(3, top).Status);
    }

    [Fact]
    public void L33_deposits_never_pass_the_largest_amount()
    {
        var transaction = world.Write(
            0, OpenOperation(asset: Huge) with { Deposit = new Amount(UInt128.MaxValue - 1_000) });
        world.Run(transaction);
        var id = transaction.ChannelIdAt(0);
        world.Run(3, Claims(ClaimOf(id, UInt128.MaxValue)));
        var top = new Operation.TopUpChannel(id, new Amount(1_001));
        Assert.Equal(TransactionStatus.DepositTooLarge, world.Run(1, top).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, top with { Amount = new Amount(1_000) }).Status);
    }

    [Fact]
    public void L35_the_payee_closes_at_once_and_the_rest_returns()
    {
        var id = world.Open();
        var close = new Operation.CloseChannel(id);
        Assert.Equal(TransactionStatus.NotPayee, world.Run(0, close).Status);
        var before = world.BalanceOf(0);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Claims(ClaimOf(id, 300)), close).Status);
        Assert.Equal(before + new Amount(700), world.BalanceOf(0));
        Assert.Equal(new Amount(1_000_000_000 + 300 - 20_000), world.BalanceOf(1));
        Assert.Null(world.State.FindChannel(id));
        Assert.Equal(TransactionStatus.ChannelUnknown, world.Run(1, close).Status);
    }

    [Fact]
    public void L36_L37_the_payer_withdraws_after_the_grace_in_uptime()
    {
        var id = world.Open(graceMs: 40_000);
        var withdraw = new Operation.WithdrawChannel(id);
        Assert.Equal(TransactionStatus.ChannelNotClosing, world.Run(0, withdraw).Status);
        Assert.Equal(TransactionStatus.NotPayer, world.Run(1, new Operation.RequestChannelClose(id)).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, new Operation.RequestChannelClose(id)).Status);
        Assert.Equal(TransactionStatus.ChannelClosing, world.Run(0, new Operation.RequestChannelClose(id)).Status);
        Assert.Equal(TransactionStatus.NotPayer, world.Run(1, withdraw).Status);

        // A long outage counts as three heartbeats.
        var patient = world.Write(0, withdraw) with { IntentId = world.NewIntent(1_000_000) };
        Assert.Equal(TransactionStatus.GraceRunning, world.Run(patient, 1_000_000).Status);
        var withdrawableMs = world.State.FindChannel(id)!.WithdrawableUptimeMs!.Value;
        world.Pass(withdrawableMs - 1_001 - world.State.UptimeMs);
        Assert.Equal(TransactionStatus.GraceRunning, world.Run(0, withdraw).Status);
        world.Seal(world.Begin(1));
        Assert.Equal(withdrawableMs, world.State.UptimeMs);
        Assert.Equal(TransactionStatus.Ok, world.Run(world.Write(0, Claims(ClaimOf(id, 100)), withdraw), 1).Status);
        Assert.Null(world.State.FindChannel(id));
        Assert.Equal(TransactionStatus.ChannelUnknown, world.Run(0, withdraw).Status);
        Assert.Equal(TransactionStatus.ChannelUnknown, world.Run(0, new Operation.RequestChannelClose(id)).Status);
        Assert.Equal(new Amount(100), new Amount(world.BalanceOf(1).Atomic + 10_000 * 2 - 1_000_000_000));
    }

    [Fact]
    public void L37_withdrawing_is_possible_at_the_exact_end_of_the_grace()
    {
        var id = world.Open();
        world.Run(0, new Operation.RequestChannelClose(id));
        var early = world.Run(world.Write(0, new Operation.WithdrawChannel(id)), 4_999);
        Assert.Equal(TransactionStatus.GraceRunning, early.Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(world.Write(0, new Operation.WithdrawChannel(id)), 1).Status);
    }

    [Fact]
    public void L34_a_closing_channel_still_pays_claims()
    {
        var id = world.Open();
        world.Run(0, new Operation.RequestChannelClose(id));
        Assert.Equal(ClaimStatus.Paid, world.Run(3, Claims(ClaimOf(id, 10))).Claims[0].Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, new Operation.CloseChannel(id)).Status);
    }

    [Fact]
    public void Effects_tell_in_order_what_happened_and_nothing_of_what_was_rolled_back()
    {
        var transaction = world.Write(0, OpenOperation(), Transfer(1, 1));
        var block = world.Begin();
        block.Apply(Check(transaction), out _);
        block.Apply(Check(world.Write(0, Transfer(1, 1), Transfer(1, 0))), out _);
        var id = transaction.ChannelIdAt(0);
        block.Apply(Check(world.Write(1, Claims(ClaimOf(id, 400)), new Operation.CloseChannel(id))), out _);
        var effects = world.Seal(block).Effects;

        Assert.Equal(
            [EffectKind.ChannelOpened, EffectKind.Transfer, EffectKind.ChannelClaimed, EffectKind.ChannelClosed],
            effects.Select(effect => effect.Kind));
        Assert.Equal([0, 0, 2, 2], effects.Select(effect => effect.Transaction));
        Assert.Equal([1_000UL, 1UL, 400UL, 600UL], effects.Select(effect => (ulong)effect.Amount.Atomic));
    }
}
