using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

public sealed class PoolLimitTests
{
    private static readonly UnixTime Now = new((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    private static readonly PrivateKey[] Keys =
        [.. Enumerable.Range(0, 11)
            .Select(i => PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256([(byte)i]).ToArray()))];

    private readonly LedgerState state = LedgerState.FromGenesis(CreateGenesis(TestPayments.MaxFee.Atomic * 4_096));
    private readonly TransactionPool pool = new();

    [Fact]
    public void A19_a_node_may_have_exactly_its_limit_waiting_and_a_place_is_left_for_whoever_has_none()
    {
        // Each account in turn takes what it can get: a quarter of what is left free, and at last one place each.
        var accounts = Enumerable.Range(0, 60).Select(DevelopmentKeys.Account).Select(key => key.Address).ToArray();
        var rich = LedgerState.FromGenesis(DevelopmentNetwork.CreateGenesis(60, 1, new UnixTime(Now.Ms - 1_000)));
        var took = new List<int>();
        foreach (var account in accounts)
        {
            var count = 0;
            var status = MempoolStatus.Added;
            while (status == MempoolStatus.Added)
            {
                status = pool.Add(TestPending.Transfer(account, Now), rich, Now, out _);
                count += status == MempoolStatus.Added ? 1 : 0;
            }

            took.Add(count);
            Assert.Equal(count == 0 ? MempoolStatus.QueueFull : MempoolStatus.AccountQueueFull, status);
            Assert.True(count > 0 || pool.Count == NodeLimits.MempoolTransactions);
        }

        Assert.Equal(NodeLimits.MempoolTransactions, pool.Count);
        Assert.Equal(NodeLimits.MempoolTransactionsPerAccount, took[0]);
        Assert.True(took.TakeWhile(count => count > 0).Count() > 35);
    }

    [Fact]
    public void A21_bytes_are_bounded_for_an_account_and_for_the_node()
    {
        var accounts = Enumerable.Range(0, 99).Select(DevelopmentKeys.Account).Select(key => key.Address).ToArray();
        var rich = LedgerState.FromGenesis(DevelopmentNetwork.CreateGenesis(99, 1, new UnixTime(Now.Ms - 1_000)));
        Operation[] one = [new Operation.CloseChannel(default)];
        MempoolStatus AddLarge(Address from) => pool.Add(
            TestPending.Of(from, Now, null, one, Limits.TransactionSizeBytes), rich, Now, out _);

        var each = (int)(NodeLimits.MempoolSizeBytesPerAccount / Limits.TransactionSizeBytes);
        for (var i = 0; i < each; i++)
        {
            Assert.Equal(MempoolStatus.Added, AddLarge(accounts[0]));
        }

        Assert.Equal(MempoolStatus.AccountQueueFull, AddLarge(accounts[0]));
        var most = (int)(NodeLimits.MempoolSizeBytes / Limits.TransactionSizeBytes);
        foreach (var account in accounts.Skip(1))
        {
            while (AddLarge(account) == MempoolStatus.Added)
            {
            }
        }

        Assert.Equal(most, pool.Count);
        Assert.Equal(
            MempoolStatus.QueueFull, pool.Add(TestPending.Transfer(accounts[98], Now), rich, Now, out _));
        pool.Remove(pool.All().First());
        Assert.Equal(MempoolStatus.Added, pool.Add(TestPending.Transfer(accounts[98], Now), rich, Now, out _));
    }

    [Fact]
    public void A11_fees_are_reserved_to_the_atom_and_free_again_when_a_transaction_leaves()
    {
        var poor = LedgerState.FromGenesis(CreateGenesis(TestPayments.MaxFee.Atomic * 2));
        var waiting = Pending(Keys[0], 3);
        Assert.Equal(MempoolStatus.Added, pool.Add(waiting[0], poor, Now, out _));
        Assert.Equal(MempoolStatus.Added, pool.Add(waiting[1], poor, Now, out _));
        Assert.Equal(MempoolStatus.FeeNotPayable, pool.Add(waiting[2], poor, Now, out _));
        pool.Remove(pool.All().First());
        Assert.Equal(MempoolStatus.Added, pool.Add(waiting[2], poor, Now, out _));
    }

    [Fact]
    public void A10_an_expiry_is_taken_at_its_last_millisecond_and_at_the_farthest_ahead()
    {
        var ahead = state.Genesis.Parameters.MaxIntentAheadMs;
        foreach (var (validUntil, status) in new[]
        {
            (Now.Ms, MempoolStatus.Added),
            (Now.Ms - 1, MempoolStatus.Expired),
            (Now.Ms + ahead, MempoolStatus.Added),
            (Now.Ms + ahead + 1, MempoolStatus.TooFarAhead),
        })
        {
            var intent = IntentId.Create(new UnixTime(validUntil), new byte[IntentId.NonceSizeBytes]);
            Assert.Equal(status, Add(Check(Keys[0], 1, intent)));
        }
    }

    private static Genesis CreateGenesis(UInt128 balance)
    {
        var balances = Keys.Select(key => new Balance(key.Address, DevelopmentNetwork.Dollar, new Amount(balance)));
        return DevelopmentNetwork.CreateGenesis(1, 1, new UnixTime(Now.Ms - 1_000)) with
        {
            Balances = [.. balances.OrderBy(held => held.Account)],
        };
    }

    private static PendingTransaction[] Pending(PrivateKey key, int count) =>
        [.. Enumerable.Range(0, count).AsParallel().AsOrdered().Select(_ => Check(key, 1, null))];

    private static PendingTransaction Check(PrivateKey key, ulong atomic, IntentId? intent)
    {
        var encoded = TestPayments.SignedTransfer(key, Keys[10].Address, atomic, intent);
        Assert.Equal(DecodeError.Unset, SignedTransaction.TryDecode(encoded, out var unverified));
        Assert.Equal(
            VerificationStatus.Verified,
            TransactionVerifier.TryVerify(unverified!, NetworkId.Development, out var transaction));
        return new PendingTransaction(transaction!, encoded);
    }

    private MempoolStatus Add(PendingTransaction pending) => pool.Add(pending, state, Now, out _);
}
