using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Ticks;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

/// <summary>What a transaction takes of a block, and what a block has to give.</summary>
public sealed class BlockRoomTests
{
    private static readonly int[] Lengths = [1, 16, 256];
    private readonly LedgerWorld world = new();

    [Fact]
    public void L25_every_part_of_a_transaction_has_its_cost()
    {
        var plain = Check(world.Write(0, Transfer(1, 1)));
        Assert.Equal(1_300 + (2 * plain.Value.SizeBytes) + 400 + 400, BlockCost.Of(plain.Value));
        var two = Check(world.Write(0, Transfer(1, 1), Transfer(1, 1)) with { FeePayer = AddressOf(3) });
        Assert.Equal(1_300 + (2 * two.Value.SizeBytes) + 800 + 800, BlockCost.Of(two.Value));

        var ticks = TickGenerator.Create(
            Network, default, 1, Amount.Zero, new Amount(1), 4, 64, new byte[32]);
        var tick = ticks.TickAt(10);
        var claims = Check(world.Write(
            0,
            Claims(ClaimOf(default(ChannelId), 1), new Claim(ticks.Voucher, null, tick, ticks.PathOf(tick.Chain)))));
        Assert.Equal(
            1_300 + (2 * claims.Value.SizeBytes) + 400 + 400 + 256 + 400 + 256 + tick.Position + 2,
            BlockCost.Of(claims.Value));

        var proof = new SignatureProof(Pairs[1].PublicKey, Pairs[1].Sign(Hash256.Zero));
        var release = Check(world.Write(0, new Operation.ReleaseEscrow(default, null, [proof, proof])));
        Assert.Equal(1_300 + (2 * release.Value.SizeBytes) + 400 + 400 + 800, BlockCost.Of(release.Value));

        // An authorization and a permit carry a wallet's signature; a raw Ethereum transaction is signed itself.
        foreach (var operation in new Operation[] { SignTransfer(world.Write3009()), SignPermit(WritePermit()) })
        {
            var relayed = Check(world.Write(0, operation));
            Assert.Equal(1_300 + (2 * relayed.Value.SizeBytes) + 400 + 400 + 400, BlockCost.Of(relayed.Value));
        }

        foreach (var envelope in new[]
        {
            new BareAuthorization(Network, SignTransfer(world.Write3009())), (SignedTransaction)SignRaw(WriteRaw()),
        })
        {
            var alone = Check(envelope);
            Assert.Equal(1_300 + (2 * alone.Value.SizeBytes) + 400 + 400, BlockCost.Of(alone.Value));
        }
    }

    [Fact]
    public void L25_L27_the_largest_transaction_that_limits_allow_fits_into_a_share()
    {
        var bound = BlockCost.PerTransaction
            + (BlockCost.PerByte * Limits.TransactionSizeBytes)
            + (BlockCost.PerOperation * Limits.OperationsPerTransaction)
            + (BlockCost.PerClaim * Limits.ClaimsPerTransaction)
            + (BlockCost.PerHash * Limits.ClaimsPerTransaction * (Limits.TickChainLength + Limits.TickPathLength))
            + (BlockCost.PerSignature * (Limits.SignaturesPerTransaction + Limits.ClaimsPerTransaction
                + Limits.EscrowAttestationsPerTransaction + Limits.OperationsPerTransaction));
        Assert.Equal(1_005_620, bound);
        Assert.InRange(bound, 0, BlockCost.AccountShare);

        // And so it does not take the room of others: two of them fit into what is reserved.
        Assert.InRange(2 * bound, 0, BlockCost.ReservedRoom);

        // A real one: 256 claims, each with the most hashes that one may ask for.
        var voucher = VoucherOf(default, 1) with { TickValue = new Amount(1), Length = Limits.TickChainLength };
        var claim = ClaimOf(voucher) with { Tick = new Tick(1, 0, Limits.TickChainLength, TickHash.Zero) };
        var large = world.Write(0, Claims([.. Enumerable.Repeat(claim, Limits.ClaimsPerOperation)]));
        var cost = BlockCost.Of(Check(large).Value);
        Assert.InRange(cost, 500_000, BlockCost.AccountShare);
        Assert.Equal(TransactionStatus.Ok, world.Run(large).Status);
    }

    [Fact]
    public void L26_capacity_holds_no_more_bytes_and_transactions_than_a_node_reads()
    {
        var least = BlockCost.PerTransaction + BlockCost.PerOperation + BlockCost.PerSignature;
        Assert.InRange(BlockCost.Capacity / least, 3_500, NodeLimits.BlockTransactions);
        Assert.InRange(BlockCost.Capacity / BlockCost.PerByte, 1, NodeLimits.BlockSizeBytes);
    }

    [Fact]
    public void L26_a_block_takes_its_capacity_and_not_a_unit_more()
    {
        var first = Check(world.Write(0, Transfer(1, 1)));
        var second = Check(world.Write(1, Transfer(0, 1)));
        var capacity = BlockCost.Of(first.Value) + BlockCost.Of(second.Value);
        var exact = world.Begin(room: new BlockRoom(capacity, long.MaxValue, long.MaxValue));
        Assert.Equal(InclusionStatus.Included, exact.Apply(first, out _));
        Assert.Equal(InclusionStatus.Included, exact.Apply(second, out _));

        var small = world.Begin(room: new BlockRoom(capacity - 1, long.MaxValue, long.MaxValue));
        Assert.Equal(InclusionStatus.Included, small.Apply(first, out _));
        Assert.Equal(InclusionStatus.BlockFull, small.Apply(second, out var none));
        Assert.Null(none);
        Assert.Single(small.Seal().Receipts);
    }

    [Fact]
    public void L27_no_account_uses_more_than_an_eighth_of_a_block_at_any_fill()
    {
        var block = world.Begin();
        var used = 0L;
        InclusionStatus status;
        do
        {
            var batch = Check(world.Write(0, [.. Enumerable.Repeat(Transfer(1, 1), 256)]));
            status = block.Apply(batch, out _);
            used += status == InclusionStatus.Included ? BlockCost.Of(batch.Value) : 0;
        }
        while (status == InclusionStatus.Included);

        Assert.Equal(InclusionStatus.ShareExceeded, status);
        Assert.InRange(used, BlockCost.AccountShare * 3 / 4, BlockCost.AccountShare);
        Assert.Equal(InclusionStatus.Included, block.Apply(Check(world.Write(1, Transfer(0, 1))), out _));
        world.Seal(block);
        var again = world.Write(0, [.. Enumerable.Repeat(Transfer(1, 1), 256)]);
        Assert.Equal(InclusionStatus.Included, world.Begin().Apply(Check(again), out _));
    }

    [Fact]
    public void L27_a_share_is_used_by_the_account_and_by_the_fee_payer_to_the_unit()
    {
        var sponsored = Check(world.Write(1, Transfer(0, 1)) with { FeePayer = AddressOf(0) });
        var cost = BlockCost.Of(sponsored.Value);
        var own = Check(world.Write(0, Transfer(1, 1)));
        var exact = world.Begin(room: new BlockRoom(long.MaxValue, long.MaxValue, cost + BlockCost.Of(own.Value)));
        Assert.Equal(InclusionStatus.Included, exact.Apply(sponsored, out _));
        Assert.Equal(InclusionStatus.Included, exact.Apply(own, out _));

        foreach (var next in new[]
        {
            world.Write(0, Transfer(1, 1)),
            world.Write(1, Transfer(0, 1)),
            world.Write(2, Transfer(0, 1)) with { FeePayer = AddressOf(0) },
            world.Write(1, Transfer(0, 1)) with { FeePayer = AddressOf(3) },
        })
        {
            var checkedNext = Check(next);
            var small = world.Begin(
                room: new BlockRoom(long.MaxValue, long.MaxValue, cost + BlockCost.Of(checkedNext.Value) - 1));
            Assert.Equal(InclusionStatus.Included, small.Apply(sponsored, out _));
            Assert.Equal(InclusionStatus.ShareExceeded, small.Apply(checkedNext, out _));
            Assert.Equal(InclusionStatus.Included, small.Apply(Check(world.Write(3, Transfer(1, 1))), out _));
        }
    }

    [Fact]
    public void L27_what_fails_has_used_its_share_and_what_is_refused_has_not()
    {
        var failing = Check(world.Write(0, Transfer(1, 0)));
        var cost = BlockCost.Of(failing.Value);
        var block = world.Begin(room: new BlockRoom(long.MaxValue, long.MaxValue, cost));
        Assert.Equal(
            InclusionStatus.FeeAboveMaximum,
            block.Apply(Check(world.Write(0, Transfer(1, 1)) with { MaxFee = Amount.Zero }), out _));
        Assert.Equal(InclusionStatus.Included, block.Apply(failing, out var receipt));
        Assert.Equal(TransactionStatus.AmountIsZero, receipt!.Status);
        Assert.Equal(InclusionStatus.Duplicate, block.Apply(failing, out _));
        Assert.Equal(InclusionStatus.ShareExceeded, block.Apply(Check(world.Write(0, Transfer(1, 1))), out _));
    }

    [Fact]
    public void L28_payments_leave_a_quarter_of_a_block_to_what_collects()
    {
        var room = new BlockRoom();
        var pay = world.Write(0, Transfer(1, 1));
        var collect = pay with { Operations = [Claims(ClaimOf(default(ChannelId), 1))] };
        for (var i = 0; i < 6; i++)
        {
            TakeShare(room, pay with { Account = Named((byte)i) });
        }

        Assert.Equal(InclusionStatus.BlockFull, room.Check(pay with { Account = Named(7) }, 1));
        for (var i = 8; i < 10; i++)
        {
            TakeShare(room, collect with { Account = Named((byte)i) });
        }

        Assert.Equal(InclusionStatus.BlockFull, room.Check(collect with { Account = Named(11) }, 1));
        Assert.Equal(InclusionStatus.ShareExceeded, room.Check(collect with { Account = Named(9) }, 1));
        Assert.Equal(BlockCost.Capacity, 8 * BlockCost.AccountShare);
        Assert.Equal(BlockCost.Capacity, 4 * BlockCost.ReservedRoom);
    }

    [Fact]
    public void L28_what_collects_pays_out_what_is_owed_in_every_operation_and_may_fill_a_whole_block()
    {
        Operation[] collecting =
        [
            Claims(ClaimOf(default(ChannelId), 1)), new Operation.CloseChannel(default),
            new Operation.WithdrawChannel(default), new Operation.StopStream(default),
            new Operation.WithdrawStream(default), new Operation.ReleaseEscrow(default, null, []),
            new Operation.RefundEscrow(default), X402Claims(SignVoucher(default, 1, 1)),
            new Operation.RefundX402Channel(default, new Amount(1), null), new Operation.FinishX402Withdrawal(default),
        ];
        Operation[] ordinary =
        [
            Transfer(1, 1), OpenOperation(), new Operation.TopUpChannel(default, new Amount(1)),
            new Operation.RequestChannelClose(default), new Operation.TopUpStream(default, new Amount(1)),
            new Operation.RequestX402Withdrawal(default, new Amount(1)),
            new Operation.DepositX402Channel(X402WalletConfig(), new Amount(1)),
        ];
        Assert.True(BlockCost.Collects(world.Write(0, collecting)));
        Assert.All(ordinary, operation => Assert.False(BlockCost.Collects(world.Write(0, [.. collecting, operation]))));

        var room = new BlockRoom();
        for (var i = 0; i < 8; i++)
        {
            TakeShare(room, world.Write(0, collecting) with { Account = Named((byte)i) });
        }

        Assert.Equal(InclusionStatus.BlockFull, room.Check(world.Write(0, Transfer(1, 1)), 1));
    }

    [Fact]
    public void L29_a_unit_of_a_block_costs_1_6_fee_units_or_more()
    {
        var unsigned = new Claim(VoucherOf(default, 1), null, null, []);
        var hashed = unsigned with { Tick = new Tick(1, 0, Limits.TickChainLength, TickHash.Zero) };
        var proof = new SignatureProof(Pairs[1].PublicKey, Pairs[1].Sign(Hash256.Zero));
        Operation[] operations =
        [
            Transfer(1, UInt128.MaxValue), new Operation.Mint(Dollar, AddressOf(1), Amount.MaxValue),
            new Operation.TopUpChannel(default, Amount.MaxValue), new Operation.CloseChannel(default),
            new Operation.CastVote(new Proposal.ReplaceValidator(Pairs[0].PublicKey, Pairs[1].PublicKey)),
            .. new[] { unsigned, hashed, ClaimOf(default(ChannelId), 1) }.SelectMany(claim =>
                Lengths.Select(count => Claims([.. Enumerable.Repeat(claim, count)]))),
            .. Lengths.SelectMany(count => X402ClaimsOf(count)),
            .. Lengths.Select(count =>
                new Operation.ReleaseEscrow(default, Hash256.Zero, [.. Enumerable.Repeat(proof, Math.Min(count, 16))])),
            new Operation.RefundX402Channel(default, Amount.MaxValue, null), SignRefund(default, 1, 1),
            new Operation.RequestX402Withdrawal(default, Amount.MaxValue), new Operation.FinishX402Withdrawal(default),
            new Operation.DepositX402Channel(X402WalletConfig(1), Amount.MaxValue),
            SignTransfer(world.Write3009()), SignCancel(world.Write3009()), SignPermit(WritePermit()),
        ];
        var tariff = Tariff.Default(Dollar);
        List<string> cheap = [];
        foreach (var operation in operations)
        {
            var own = world.Write(0, operation);
            foreach (var transaction in new[] { own, own with { FeePayer = AddressOf(3) } })
            {
                var units = (long)Pricing.UnitsOf(transaction, tariff.UnitsOf);
                var cost = BlockCost.Of(Check(transaction).Value);
                if (10 * units < (units == 5_000 ? 16 : 27) * cost)
                {
                    cheap.Add($"{operation.Code}: {units} fee units buy {cost}");
                }
            }
        }

        Assert.Empty(cheap);
    }

    private static IEnumerable<Operation> X402ClaimsOf(int count)
    {
        var claims = Enumerable.Repeat(SignVoucher(default, UInt128.MaxValue, UInt128.MaxValue, 1), count).ToArray();
        return [X402Claims(claims), SignClaims(claims, 1)];
    }

    private static void TakeShare(BlockRoom room, Transaction transaction)
    {
        Assert.Equal(InclusionStatus.Included, room.Check(transaction, BlockCost.AccountShare));
        room.Take(transaction, BlockCost.AccountShare);
        Assert.Equal(InclusionStatus.ShareExceeded, room.Check(transaction, 1));
    }
}
