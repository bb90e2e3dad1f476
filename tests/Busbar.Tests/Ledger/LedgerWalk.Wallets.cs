using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

internal sealed partial class LedgerWalk
{
    // Every third step does something that a wallet signs, or something with an allowance.
    private static bool IsOfWallets(WalkStep step) => step.Kind / 17 % 3 == 0;

    private Operation ComposeOfWallets(Transaction transaction, WalkStep step, List<ClaimTruth> truth) =>
        (step.Kind % 17) switch
        {
            < 5 => LedgerWorld.SignTransfer(ComposeAuthorization(transaction, step, truth), SignerOf(step, truth)),
            < 7 => LedgerWorld.SignReceive(ComposeAuthorization(transaction, step, truth), SignerOf(step, truth)),
            7 or 8 => LedgerWorld.SignCancel(ComposeAuthorization(transaction, step, truth), SignerOf(step, truth)),
            < 11 => LedgerWorld.SignPermit(ComposePermit(step, truth), SignerOf(step, truth)),
            < 13 => new Operation.Approve(
                step.A % 9 == 0 ? LedgerWorld.NoAsset : LedgerWorld.Dollar,
                WalletRecipientOf(step),
                step.D % 5 == 0 ? Amount.Zero : SizeOf(step)),
            _ => ComposeTake(transaction, step),
        };

    private Authorization ComposeAuthorization(Transaction transaction, WalkStep step, List<ClaimTruth> truth)
    {
        var second = block.Time.Ms / 1_000;
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
        var second = block.Time.Ms / 1_000;
        var owner = LedgerWorld.Wallets[step.B % 3].Address;
        if (step.A % 13 == 0)
        {
            truth.Add(new ClaimTruth("domain", 0, true, 0));
        }

        var value = SizeOf(step).Atomic;
        var count = world.State.PermitNonceOf(owner, LedgerWorld.Dollar);
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
        var mine = world.State.Allowances()
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

    private void CompareWallets()
    {
        Assert.Equal(
            naive.NoncesAsText(),
            world.State.Authorizations()
                .Select(pair =>
                    $"{pair.Key.From} {pair.Key.Asset} {pair.Key.Nonce} {TextOf(pair.Value.ValidBeforeSeconds)}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            naive.AllowancesAsText(),
            world.State.Allowances()
                .Select(one => $"{one.Owner} {one.Asset} {one.Spender} {one.Amount}")
                .Order(StringComparer.Ordinal));
    }

    private static string TextOf(ulong? validBefore) => validBefore is { } second ? $"{second}" : "-1";
}
