using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

internal sealed partial class WalkComposer
{
    private static readonly OperationCode[] OfWallets =
    [
        OperationCode.TransferWithAuthorization, OperationCode.TransferWithAuthorization,
        OperationCode.TransferWithAuthorization, OperationCode.TransferWithAuthorization,
        OperationCode.TransferWithAuthorization, OperationCode.ReceiveWithAuthorization,
        OperationCode.ReceiveWithAuthorization, OperationCode.CancelAuthorization, OperationCode.CancelAuthorization,
        OperationCode.Permit, OperationCode.Permit, OperationCode.Approve, OperationCode.Approve,
        OperationCode.TransferFrom, OperationCode.TransferFrom, OperationCode.TransferFrom, OperationCode.TransferFrom,
    ];

    private Operation ComposeOfWallets(
        OperationCode code, Transaction transaction, WalkStep step, List<ClaimTruth> truth) => code switch
        {
            OperationCode.TransferWithAuthorization =>
                LedgerWorld.SignTransfer(ComposeAuthorization(transaction, step, truth), SignerOf(step, truth)),
            OperationCode.ReceiveWithAuthorization =>
                LedgerWorld.SignReceive(ComposeAuthorization(transaction, step, truth), SignerOf(step, truth)),
            OperationCode.CancelAuthorization =>
                LedgerWorld.SignCancel(ComposeAuthorization(transaction, step, truth), SignerOf(step, truth)),
            OperationCode.Permit => LedgerWorld.SignPermit(ComposePermit(step, truth), SignerOf(step, truth)),
            OperationCode.Approve => new Operation.Approve(
                step.A % 9 == 0 ? LedgerWorld.NoAsset : LedgerWorld.Dollar,
                WalletRecipientOf(step),
                step.D % 5 == 0 ? Amount.Zero : SizeOf(step)),
            OperationCode.TransferFrom => ComposeTake(transaction, step),
            _ => throw new ArgumentOutOfRangeException(nameof(code), code, "No operation is composed for it."),
        };

    private Authorization ComposeAuthorization(Transaction transaction, WalkStep step, List<ClaimTruth> truth)
    {
        var second = view.Time.Ms / 1_000;
        if (step.A % 13 == 0)
        {
            truth.Add(new ClaimTruth("domain", 0, true, 0));
        }

        return new Authorization(
            step.A % 17 == 0 ? LedgerWorld.NoAsset : LedgerWorld.Dollar,
            step.A % 13 == 0 ? Hash256.Zero : LedgerWorld.DollarDomain,
            LedgerWorld.Wallets[step.B % 3].Address,
            step.C % 3 == 0 ? transaction.Account : WalletRecipientOf(step),
            step.D % 13 == 0 ? Amount.Zero : SizeOf(step),
            (step.A % 7) switch { 0 => second, 1 => second - 1, 2 => second + 1, _ => 0 },
            (step.D % 9) switch
            {
                0 => second,
                1 => second + 1,
                2 => second + 86_400,
                3 => second + 86_401,
                _ => second + (ulong)(step.C % 100),
            },
            LedgerWorld.NonceOf(step.B / 3 % 12),
            default);
    }

    private Operation.Permit ComposePermit(WalkStep step, List<ClaimTruth> truth)
    {
        var second = view.Time.Ms / 1_000;
        var owner = LedgerWorld.Wallets[step.B % 3].Address;
        if (step.A % 13 == 0)
        {
            truth.Add(new ClaimTruth("domain", 0, true, 0));
        }

        var value = SizeOf(step).Atomic;
        var count = view.State.PermitNonceOf(owner, LedgerWorld.Dollar);
        return new Operation.Permit(
            step.A % 17 == 0 ? LedgerWorld.NoAsset : LedgerWorld.Dollar,
            step.A % 13 == 0 ? Hash256.Zero : LedgerWorld.DollarDomain,
            owner,
            WalletRecipientOf(step),
            step.C % 7 == 0 ? Uint256.MaxValue : Uint256.FromUInt128(value),
            step.D % 6 == 0 ? count + 1 : step.D % 2 == 0 && count > 0 ? count - 1 : count,
            (step.C % 5) switch
            {
                0 => Uint256.FromUInt128(second),
                1 => Uint256.FromUInt128(second - 1),
                _ => Uint256.MaxValue,
            },
            default);
    }

    private Operation.TransferFrom ComposeTake(Transaction transaction, WalkStep step)
    {
        var mine = view.State.Allowances()
            .Where(allowance => allowance.Spender == transaction.Account)
            .Select(allowance => allowance.Owner)
            .ToArray();
        return new Operation.TransferFrom(
            step.A % 17 == 0 ? LedgerWorld.NoAsset : LedgerWorld.Dollar,
            mine.Length > 0 && step.C % 4 != 0 ? mine[step.A % mine.Length] : LedgerWorld.AddressOf(step.C % 6),
            WalletRecipientOf(step),
            step.D % 13 == 0 ? Amount.Zero : SizeOf(step),
            Hash256.Zero);
    }

    private static Address WalletRecipientOf(WalkStep step) => (step.C % 11) switch
    {
        0 => FeeAccount.Address,
        1 => LedgerWorld.Dollar,
        2 => LedgerWorld.Wallets[step.D % 3].Address,
        _ => LedgerWorld.AddressOf(step.C % 6),
    };

    private static int SignerOf(WalkStep step, List<ClaimTruth> truth)
    {
        if (step.C % 10 != 0)
        {
            return step.B % 3;
        }

        truth.Add(new ClaimTruth("signer", 0, true, 0));
        return (step.B + 1) % 3;
    }
}
