using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

internal sealed partial class LedgerWalk
{
    private void CompareObjects()
    {
        var state = world.State;
        foreach (var (_, model, actual) in StateAsText.Pairs(naive, state))
        {
            Assert.Equal(model, actual);
        }

        foreach (var name in naive.Created)
        {
            var asset = state.FindAsset(Address.Parse(name))!;
            Assert.Equal((System.Numerics.BigInteger)asset.Supply.Atomic, naive.Total(name));
            foreach (var account in Enumerable.Range(0, 6).Select(LedgerWorld.AddressOf))
            {
                Assert.Equal(
                    naive.Balance(account.ToString(), name),
                    (System.Numerics.BigInteger)state.BalanceOf(account, asset.Address).Atomic);
            }
        }
    }

    private void CountDelegated(Transaction transaction, Receipt? receipt)
    {
        if (transaction.Signer != transaction.Account && receipt?.Status == TransactionStatus.Ok)
        {
            foreach (var operation in transaction.Operations)
            {
                Reach("Delegate." + operation.Code);
            }
        }
    }

    private void TakeEnvelope(WalkStep step)
    {
        var (signed, naively) = composer.ComposeEnvelope(step);
        var status = block.Apply(LedgerWorld.Check(signed), out var receipt);
        var expected = naive.Apply(signed.Transaction, signed.SigningHash().ToString(), [[]], naively);
        Assert.Equal(expected, status == InclusionStatus.Included ? StateAsText.Text(receipt!) : "Refused " + status);
        Count(status, receipt);
        Compare();
        Reach(signed.GetType().Name + "." + (receipt?.Status.ToString() ?? "Refused"));
        var account = signed.Transaction.Account;
        Assert.Equal(naive.EthereumNonce(account.ToString()), block.EthereumNonceOf(account));
    }
}
