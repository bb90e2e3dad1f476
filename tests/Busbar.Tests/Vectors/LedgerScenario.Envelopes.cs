using Busbar.Ethereum;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Vectors;

internal static partial class LedgerScenario
{
    private static void Authorizations(VectorChain chain)
    {
        var world = chain.World;
        chain.Add("an authorization that another one submits", Pay(
            chain, 3, SignTransfer(world.Write3009(nonce: 1))));
        chain.Add("one that only its recipient may submit", Pay(chain, 1, SignReceive(world.Write3009(nonce: 2))));
        chain.Add("a nonce is cancelled, and its authorization fails", Pay(
            chain, 3, SignCancel(world.Write3009(nonce: 3))), Pay(chain, 3, SignTransfer(world.Write3009(nonce: 3))));
        chain.Add(
            "a bare authorization", Check(new BareAuthorization(Network, SignTransfer(world.Write3009(nonce: 4)))));
        chain.Add("a bare authorization with a fee payer", Check(
            PayFor(SignTransfer(world.Write3009(nonce: 5)), feePayer: 3, maxFee: 20_000)));
    }

    private static void X402Channels(VectorChain chain)
    {
        var world = chain.World;
        var (config, wallet) = (X402Config(1), X402WalletConfig(2));
        var (id, walletId) = (config.IdIn(Network), wallet.IdIn(Network));
        chain.Add("two x402 channels are opened, one of them with an authorization that another one hands in",
            Pay(chain, 0, Deposit(config, 10_000)), Pay(chain, 3, SignDeposit(world.Write3009Deposit(wallet, 5_000))));
        X402Claim[] both = [SignVoucher(id, 800, 700), SignVoucher(walletId, 300, wallet: 0)];
        chain.Add("anybody hands in claims that the receiver authorizer signed", Pay(chain, 3, SignClaims(both)));
        chain.Add("the receiver claims: nothing new, a voucher of somebody else, and more", Pay(
            chain, 1, X402Claims(both[0], SignVoucher(id, 900, wallet: 1), SignVoucher(walletId, 301, wallet: 0))));
        chain.Add("a signed refund, and the receiver's own",
            Pay(chain, 3, SignRefund(id, 1_000, 0)),
            Pay(chain, 1, new Operation.RefundX402Channel(walletId, new Amount(100), null)));
        chain.Add("the payer asks for a withdrawal, and may not finish it yet",
            Pay(chain, 0, new Operation.RequestX402Withdrawal(id, new Amount(1_000))),
            Pay(chain, 0, new Operation.FinishX402Withdrawal(id)));
        chain.Add("but after the delay", 6_000, Pay(chain, 0, new Operation.FinishX402Withdrawal(id)));
    }

    private static void EthereumTransactions(VectorChain chain)
    {
        chain.Add("Ethereum transactions of the types 0, 1 and 2",
            Check(SignRaw(WriteRaw(0) with { Type = 0 })),
            Check(SignRaw(WriteRaw(1) with { Type = 1 })),
            Check(SignRaw(WriteRaw(2))));
        chain.Add("one with a call: a transfer", Check(SignRaw(WriteCall(TransferCall(AddressOf(1), 77), 3))));
        var permit = SignPermit(WritePermit(900, nonce: 1));
        var call = CallOf(
            "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
            new AbiWords().Add(permit.Owner).Add(permit.Spender).Add(permit.Value).Add(permit.DeadlineSeconds)
                .Add((ulong)permit.Signature.V).Add(permit.Signature.Signature.R).Add(permit.Signature.Signature.S));
        chain.Add("one with a call that has a signature of its own: a permit", Check(
            SignRaw(WriteCall(call, 4), terms: new WalletTerms(DollarDomain, 1))));
    }

    private static void FirstChangeOfValidators(VectorChain chain)
    {
        chain.Add("a ballot is opened", Pay(chain, 0, new Operation.CastVote(
            new Proposal.SetPrice(Price.Transfer, 9_000))));
        var proposal = new Operation.CastVote(new Proposal.ReplaceValidator(Pairs[3].PublicKey, Key(204).PublicKey));
        chain.Add("two validators vote for a change, one of them twice",
            Pay(chain, 0, proposal), Pay(chain, 1, proposal), Pay(chain, 1, proposal));
        chain.Add("the third ends the epoch", Pay(chain, 2, proposal));
        chain.Add("the first block of the next epoch", Pay(chain, 0, Transfer(1, 17)));
    }

    private static void SecondChangeOfValidators(VectorChain chain)
    {
        var proposal = new Operation.CastVote(new Proposal.AddValidator(Key(205).PublicKey));
        chain.Add(
            "three vote for a fifth validator", [.. Enumerable.Range(0, 3).Select(key => Pay(chain, key, proposal))]);
        chain.Add("the first block of the last epoch", Pay(chain, 0, Transfer(1, 19)));
    }

    private static void Forgetting(VectorChain chain) =>
        chain.Add("five minutes later: the records of old minutes are dropped", 300_000);
}
