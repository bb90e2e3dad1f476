using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

/// <summary>What the holder of a stolen key would try: more than its mandate and those above it let it do.</summary>
public sealed class MandateAttackTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L140_L146_a_child_that_is_wider_than_its_parent_gets_no_further_than_the_parent()
    {
        var soon = new UnixTime(world.State.Time.Ms + 20_000);
        world.Run(0, Total(1, 200_000) with
        {
            Expiry = soon,
            Scope = new([OperationCode.Transfer, OperationCode.GrantMandate], [AddressOf(2)]),
        });
        var wide = MandateTests.Grant(3, new MandateLimit(Dollar, null, null), new MandateLimit(Euro, null, null));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(1, wide)).Status);
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(2, 180_000))).Status);
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(2, 1, Euro))).Status);
        Assert.Equal(TransactionStatus.PayeeNotAllowed, world.Run(As(3, Transfer(3, 1))).Status);
        Assert.Equal(
            TransactionStatus.OperationNotAllowed, world.Run(As(3, new Operation.Burn(Dollar, new Amount(1)))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(2, 1))).Status);
        world.Pass(20_000);
        Assert.Equal(InclusionStatus.SignerNotAuthorised, world.Refuse(As(3, Transfer(2, 1))));
    }

    [Fact]
    public void L140_L146_many_children_together_get_no_further_than_their_parent()
    {
        world.Run(0, Total(1, 300_000));
        foreach (var child in new[] { 2, 3, 4 })
        {
            Assert.Equal(TransactionStatus.Ok, world.Run(As(1, Total(child, 300_000))).Status);
        }

        Assert.Equal(TransactionStatus.Ok, world.Run(As(2, Transfer(5, 1))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(2, 100_000))).Status);
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(4, Transfer(2, 10_000))).Status);
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(4, Transfer(2, 1))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void L144_a_revoked_ancestor_ends_the_youngest_key_in_the_same_block(int revoked)
    {
        Chain(expiring: 0);
        var block = world.Begin();
        Apply(block, As(4, Transfer(1, 1)), InclusionStatus.Included);
        Apply(block, world.Write(0, new Operation.RevokeMandate(AddressOf(revoked))), InclusionStatus.Included);
        Apply(block, As(4, Transfer(1, 1)), InclusionStatus.SignerNotAuthorised);
        Apply(block, world.Write(0, Total(revoked, 900_000)), InclusionStatus.Included);
        Apply(block, As(4, Transfer(1, 1)), InclusionStatus.SignerNotAuthorised);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void L144_L149_an_expired_ancestor_ends_the_youngest_key_at_its_millisecond(int expiring)
    {
        var until = Chain(expiring);
        InclusionStatus At(ulong ms) =>
            world.Begin(ms - world.State.Time.Ms).Apply(Check(As(4, Transfer(1, 1))), out _);
        Assert.Equal(InclusionStatus.Included, At(until.Ms - 1));
        Assert.Equal(InclusionStatus.SignerNotAuthorised, At(until.Ms));
        Assert.Equal(InclusionStatus.SignerNotAuthorised, At(until.Ms + 1));
    }

    [Fact]
    public void L142_L146_a_limit_of_one_asset_says_nothing_about_another_and_fees_count_in_their_own()
    {
        world.Run(0, MandateTests.Grant(3) with
        {
            Spending = [.. new[] { new MandateLimit(Dollar, new Amount(25_000), null), new(Euro, null, null) }
                .OrderBy(limit => limit.Asset)],
        });
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(1, 1, Huge))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(1, 900_000, Euro))).Status);
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(3, Transfer(1, 1, Euro))));

        // The same fee in the asset that is without limit: what is left of the other is not touched.
        var paidInEuro = As(3, Transfer(1, 1, Euro)) with { FeeAsset = Euro };
        Assert.Equal(TransactionStatus.Ok, world.Run(paidInEuro).Status);
    }

    [Fact]
    public void L146_failing_transactions_drain_no_more_than_the_limit_and_the_account_keeps_the_rest()
    {
        world.Run(0, Total(3, 55_000));
        var before = world.BalanceOf(0);
        var block = world.Begin();
        var failed = 0;
        while (block.Apply(Check(As(3, Transfer(1, UInt128.MaxValue))), out _) == InclusionStatus.Included)
        {
            failed++;
        }

        world.Seal(block);
        Assert.Equal(5, failed);
        Assert.Equal(before - new Amount(50_000), world.BalanceOf(0));
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Transfer(1, 1)).Status);
    }

    [Fact]
    public void L145_L146_a_batch_smuggles_nothing_and_is_undone_as_a_whole()
    {
        world.Run(0, Total(3, 300_000) with { Scope = new([OperationCode.Transfer], [AddressOf(1)]) });
        var before = world.BalanceOf(0);
        (Operation[] Batch, TransactionStatus Status, int At)[] batches =
        [
            ([Transfer(1, 1), new Operation.Burn(Dollar, new Amount(1))], TransactionStatus.OperationNotAllowed, 1),
            ([Transfer(1, 1), Transfer(2, 1)], TransactionStatus.PayeeNotAllowed, 1),
            ([Transfer(1, 150_000), Transfer(1, 150_000)], TransactionStatus.MandateLimitPassed, 1),
            ([Total(3, 999_000)], TransactionStatus.OperationNotAllowed, 0),
            ([new Operation.RevokeMandate(AddressOf(3)), Total(3, 999_000)], TransactionStatus.OperationNotAllowed, 1),
            ([new Operation.RevokeMandate(AddressOf(3)), Transfer(1, 1)], TransactionStatus.OperationNotAllowed, 1),
        ];
        UInt128 fees = 0;
        foreach (var (batch, status, at) in batches)
        {
            var receipt = world.Run(As(3, batch));
            Assert.Equal((status, at), (receipt.Status, receipt.FailedOperation!.Value));
            fees += receipt.Fee.Atomic;
            Assert.Equal((before - new Amount(fees), fees), (world.BalanceOf(0), Spent(3)));
        }
    }

    [Fact]
    public void L146_L147_a_key_cannot_widen_itself_or_lend_itself_a_fresh_limit()
    {
        world.Run(0, Total(3, 200_000));
        var wide = Total(3, 999_000_000);
        Assert.Equal(TransactionStatus.MandateExists, world.Run(As(3, wide)).Status);
        var again = world.Run(As(3, new Operation.RevokeMandate(AddressOf(3)), wide));
        Assert.Equal((TransactionStatus.OperationNotAllowed, 1), (again.Status, again.FailedOperation));

        // A key of its own below it has a limit of its own, and still spends what the parent has left.
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Total(5, 999_000_000))).Status);
        Assert.Equal(InclusionStatus.FeeBeyondMandate, world.Refuse(As(
            5, Total(6, 1), Total(2, 1), Total(1, 1), Total(4, 1), Transfer(1, 1), Transfer(1, 1), Transfer(1, 1),
            Transfer(1, 1), Transfer(1, 1), Transfer(1, 1))));
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(5, Transfer(1, 150_000))).Status);
    }

    [Fact]
    public void L146_top_ups_of_channels_and_streams_count_whoever_opened_them()
    {
        var open = world.Write(0, OpenOperation(deposit: 10));
        var start = world.Write(0, new Operation.StartStream(AddressOf(1), Dollar, new Amount(10), new Amount(1)));
        world.Run(open);
        world.Run(start);
        world.Run(0, Total(3, 100_000));
        var channel = new Operation.TopUpChannel(open.ChannelIdAt(0), new Amount(40_000));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, channel)).Status);
        var stream = new Operation.TopUpStream(start.StreamIdAt(0), new Amount(30_001));
        var more = channel with { Amount = new Amount(40_001) };
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, more)).Status);
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, stream)).Status);
        var left = stream with { Amount = new Amount(20_000) };
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, left)).Status);
        Assert.Equal((UInt128)100_000, Spent(3));
    }

    [Fact]
    public void L146_what_comes_back_raises_no_limit()
    {
        world.Run(0, Total(3, 500_000));
        var escrow = new Operation.LockEscrow(
            AddressOf(1),
            Dollar,
            new Amount(50_000),
            new UnixTime(world.State.Time.Ms + 9_000_000),
            new(Hash256.Zero, null));
        var made = As(
            3,
            OpenOperation(deposit: 50_000),
            new Operation.StartStream(AddressOf(1), Dollar, new Amount(50_000), new Amount(1)),
            escrow);
        Assert.Equal(TransactionStatus.Ok, world.Run(made).Status);
        Assert.Equal((UInt128)210_000, Spent(3));
        var before = world.BalanceOf(0);
        Assert.Equal(
            TransactionStatus.Ok,
            world.Run(
                1,
                new Operation.CloseChannel(made.ChannelIdAt(0)),
                new Operation.RefundEscrow(made.EscrowIdAt(2)),
                Transfer(0, 70_000)).Status);
        Assert.Equal(
            TransactionStatus.Ok, world.Run(As(3, new Operation.StopStream(made.StreamIdAt(1)))).Status);
        Assert.True(world.BalanceOf(0) > before + new Amount(150_000));
        Assert.Equal((UInt128)220_000, Spent(3));
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(1, 270_001))).Status);
    }

    [Fact]
    public void L143_no_number_overflows_a_bucket_or_a_total()
    {
        var most = new MandateLimit(
            Huge, Amount.MaxValue, new MandateWindow(MandateWindow.MaxCapacity, MandateWindow.MaxRefillMs));
        var full = MandateAllowance.Of(most, UnixTime.MaxValue);
        Assert.Equal(MandateWindow.MaxCapacity, full.AvailableAt(default));
        var later = MandateAllowance.Of(most, default);
        for (var spend = 0; spend < 5; spend++)
        {
            Assert.False(later.Covers(Amount.MaxValue, UnixTime.MaxValue));
            Assert.True(later.Covers(MandateWindow.MaxCapacity, UnixTime.MaxValue));
            later = later.Spend(MandateWindow.MaxCapacity, new UnixTime((ulong)spend * MandateWindow.MaxRefillMs));
        }

        Assert.Equal(new Amount(5 * MandateWindow.MaxCapacity.Atomic), later.Spent);
        var total = MandateAllowance.Of(new MandateLimit(Huge, Amount.MaxValue, null), Start);
        var spent = total.Spend(Amount.MaxValue, Start);
        Assert.False(spent.Covers(new Amount(1), UnixTime.MaxValue));
        Assert.True(spent.Covers(Amount.Zero, Start));

        // On the ledger: the largest amounts are refused, not wrapped, and the same key goes on.
        world.Run(0, MandateTests.Grant(3) with
        {
            Spending = [.. new[] { most, new MandateLimit(Dollar, null, null) }.OrderBy(limit => limit.Asset)],
        });
        var all = world.BalanceOf(0, Huge).Atomic;
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(1, all, Huge))).Status);
        var capacity = MandateWindow.MaxCapacity.Atomic;
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Transfer(2, capacity, Huge))).Status);
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Transfer(2, capacity, Huge))).Status);
    }

    private static Operation.GrantMandate Total(int signer, ulong total) =>
        MandateTests.Grant(signer, new MandateLimit(Dollar, new Amount(total), null));

    private static void Apply(BlockExecution block, Transaction transaction, InclusionStatus expected)
    {
        Assert.Equal(expected, block.Apply(Check(transaction), out var receipt));
        Assert.True(receipt is null || receipt.Status == TransactionStatus.Ok);
    }

    private Transaction As(int key, params Operation[] operations) =>
        world.Write(0, operations) with { Signer = AddressOf(key) };

    /// <summary>Four mandates, each below the one before; the one that is to expire does so in half a minute.</summary>
    private UnixTime Chain(int expiring)
    {
        var soon = new UnixTime(world.State.Time.Ms + 30_000);
        for (var key = 1; key <= 4; key++)
        {
            var grant = MandateTests.Grant(key);
            grant = key == expiring ? grant with { Expiry = soon } : grant;
            Assert.Equal(
                TransactionStatus.Ok, world.Run(key == 1 ? world.Write(0, grant) : As(key - 1, grant)).Status);
        }

        return soon;
    }

    private UInt128 Spent(int key) => world.State.FindMandate(AddressOf(0), AddressOf(key))!.Allowances
        .Single(allowance => allowance.Asset == Dollar).Spent.Atomic;
}
