using Busbar.Ticks;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class ClaimTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L34_a_claim_pays_the_difference_to_what_was_claimed_before()
    {
        var id = world.Open();
        Assert.Equal((ClaimStatus.Paid, 300UL), Claim(ClaimOf(id, 300)));
        Assert.Equal((ClaimStatus.Paid, 200UL), Claim(ClaimOf(id, 500)));
        Assert.Equal((ClaimStatus.NothingNew, 0UL), Claim(ClaimOf(id, 400)));
        Assert.Equal(new Amount(500), world.State.FindChannel(id)!.Claimed);
        Assert.Equal(new Amount(1_000_000_500), world.BalanceOf(1));
    }

    [Fact]
    public void L34_a_value_above_the_deposit_is_capped_and_can_be_claimed_after_a_top_up()
    {
        var id = world.Open();
        Assert.Equal((ClaimStatus.PaidUpToDeposit, 1_000UL), Claim(ClaimOf(id, 1_500)));
        Assert.Equal((ClaimStatus.DepositSpent, 0UL), Claim(ClaimOf(id, 1_500)));
        Assert.Equal((ClaimStatus.NothingNew, 0UL), Claim(ClaimOf(id, 1_000)));
        world.Run(0, new Operation.TopUpChannel(id, new Amount(600)));
        Assert.Equal((ClaimStatus.Paid, 500UL), Claim(ClaimOf(id, 1_500)));
    }

    [Fact]
    public void L34_each_entry_has_its_own_status_and_stops_no_other()
    {
        var id = world.Open();
        var other = world.Open();
        var foreign = VoucherOf(id, 5) with { Network = new NetworkId(1) };
        var overflow = VoucherOf(id, UInt128.MaxValue) with { TickValue = new Amount(1) };
        var tick = new Tick(1, 0, 1, TickHash.Zero);
        var receipt = world.Run(3, Claims(
            ClaimOf(foreign),
            ClaimOf(default(ChannelId), 5),
            ClaimOf(id, 5, key: 0),
            new Claim(VoucherOf(id, 5), null, null, []),
            ClaimOf(id, 5) with { Voucher = VoucherOf(id, 6) },
            ClaimOf(VoucherOf(id, 5) with { TickValue = new Amount(1) }) with { Tick = tick },
            ClaimOf(overflow) with { Tick = tick },
            ClaimOf(id, 0),
            ClaimOf(id, 7),
            ClaimOf(other, 8)));

        Assert.Equal(TransactionStatus.Ok, receipt.Status);
        Assert.Equal(
            [
                ClaimStatus.WrongNetwork, ClaimStatus.ChannelUnknown, ClaimStatus.KeyWrong,
                ClaimStatus.SignatureMissing, ClaimStatus.SignatureInvalid, ClaimStatus.TickInvalid,
                ClaimStatus.ValueOverflow, ClaimStatus.NothingNew, ClaimStatus.Paid, ClaimStatus.Paid,
            ],
            receipt.Claims.Select(claim => claim.Status));
        Assert.Equal(Enumerable.Range(0, 10), receipt.Claims.Select(claim => claim.Entry));
        Assert.Equal(new Amount(1_000_000_015), world.BalanceOf(1));
    }

    [Fact]
    public void L34_the_first_voucher_needs_no_signature_and_every_other_one_does()
    {
        var empty = world.Write(0);
        var first = VoucherOf(empty.ChannelIdAt(0), 50);
        world.Run(empty with { Operations = [OpenOperation(first: first)] });
        var bare = new Claim(first, null, null, []);
        Assert.Equal(
            (ClaimStatus.SignatureMissing, 0UL), Claim(bare with { Voucher = first with { Base = new Amount(51) } }));
        Assert.Equal(
            (ClaimStatus.SignatureInvalid, 0UL),
            Claim(bare with { Proof = ClaimOf(first with { Base = new Amount(49) }).Proof }));
        var receipt = world.Run(3, Claims(bare));
        Assert.Equal((ClaimStatus.Paid, new Amount(5_000)), (receipt.Claims[0].Status, receipt.Fee));
    }

    [Fact]
    public void L34_L61_a_claim_with_a_tick_pays_its_value_and_is_priced_by_its_hashes()
    {
        var empty = world.Write(0);
        var ticks = TickGenerator.Create(
            Network, empty.ChannelIdAt(0), 1, new Amount(10), new Amount(3), 4, 128, new byte[32]);
        world.Run(empty with { Operations = [OpenOperation(deposit: 10_000, first: ticks.Voucher)] });
        var tick = ticks.TickAt(128 + 63);
        var receipt = world.Run(3, Claims(new Claim(ticks.Voucher, null, tick, ticks.PathOf(tick.Chain))));

        Assert.Equal(new Amount(10 + 3 * 191), receipt.Claims[0].Paid);
        Assert.Equal(new Amount(5_000 + 2 * 1_000), receipt.Fee);
        var forged = new Claim(
            ticks.Voucher, null, tick with { Position = tick.Position + 1 }, ticks.PathOf(tick.Chain));
        Assert.Equal((ClaimStatus.TickInvalid, 0UL), Claim(forged));
    }

    [Fact]
    public void T17_L34_claims_of_any_epoch_in_any_order_end_at_the_largest()
    {
        var id = world.Open();
        Claim(ClaimOf(VoucherOf(id, 70, epoch: 9)));
        Claim(ClaimOf(VoucherOf(id, 90, epoch: 2)));
        Assert.Equal((ClaimStatus.NothingNew, 0UL), Claim(ClaimOf(VoucherOf(id, 80, epoch: 10))));
        Assert.Equal(new Amount(90), world.State.FindChannel(id)!.Claimed);
    }

    [Fact]
    public void L34_a_finished_channel_pays_nothing_more()
    {
        var id = world.Open();
        world.Run(1, new Operation.CloseChannel(id));
        Assert.Equal((ClaimStatus.ChannelUnknown, 0UL), Claim(ClaimOf(id, 10)));
    }

    [Fact]
    public void L30_claims_of_a_transaction_that_fails_later_pay_nothing()
    {
        var id = world.Open();
        var receipt = world.Run(1, Claims(ClaimOf(id, 10)), Transfer(0, 0));
        Assert.Equal((TransactionStatus.AmountIsZero, 1), (receipt.Status, receipt.FailedOperation));
        Assert.Empty(receipt.Claims);
        Assert.Equal(Amount.Zero, world.State.FindChannel(id)!.Claimed);
    }

    private (ClaimStatus Status, ulong Paid) Claim(Claim claim)
    {
        var outcome = Assert.Single(world.Run(3, Claims(claim)).Claims);
        return (outcome.Status, (ulong)outcome.Paid.Atomic);
    }
}
