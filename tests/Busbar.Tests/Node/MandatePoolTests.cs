using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

/// <summary>What delegates may have waiting: a stolen key must not keep its account from acting.</summary>
public sealed class MandatePoolTests
{
    private const ulong Reserved = 100_000;
    private static readonly UnixTime Now = new((ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    private static readonly PrivateKey Owner = DevelopmentKeys.Account(0);
    private static readonly Address Device = DevelopmentKeys.Account(1).Address;
    private static readonly PrivateKey Session = DevelopmentKeys.Account(2);

    private readonly TransactionPool pool = new();
    private LedgerState state =
        LedgerState.FromGenesis(DevelopmentNetwork.CreateGenesis(5, 1, new UnixTime(Now.Ms - 10_000)));

    [Fact]
    public void A23_a_delegate_needs_a_mandate_that_is_alive()
    {
        Assert.Equal(MempoolStatus.SignerNotAuthorised, Add(Device));
        Execute(Owner, Grant(Device, null));
        Assert.Equal(MempoolStatus.Added, Add(Device));
        Assert.Equal(MempoolStatus.SignerNotAuthorised, Add(Session.Address));
        Execute(Owner, new Operation.RevokeMandate(Device));
        Assert.Equal(MempoolStatus.SignerNotAuthorised, Add(Device));
    }

    [Fact]
    public void A23_fees_are_reserved_against_every_mandate_of_the_chain_and_free_again_when_they_leave()
    {
        Execute(Owner, Grant(Session.Address, 3 * Reserved));
        Execute(Session, Grant(Device, null));
        Assert.Equal(MempoolStatus.FeeBeyondMandate, Add(Device, Session.Address, Device));
        pool.Remove(pool.All().First());
        Assert.Equal(MempoolStatus.FeeBeyondMandate, Add(Device, Device));
        Assert.Equal(MempoolStatus.FeeBeyondMandate, Add(Session.Address));
        Assert.Equal(MempoolStatus.Added, Add(Owner.Address));
        Assert.Equal(MempoolStatus.Added, pool.Add(Pay(Device, payer: Session.Address), state, Now, out _));

        // The mandates of its chain may be gone when a transaction leaves.
        Execute(Owner, new Operation.RevokeMandate(Session.Address));
        foreach (var pending in pool.All().ToArray())
        {
            pool.Remove(pending);
        }

        Execute(Owner, Grant(Session.Address, 3 * Reserved));
        Assert.Equal(MempoolStatus.Added, Add(Session.Address));
    }

    [Fact]
    public void A23_delegates_fill_half_of_an_accounts_places_and_the_account_the_other_half()
    {
        Execute(Owner, Grant(Device, null), Grant(Session.Address, null));
        var most = FillWith(Device);
        Assert.Equal(MempoolStatus.AccountQueueFull, Add(Session.Address));
        Assert.Equal(most, FillWith(Owner.Address));
        Assert.Equal(MempoolStatus.AccountQueueFull, Add(Owner.Address));
    }

    private int FillWith(Address signer)
    {
        var count = 0;
        while (Add(signer) == MempoolStatus.Added)
        {
            count++;
        }

        return count;
    }

    // One after the other, with the answer to the last.
    private MempoolStatus Add(params Address[] signers)
    {
        var status = MempoolStatus.Unset;
        foreach (var signer in signers)
        {
            status = pool.Add(Pay(signer), state, Now, out _);
        }

        return status;
    }

    private static PendingTransaction Pay(Address signer, Address? payer = null) =>
        TestPending.Transfer(Owner.Address, Now, 1, payer, signer);

    private static Operation.GrantMandate Grant(Address signer, ulong? total) => new(
        signer,
        new UnixTime(Now.Ms + 3_600_000),
        new MandateScope([OperationCode.Transfer, OperationCode.GrantMandate], null),
        [new MandateLimit(DevelopmentNetwork.Dollar, total is { } most ? new Amount(most) : null, null)]);

    private void Execute(PrivateKey signer, params Operation[] operations)
    {
        var transaction = TestPayments.Transfer(Owner, Device, 1) with
        {
            Signer = signer.Address,
            Operations = operations,
            MaxFee = new Amount(1_000_000),
        };
        Assert.Equal(
            DecodeError.Unset, SignedTransaction.TryDecode(TestPayments.Sign(signer, transaction), out var unverified));
        Assert.Equal(
            VerificationStatus.Verified,
            TransactionVerifier.TryVerify(unverified!, NetworkId.Development, out var verified));
        var time = new UnixTime(state.Time.Ms + 1);
        var block = state.Begin(time, state.UptimeAt(time));
        Assert.Equal(InclusionStatus.Included, block.Apply(verified!, out var receipt));
        Assert.Equal(TransactionStatus.Ok, receipt!.Status);
        state = block.Seal().State;
    }
}
