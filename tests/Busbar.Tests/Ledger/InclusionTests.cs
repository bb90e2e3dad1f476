using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class InclusionTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L20_a_transaction_for_another_network_may_not_stand()
    {
        var transaction = world.Write(0, Transfer(1, 1)) with { Network = new NetworkId(1) };
        Assert.Equal(InclusionStatus.WrongNetwork, world.Refuse(transaction));
    }

    [Fact]
    public void L10_an_intent_executes_at_its_last_millisecond_and_not_after()
    {
        var transaction = world.Write(0, Transfer(1, 1)) with { IntentId = world.NewIntent(1_000) };
        Assert.Equal(InclusionStatus.Expired, world.Refuse(transaction, 1_001));
        Assert.Equal(TransactionStatus.Ok, world.Run(transaction, 1_000).Status);
    }

    [Fact]
    public void L10_an_intent_may_lie_as_far_ahead_as_the_network_allows_and_no_further()
    {
        var far = world.Write(0, Transfer(1, 1)) with { IntentId = world.NewIntent(101_001) };
        Assert.Equal(InclusionStatus.TooFarAhead, world.Refuse(far));
        Assert.Equal(TransactionStatus.Ok, world.Run(far, 1_001).Status);
    }

    [Fact]
    public void L11_the_same_content_is_a_duplicate_and_other_content_a_reuse()
    {
        var transaction = world.Write(0, Transfer(1, 1));
        var receipt = world.Run(transaction);
        Assert.Equal(InclusionStatus.Duplicate, world.Refuse(transaction));
        Assert.Equal(InclusionStatus.IntentReused, world.Refuse(transaction with { MaxFee = new Amount(10_001) }));
        var record = world.State.FindIntent(AddressOf(0), AddressOf(0), transaction.IntentId)!;
        Assert.Equal(receipt.SigningHash, record.SigningHash);
        Assert.Equal((TransactionStatus.Ok, 1UL, 0), (record.Status, record.Height, record.Index));
    }

    [Fact]
    public void L11_a_failed_transaction_has_used_its_intent()
    {
        var transaction = world.Write(0, Transfer(1, 0));
        world.Run(transaction);
        Assert.Equal(InclusionStatus.Duplicate, world.Refuse(transaction));
    }

    [Fact]
    public void L10_two_accounts_may_use_the_same_intent_id()
    {
        var first = world.Write(0, Transfer(1, 1));
        world.Run(first);
        Assert.Equal(
            TransactionStatus.Ok, world.Run(world.Write(1, Transfer(0, 1)) with { IntentId = first.IntentId }).Status);
    }

    [Fact]
    public void L11_a_duplicate_inside_one_block_may_not_stand()
    {
        var transaction = Check(world.Write(0, Transfer(1, 1)));
        var block = world.Begin();
        Assert.Equal(InclusionStatus.Included, block.Apply(transaction, out _));
        Assert.Equal(InclusionStatus.Duplicate, block.Apply(transaction, out _));
        Assert.Single(block.Seal().Receipts);
    }

    [Fact]
    public void L12_a_minute_is_remembered_until_its_last_intent_is_older_than_the_retention()
    {
        var transaction = world.Write(0, Transfer(1, 1));
        world.Run(transaction);
        var minute = transaction.IntentId.ValidUntil.Ms / 60_000;
        var dropAt = (minute + 1) * 60_000 + Parameters.RetentionMs;
        world.Pass(dropAt - 1 - world.State.Time.Ms);
        Assert.NotNull(world.State.FindIntent(AddressOf(0), AddressOf(0), transaction.IntentId));
        Assert.True(world.State.Remembers(transaction.IntentId));

        var executed = world.Seal(world.Begin(1));
        Assert.Null(world.State.FindIntent(AddressOf(0), AddressOf(0), transaction.IntentId));
        Assert.False(world.State.Remembers(transaction.IntentId));
        Assert.Null(Assert.Single(executed.Delta.Entries).Value);
        Assert.Equal(InclusionStatus.Expired, world.Refuse(transaction));
    }

    [Fact]
    public void L20_a_signer_acts_for_its_own_account_only()
    {
        var transaction = world.Write(0, Transfer(1, 1)) with { Signer = AddressOf(1) };
        Assert.Equal(InclusionStatus.SignerNotAuthorised, world.Refuse(transaction));
    }

    [Fact]
    public void L20_a_fee_asset_must_be_listed()
    {
        var transaction = world.Write(0, Transfer(1, 1)) with { FeeAsset = Huge };
        Assert.Equal(InclusionStatus.FeeAssetNotListed, world.Refuse(transaction));
        Assert.Equal(InclusionStatus.FeeAssetNotListed, world.State.QuoteFee(transaction).Status);
    }

    [Fact]
    public void L20_the_fee_at_its_position_is_at_most_maxFee()
    {
        var cheap = world.Write(0, Transfer(1, 1)) with { MaxFee = new Amount(9_999) };
        Assert.Equal(InclusionStatus.FeeAboveMaximum, world.Refuse(cheap));
        Assert.Equal(TransactionStatus.Ok, world.Run(cheap with { MaxFee = new Amount(10_000) }).Status);
        var opening = world.Write(0, Transfer(5, 1)) with { MaxFee = new Amount(109_999) };
        Assert.Equal(InclusionStatus.FeeAboveMaximum, world.Refuse(opening));
        world.Run(1, Transfer(5, 1));
        Assert.Equal(new Amount(10_000), world.Run(opening).Fee);
    }

    [Fact]
    public void L20_a_payer_that_holds_less_than_the_fee_keeps_the_transaction_out()
    {
        world.Run(4, Transfer(1, 25_001));
        Assert.Equal(new Amount(9_999), world.BalanceOf(4));
        Assert.Equal(InclusionStatus.FeeNotPayable, world.Refuse(world.Write(4, Transfer(1, 1))));
        Assert.Equal(InclusionStatus.FeeNotPayable, world.Refuse(world.Write(5, Transfer(1, 1))));
    }

    [Fact]
    public void L20_an_operation_cannot_spend_the_fee()
    {
        var receipt = world.Run(4, Transfer(1, 35_001));
        Assert.Equal(TransactionStatus.BalanceTooLow, receipt.Status);
        Assert.Equal(new Amount(35_000), world.BalanceOf(4));
    }

    [Fact]
    public void L24_a_block_is_later_than_its_parent_and_uptime_advances_by_three_heartbeats_at_most()
    {
        var state = world.State;
        Assert.False(state.CanFollow(Start, 0));
        Assert.Throws<ArgumentException>(() => state.Begin(Start, 0));
        Assert.Equal(1_000UL, state.UptimeAt(new UnixTime(Start.Ms + 1_000)));
        Assert.Equal(30_000UL, state.UptimeAt(new UnixTime(Start.Ms + 30_000)));
        Assert.Equal(30_000UL, state.UptimeAt(new UnixTime(Start.Ms + 9_000_000)));
        Assert.False(state.CanFollow(new UnixTime(Start.Ms + 1_000), 999));
        Assert.False(state.CanFollow(new UnixTime(UnixTime.MaxValue.Ms + 1), 30_000));
        Assert.True(state.CanFollow(UnixTime.MaxValue, 30_000));
    }

    [Fact]
    public void A_sealed_block_takes_no_more()
    {
        var block = world.Begin();
        block.Seal();
        Assert.Throws<InvalidOperationException>(() => block.Seal());
        Assert.Throws<InvalidOperationException>(() => block.Apply(Check(world.Write(0, Transfer(1, 1))), out _));
    }
}
