using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

internal sealed partial class LedgerWalk
{
    private readonly List<(SignedTransaction Signed, NaiveEnvelope Naive)> sent = [];

    // Every eighth step sends what a wallet signed, in an envelope of its own.
    private static bool IsEnvelope(WalkStep step) => step.C / 7 % 8 == 0;

    private void TakeEnvelope(WalkStep step)
    {
        var truth = new List<ClaimTruth>();
        var (signed, naively) = sent.Count > 0 && step.D % 7 == 0
            ? sent[step.A % sent.Count]
            : step.A % 2 == 0 ? ComposeBare(step) : ComposeRaw(step);
        var status = block.Apply(LedgerWorld.Check(signed), out var receipt);
        var expected = naive.Apply(signed.Transaction, signed.SigningHash().ToString(), [[.. truth]], naively);
        Assert.Equal(expected, status == InclusionStatus.Included ? Text(receipt!) : "Refused " + status);
        Count(status, receipt);
        Compare();
        sent.Add((signed, naively));
        Reach(signed.GetType().Name + "." + (receipt?.Status.ToString() ?? "Refused"));
        var account = signed.Transaction.Account;
        Assert.Equal(naive.EthereumNonce(account.ToString()), block.EthereumNonceOf(account));
    }

    private (SignedTransaction Signed, NaiveEnvelope Naive) ComposeBare(WalkStep step)
    {
        var second = block.Time.Ms / 1_000;
        var wallet = step.B % 3;
        var operation = LedgerWorld.SignTransfer(
            new Authorization(
                step.A % 17 == 0 ? LedgerWorld.Huge : LedgerWorld.Dollar,
                step.A % 17 == 0
                    ? Eip712.DomainOf("Huge", "1", LedgerWorld.Network, LedgerWorld.Huge)
                    : LedgerWorld.DollarDomain,
                LedgerWorld.Wallets[wallet].Address,
                RecipientOf(step),
                step.D % 13 == 0 ? Amount.Zero : SizeOf(step),
                step.A % 11 == 0 ? second : 0,
                (step.D % 9) switch { 0 => second, 1 => second + 86_400, 2 => second + 86_402, _ => second + 50 },
                LedgerWorld.NonceOf(step.B / 3 % 12),
                default),
            wallet);
        var isSponsored = step.C % 3 == 0;
        var signed = isSponsored
            ? LedgerWorld.PayFor(operation, step.B % 6, step.A % 5 == 0 ? 10_000UL : 1_000_000)
            : new BareAuthorization(LedgerWorld.Network, operation);
        return (signed, new NaiveEnvelope(
            86_400_000, MustSucceed: true, SizeBytes: signed.Encode().Length, Signatures: isSponsored ? 1 : 0));
    }

    private (SignedTransaction Signed, NaiveEnvelope Naive) ComposeRaw(WalkStep step)
    {
        var wallet = step.B % 3;
        var account = LedgerWorld.Wallets[wallet].Address;
        var nonce = block.EthereumNonceOf(account);
        nonce = (step.D % 9) switch { 0 => nonce + 1, 1 when nonce > 0 => nonce - 1, _ => nonce };
        var amount = step.D % 13 == 0 ? 0 : SizeOf(step).Atomic;
        var to = RecipientOf(step);
        var raw = (step.C % 4) switch
        {
            0 => LedgerWorld.WriteCall(
                LedgerWorld.CallOf("approve(address,uint256)", new AbiWords().Add(to).Add(amount)), nonce),
            1 => LedgerWorld.WriteCall(LedgerWorld.TransferCall(to, amount), nonce),
            _ => LedgerWorld.WriteRaw(nonce, (ulong)(step.D % 1_500)) with { To = to },
        };
        raw = raw with { Type = step.A % 3, GasLimit = step.A % 7 == 0 ? 9UL : raw.GasLimit };
        var bytes = raw.Encode(LedgerWorld.Wallets[wallet].SignRecoverable(raw.SigningHash()));

        // Under other decimals a payment's value is dust, and no transaction.
        var isRight = step.B % 7 != 0 || step.C % 4 > 1;
        EthereumTransaction.TryCreate(
            bytes, isRight ? LedgerWorld.Dollar : LedgerWorld.Euro, isRight ? 9 : 6, null, out var signed);
        return (signed!, new NaiveEnvelope(
            0, Nonce: nonce, SizeBytes: signed!.Encode().Length, Signatures: 1, HasRightFeeAsset: isRight));
    }
}
