using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

public sealed class TransactionPoolTests
{
    private static readonly UnixTime Now = new((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    private readonly LedgerState state = LedgerState.FromGenesis(DevelopmentNetwork.CreateGenesis(3, 1, Now));
    private readonly TransactionPool pool = new();

    [Fact]
    public void A20_accounts_take_turns_whatever_one_of_them_floods()
    {
        var (flooder, quiet) = (DevelopmentKeys.Account(0), DevelopmentKeys.Account(1));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(MempoolStatus.Added, Add(Transfer(flooder)));
        }

        Assert.Equal(MempoolStatus.Added, Add(Transfer(quiet)));
        var order = Serve();
        Assert.Equal(flooder.Address, order[0].Key.Account);
        Assert.Contains(quiet.Address, order.Take(4).Select(pending => pending.Key.Account));
        Assert.Equal(51, order.Count);
        Assert.Equal(51, pool.Count);
    }

    [Fact]
    public void A12_what_no_later_block_may_hold_leaves_and_the_rest_stays()
    {
        var account = DevelopmentKeys.Account(0);
        var content = TestPayments.Transfer(account, DevelopmentKeys.Account(1).Address, 1);
        var soon = Verify(account, content);
        var late = Verify(account, content with { IntentId = TestPayments.NewIntent(TimeSpan.FromMinutes(30)) });
        Assert.Equal(MempoolStatus.Added, Add(soon));
        Assert.Equal(MempoolStatus.Added, Add(late));
        Assert.Empty(pool.DropExpired(new UnixTime(soon.Key.Id.ValidUntil.Ms - 1)));
        Assert.Equal([soon], pool.DropExpired(soon.Key.Id.ValidUntil));
        Assert.Equal([late], pool.All());
    }

    [Fact]
    public void A11_an_account_may_have_its_limit_waiting_and_not_one_more()
    {
        var account = DevelopmentKeys.Account(0);
        var content = TestPayments.Transfer(account, DevelopmentKeys.Account(1).Address, 1);
        for (var i = 0; i < NodeLimits.MempoolTransactionsPerAccount; i++)
        {
            var next = content with { IntentId = TestPayments.NewIntent(TimeSpan.FromMinutes(1)) };
            Assert.Equal(MempoolStatus.Added, Add(Verify(account, next)));
        }

        Assert.Equal(MempoolStatus.AccountQueueFull, Add(Transfer(account)));
        pool.Remove(pool.All().First());
        Assert.Equal(MempoolStatus.Added, Add(Transfer(account)));
    }

    [Fact]
    public void A10_the_same_content_is_pending_once_and_other_content_is_refused()
    {
        var account = DevelopmentKeys.Account(0);
        var content = TestPayments.Transfer(account, DevelopmentKeys.Account(1).Address, 1);
        Assert.Equal(MempoolStatus.Added, Add(Verify(account, content)));
        Assert.Equal(MempoolStatus.AlreadyPending, Add(Verify(account, content)));
        Assert.Equal(
            MempoolStatus.IntentReused,
            Add(Verify(account, content with { MaxFee = content.MaxFee + new Amount(1) })));
        Assert.Equal(1, pool.Count);
    }

    [Fact]
    public void A10_content_that_is_final_is_not_queued_again()
    {
        var pending = Transfer(DevelopmentKeys.Account(0));
        var time = new UnixTime(Now.Ms + 1);
        var execution = state.Begin(time, state.UptimeAt(time));
        Assert.Equal(InclusionStatus.Included, execution.Apply(pending.Transaction, out _));
        var after = execution.Seal().State;
        Assert.Equal(MempoolStatus.AlreadyFinal, pool.Add(pending, after, Now, out var accepted));
        Assert.Null(accepted);
        Assert.Equal(0, pool.Count);
    }

    [Fact]
    public void A11_what_was_reserved_is_free_again_when_a_transaction_leaves()
    {
        using var poor = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("pool"u8).ToArray());
        var first = Transfer(poor);
        Assert.Equal(MempoolStatus.FeeNotPayable, Add(first));
        Assert.Equal(0, pool.Count);
        var rich = Transfer(DevelopmentKeys.Account(2));
        Assert.Equal(MempoolStatus.Added, Add(rich));
        pool.Remove(pool.All().First());
        Assert.Equal(0, pool.Count);
        Assert.Empty(pool.Find(rich.Key.Id));
        Assert.Empty(pool.All());
        Assert.Empty(Serve());
    }

    private List<PendingTransaction> Serve()
    {
        var served = new List<PendingTransaction>();
        pool.Serve(new HashSet<IntentKey>(), pending =>
        {
            served.Add(pending);
            return InclusionStatus.Included;
        });
        return served;
    }

    private MempoolStatus Add(PendingTransaction pending) => pool.Add(pending, state, Now, out _);

    private static PendingTransaction Transfer(PrivateKey from) =>
        Verify(from, TestPayments.Transfer(from, DevelopmentKeys.Account(1).Address, 1));

    private static PendingTransaction Verify(PrivateKey key, Transaction content)
    {
        var bytes = TestPayments.Sign(key, content);
        Assert.Equal(DecodeError.Unset, SignedTransaction.TryDecode(bytes, out var unverified));
        Assert.Equal(
            VerificationStatus.Verified,
            TransactionVerifier.TryVerify(unverified!, NetworkId.Development, out var transaction));
        return new PendingTransaction(transaction!, bytes);
    }
}
