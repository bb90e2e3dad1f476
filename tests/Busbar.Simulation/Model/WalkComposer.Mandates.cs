using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

internal sealed partial class WalkComposer
{
    private static readonly ulong[] ExpiriesAheadMs =
        [0, 1, 2_000, 8_000, 40_000, 40_000, 90_000, 300_000, 300_000, Mandate.MaxExpiryAheadMs,
            Mandate.MaxExpiryAheadMs + 1];

    private static readonly OperationCode[] Delegable =
    [
        OperationCode.Transfer, OperationCode.Burn, OperationCode.OpenChannel, OperationCode.TopUpChannel,
        OperationCode.StartStream, OperationCode.TopUpStream, OperationCode.LockEscrow, OperationCode.ReleaseEscrow,
        OperationCode.GrantMandate, OperationCode.TransferWithAuthorization, OperationCode.ReceiveWithAuthorization,
        OperationCode.CancelAuthorization, OperationCode.Approve, OperationCode.TransferFrom, OperationCode.Permit,
        OperationCode.DepositX402Channel, OperationCode.CastVote,
    ];

    // A sixth of all steps, by a part of the number that no other choice looks at.
    private static bool IsMandateStep(int kind) => kind / 2_465 % 6 == 0;

    /// <summary>What a mandate lets a key do for another account, grants and revocations among it.</summary>
    public Transaction ComposeDelegated(WalkStep step, List<ClaimTruth[]> truths)
    {
        var transaction = Begin(step.B % 5 < 3 ? 0 : 1, step);
        Mandate[] mandates = [.. view.State.Mandates()];
        if (step.D % 3 == 0)
        {
            truths.Add([]);
            return ComposeDeeper(transaction, step, mandates);
        }

        var byAccount = mandates.Length == 0 || step.D % 4 == 0;
        var depth = 0;
        if (!byAccount)
        {
            var key = MandateOf(mandates, step).Key;
            transaction = transaction with { Account = key.Account, Signer = key.Signer };
            depth = view.State.FindMandates(key.Account, key.Signer, view.Time).Count;
        }

        if (step.A % 9 == 0)
        {
            transaction = transaction with { FeePayer = LedgerWorld.AddressOf(3) };
            if (transaction.Account == LedgerWorld.AddressOf(3) || transaction.Signer == LedgerWorld.AddressOf(3))
            {
                transaction = transaction with { FeePayer = null };
            }
        }

        var operations = new List<Operation>();
        for (var i = 0; i < 1 + (step.C % 4 == 0 ? 1 + step.A % 3 : 0); i++)
        {
            var own = step with { A = step.A + i * 7, B = step.B / 5 + i };
            var truth = new List<ClaimTruth>();
            operations.Add(byAccount ? ComposeGrantOrRevoke(transaction, own, mandates)
                : own.D % 5 == 0 ? ComposeOfWallets(
                    OfWallets[(own.B + own.D) % OfWallets.Length], transaction, own, truth)
                : ComposeUse(transaction, i, own, mandates, depth));
            truths.Add([.. truth]);
        }

        return transaction with { Operations = operations };
    }

    /// <summary>The deepest delegate grants one deeper, or revokes what is not its own to revoke.</summary>
    private Transaction ComposeDeeper(Transaction transaction, WalkStep step, Mandate[] mandates)
    {
        var chain = mandates
            .Select(mandate => view.State.FindMandates(mandate.Key.Account, mandate.Key.Signer, view.Time))
            .Where(above => above.Count > 0 && above.All(one =>
                one.Scope.Operations.Contains(OperationCode.GrantMandate)
                && one.Covers(LedgerWorld.Dollar, new Amount(20_000), view.Time)))
            .MaxBy(above => above.Count);
        if (chain is not null)
        {
            transaction = transaction with { Account = chain[0].Key.Account, Signer = chain[0].Key.Signer };
        }

        var account = transaction.Account;
        if (chain is not null && step.C % 8 == 0)
        {
            var above = chain.Count > 1 ? chain[1].Key.Signer : LedgerWorld.AddressOf(step.A % 7);
            return transaction with { Operations = [new Operation.RevokeMandate(above)] };
        }

        var free = Enumerable.Range(0, 7).Select(key => (key + step.A) % 7).Where(key =>
            LedgerWorld.AddressOf(key) != account
            && view.State.FindMandates(account, LedgerWorld.AddressOf(key), view.Time).Count == 0);
        var wide = ComposeGrant(transaction, step with { C = 8 }) with
        {
            Signer = LedgerWorld.AddressOf(free.FirstOrDefault(6)),
            Expiry = new UnixTime(view.Time.Ms + 900_000),
        };
        if (step.B % 3 != 0)
        {
            wide = wide with
            {
                Scope = new MandateScope(Delegable, null),
                Spending = [new MandateLimit(LedgerWorld.Dollar, null, null)],
            };
        }

        return transaction with { Operations = [wide] };
    }

    private static Mandate MandateOf(Mandate[] mandates, WalkStep step) => mandates[step.A % mandates.Length];

    private Operation ComposeUse(
        Transaction transaction, int index, WalkStep step, Mandate[] mandates, int depth)
    {
        var asset = (step.C % 5) switch { 0 => LedgerWorld.Euro, 1 => PickAsset(step), _ => LedgerWorld.Dollar };
        var amount = (step.D % 11) switch
        {
            0 => Amount.Zero,
            1 => Amount.MaxValue,
            2 => new Amount(40_000),
            _ => new Amount((ulong)(1 + step.D % 9_000)),
        };
        return (step.B % 12) switch
        {
            0 or 1 or 2 => new Operation.Transfer(
                asset, step.A % 8 == 0 ? transaction.Account : RecipientOf(step), amount, Hash256.Zero),
            3 => ComposeOpen(transaction, index, step) with { Asset = asset, Deposit = amount, FirstVoucher = null },
            4 => new Operation.TopUpChannel(Pick(step).Id, amount),
            5 => ComposeStart(transaction, index, step) with { Asset = asset, Deposit = amount },
            6 => step.D % 2 == 0
                ? new Operation.TopUpStream(PickStream(step), amount) : new Operation.Burn(asset, amount),
            7 => step.D % 2 == 0 ? ComposeLock(transaction, index, step) with { Asset = asset, Amount = amount }
                : ComposeRelease(step),
            8 => (step.D % 3) switch
            {
                0 => new Operation.RequestChannelClose(Pick(step).Id),
                1 => new Operation.CastVote(new Proposal.SetPrice(Price.Transfer, 9_000)),
                _ => new Operation.DepositX402Channel(
                    X402ConfigOf(step with { A = 3 }) with { Payer = transaction.Account, Asset = asset }, amount),
            },
            _ => depth < 4 || step.D % 3 != 0
                ? ComposeGrantOrRevoke(transaction, step, mandates) : ComposeGrant(transaction, step),
        };
    }

    private Operation ComposeGrantOrRevoke(Transaction transaction, WalkStep step, Mandate[] mandates)
    {
        return step.D % 4 != 1 ? ComposeGrant(transaction, step) : ComposeRevoke(transaction, step, mandates);
    }

    private static Operation.RevokeMandate ComposeRevoke(Transaction transaction, WalkStep step, Mandate[] mandates)
    {
        var signer = (step.C % 5) switch
        {
            0 => LedgerWorld.AddressOf(step.C % 7),
            1 => transaction.Signer,
            _ => mandates.Where(mandate => mandate.Key.Account == transaction.Account)
                .Skip(step.C % 3).Select(mandate => mandate.Key.Signer).FirstOrDefault(),
        };
        return new Operation.RevokeMandate(signer);
    }

    private Operation.GrantMandate ComposeGrant(Transaction transaction, WalkStep step)
    {
        OperationCode[] codes = [.. Delegable.Where((_, index) => step.D % 16 != index || step.C % 4 != 0)];
        Address[] payees =
            [.. Enumerable.Range(0, 6).Where(key => (key + step.C) % 3 != 0).Select(LedgerWorld.AddressOf).Order()];
        var signer = step.C % 19 == 0 ? transaction.Account : LedgerWorld.AddressOf((step.A + step.C) % 7);
        return new Operation.GrantMandate(
            signer,
            new UnixTime(view.Time.Ms + ExpiriesAheadMs[step.C % ExpiriesAheadMs.Length]),
            new MandateScope(codes, step.B % 4 == 0 ? payees : null),
            [.. new[] { LedgerWorld.Dollar, LedgerWorld.Euro, LedgerWorld.Huge, created.FirstOrDefault() }
                .Distinct().Order().Where((_, index) => (step.D + index) % 7 != 0)
                .Select((asset, index) => LimitOf(asset, step with { D = step.D / 7 + index }))]);
    }

    private static MandateLimit LimitOf(Address asset, WalkStep step)
    {
        Amount? total = (step.D % 6) switch
        {
            0 => new Amount(25_000),
            1 => new Amount(90_000),
            2 => new Amount(1_000_000),
            _ => null,
        };
        MandateWindow? window = (step.A % 6) switch
        {
            0 => new MandateWindow(new Amount(30_000), 10_000),
            1 => new MandateWindow(new Amount(50_003), 20_011),
            2 => new MandateWindow(MandateWindow.MaxCapacity, MandateWindow.MaxRefillMs),
            3 => new MandateWindow(new Amount(7), 90_000),
            _ => null,
        };
        return new MandateLimit(asset, total, asset == LedgerWorld.Dollar && step.A % 6 == 3 ? null : window);
    }
}
