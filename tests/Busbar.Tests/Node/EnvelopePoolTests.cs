using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Mempool;
using Busbar.Tests.Ledger;
using Busbar.Transactions;
using static Busbar.Tests.Ledger.LedgerWorld;

namespace Busbar.Tests.Node;

public sealed class EnvelopePoolTests
{
    private readonly LedgerWorld world = new();
    private readonly TransactionPool pool = new();

    [Fact]
    public void A19_an_ethereum_transaction_waits_when_no_nonce_before_it_is_missing()
    {
        Assert.Equal(MempoolStatus.NonceAhead, Add(SignRaw(WriteRaw(1))));
        Assert.Equal(MempoolStatus.Added, Add(SignRaw(WriteRaw(0))));
        Assert.Equal(MempoolStatus.Added, Add(SignRaw(WriteRaw(1))));
        Assert.Equal(MempoolStatus.NonceAhead, Add(SignRaw(WriteRaw(3))));
        Assert.Equal(MempoolStatus.AlreadyPending, Add(SignRaw(WriteRaw(1))));
        Assert.Equal(MempoolStatus.NonceUsed, Add(SignRaw(WriteRaw(1, atomic: 7))));
        Assert.Equal(
            [0UL, 1UL], pool.All().Select(pending => pending.Transaction.Value.Signed.EthereumNonce!.Value));

        // Both stand in the block that takes them in turn.
        var block = world.Begin();
        Assert.All(pool.All(), one => Assert.Equal(InclusionStatus.Included, block.Apply(one.Transaction, out _)));
        world.Seal(block);
        Assert.All(pool.All().ToArray(), pool.Remove);
        Assert.Equal(MempoolStatus.NonceUsed, Add(SignRaw(WriteRaw(1))));
        Assert.Equal(MempoolStatus.Added, Add(SignRaw(WriteRaw(2))));
    }

    [Fact]
    public void A19_an_ethereum_transaction_that_nobody_executes_leaves_after_the_networks_time_ahead()
    {
        Assert.Equal(MempoolStatus.Added, Add(SignRaw(WriteRaw())));
        var end = world.State.Time.Ms + Parameters.MaxIntentAheadMs;
        Assert.Empty(pool.DropExpired(new UnixTime(end - 1)));
        Assert.Single(pool.DropExpired(new UnixTime(end)));
        Assert.Equal(0, pool.Count);
        Assert.Equal(MempoolStatus.Added, Add(SignRaw(WriteRaw())));
    }

    [Fact]
    public void A11_no_more_than_the_ceiling_of_a_fee_is_reserved()
    {
        // Wallet 1 has 1,000,000: the ceiling of nine transfers, though each offers a thousand times as much.
        for (var nonce = 0UL; nonce < 10; nonce++)
        {
            Assert.Equal(
                nonce == 10 ? MempoolStatus.FeeNotPayable : MempoolStatus.Added,
                Add(SignRaw(WriteCall(Approval(), nonce), wallet: 1)));
        }

        Assert.Equal(MempoolStatus.FeeNotPayable, Add(SignRaw(WriteCall(Approval(), 10), wallet: 1)));
        pool.Remove(pool.All().First());
        Assert.Equal(MempoolStatus.Added, Add(SignRaw(WriteCall(Approval(), 10), wallet: 1)));
    }

    [Fact]
    public void A19_a_bare_authorization_waits_only_when_it_would_succeed_and_reserves_the_fee_as_it_stands()
    {
        var poor = new BareAuthorization(Network, SignTransfer(world.Write3009(999_990_000)));
        Assert.Equal(MempoolStatus.OperationFails, Add(poor));
        var far = world.Write3009() with { ValidBeforeSeconds = world.Seconds + 90_000 };
        Assert.Equal(MempoolStatus.TooFarAhead, Add(new BareAuthorization(Network, SignTransfer(far))));
        var day = world.Write3009() with { ValidBeforeSeconds = world.Seconds + 86_400 };
        var bare = new BareAuthorization(Network, SignTransfer(day));
        Assert.Equal(MempoolStatus.Added, Add(bare));
        Assert.Equal(MempoolStatus.AlreadyPending, Add(bare));
        Assert.Equal(
            MempoolStatus.IntentReused, Add(PayFor(SignTransfer(day), feePayer: 3, maxFee: 1_000_000)));
        pool.Remove(pool.All().Single());
        world.Run(bare);
        Assert.Equal(MempoolStatus.AlreadyFinal, Add(bare));
    }

    private static byte[] Approval() =>
        CallOf("approve(address,uint256)", new AbiWords().Add(AddressOf(1)).Add(7UL));

    private MempoolStatus Add(SignedTransaction signed) =>
        pool.Add(new PendingTransaction(Check(signed), signed.Encode()), world.State, world.State.Time, out _);
}
