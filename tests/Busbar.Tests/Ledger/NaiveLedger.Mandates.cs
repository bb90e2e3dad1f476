using System.Numerics;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

// L-140 to L-149 again.
internal sealed partial class NaiveLedger
{
    private sealed record Permit(
        string Account, string Signer, string Id, string? UnderSigner, string? UnderId, BigInteger Until,
        HashSet<OperationCode> Codes, HashSet<string>? Payees, Dictionary<string, Purse> Purses);

    // The bucket by what it holds, times its refill time.
    private sealed record Purse(
        BigInteger? Total, BigInteger Spent, BigInteger? Size, BigInteger Refill, BigInteger Held, BigInteger Since)
    {
        public BigInteger HeldAt(BigInteger time) =>
            BigInteger.Min(Size!.Value * Refill, Held + Size.Value * (time - Since));

        public bool Has(BigInteger amount, BigInteger time) =>
            (Total is null || Spent + amount <= Total) && (Size is null || amount * Refill <= HeldAt(time));

        public Purse Take(BigInteger amount, BigInteger time) => this with
        {
            Spent = Total is null ? 0 : Spent + amount,
            Held = Size is null ? 0 : HeldAt(time) - amount * Refill,
            Since = Size is null ? 0 : time,
        };
    }

    private Dictionary<(string Account, string Signer), Permit> permits = [];

    public IEnumerable<string> MandatesAsText() => permits.Values
        .Select(one => $"{one.Account} {one.Signer} {one.Id} {one.UnderId} {one.Until} " + string.Join(",", one.Purses
            .OrderBy(pair => pair.Key.ToUpperInvariant(), StringComparer.Ordinal)
            .Select(pair => $"{pair.Value.Spent}/{pair.Value.Size * pair.Value.Refill - pair.Value.Held}/"
                + pair.Value.Since)))
        .Order(StringComparer.Ordinal);

    public void DropExpired()
    {
        var dead = permits.Values.Where(permit => permit.Until <= Time)
            .OrderBy(permit => permit.Until).ThenBy(permit => permit.Account.ToUpperInvariant(), StringComparer.Ordinal)
            .ThenBy(permit => permit.Signer.ToUpperInvariant(), StringComparer.Ordinal)
            .Take(256).ToArray();
        Array.ForEach(dead, permit => permits.Remove((permit.Account, permit.Signer)));
    }

    private Action RememberMandates()
    {
        var old = new Dictionary<(string, string), Permit>(permits);
        return () => permits = old;
    }

    private bool MayAct(string account, string signer) => signer == account || ChainOf(account, signer) is not null;

    // Null for a dead one.
    private List<Permit>? ChainOf(string account, string signer)
    {
        if (!permits.TryGetValue((account, signer), out var permit) || Time >= permit.Until)
        {
            return null;
        }

        if (permit.UnderSigner is null)
        {
            return [permit];
        }

        var above = ChainOf(account, permit.UnderSigner);
        return above is null || above[0].Id != permit.UnderId ? null : [permit, .. above];
    }

    private List<Permit>? ActingIn(Transaction tx) =>
        tx.Signer == tx.Account ? null : ChainOf(tx.Account.ToString(), tx.Signer.ToString());

    private bool Covers(List<Permit>? chain, string asset, BigInteger amount) =>
        chain is null || amount == 0
        || chain.TrueForAll(one => one.Purses.TryGetValue(asset, out var purse) && purse.Has(amount, Time));

    private void Count(List<Permit>? chain, string asset, BigInteger amount)
    {
        foreach (var one in chain ?? [])
        {
            if (amount > 0)
            {
                var purses = new Dictionary<string, Purse>(one.Purses);
                purses[asset] = purses[asset].Take(amount, Time);
                permits[(one.Account, one.Signer)] = one with { Purses = purses };
            }
        }
    }

    private bool CoversFee(Transaction tx, BigInteger fee) =>
        tx.FeePayer is not null || Covers(ActingIn(tx), tx.FeeAsset.ToString(), fee);

    private void CountFee(Transaction tx, BigInteger fee)
    {
        if (tx.FeePayer is null)
        {
            Count(ActingIn(tx), tx.FeeAsset.ToString(), fee);
        }
    }

    /// <summary>Runs one operation, and for a delegate all that a mandate asks about it.</summary>
    private string RunFor(Transaction tx, int index, Func<string> run)
    {
        if (tx.Signer == tx.Account)
        {
            return run();
        }

        var operation = tx.Operations[index];
        var chain = ActingIn(tx);
        var revoked = (operation as Operation.RevokeMandate)?.Signer;
        var code = revoked is null ? operation.Code : OperationCode.GrantMandate;
        if (chain is null || (revoked != tx.Signer && !chain.TrueForAll(one => one.Codes.Contains(code))))
        {
            return "OperationNotAllowed";
        }

        var payee = PaidBy(operation);
        if (payee is not null && payee != tx.Account.ToString()
            && chain.Exists(one => one.Payees is not null && !one.Payees.Contains(payee)))
        {
            return "PayeeNotAllowed";
        }

        var (asset, amount) = SpentBy(operation);
        var covered = Covers(chain, asset, amount);
        var status = run();
        if (status != "Ok")
        {
            return status;
        }

        if (!covered)
        {
            return "MandateLimitPassed";
        }

        Count(amount > 0 ? chain : null, asset, amount);
        return "Ok";
    }

    private string? PaidBy(Operation operation) => operation switch
    {
        Operation.TopUpChannel top => lines.GetValueOrDefault(top.Channel.ToString())?.Payee,
        Operation.TopUpStream top => flows.GetValueOrDefault(top.Stream.ToString())?.Payee,
        Operation.ReleaseEscrow release => locks.GetValueOrDefault(release.Escrow.ToString())?.Payee,
        _ => NewAccount(operation),
    };

    private (string Asset, BigInteger Amount) SpentBy(Operation operation) => operation switch
    {
        Operation.Transfer it => (it.Asset.ToString(), (BigInteger)it.Amount.Atomic),
        Operation.Burn it => (it.Asset.ToString(), (BigInteger)it.Amount.Atomic),
        Operation.OpenChannel it => (it.Asset.ToString(), (BigInteger)it.Deposit.Atomic),
        Operation.StartStream it => (it.Asset.ToString(), (BigInteger)it.Deposit.Atomic),
        Operation.LockEscrow it => (it.Asset.ToString(), (BigInteger)it.Amount.Atomic),
        Operation.TopUpChannel it =>
            (lines.GetValueOrDefault(it.Channel.ToString())?.Asset ?? "", (BigInteger)it.Amount.Atomic),
        Operation.TopUpStream it =>
            (flows.GetValueOrDefault(it.Stream.ToString())?.Asset ?? "", (BigInteger)it.Amount.Atomic),
        _ => ("", 0),
    };

    private string RunMandate(Transaction tx, int index, string account)
    {
        var chain = ActingIn(tx);
        if (tx.Operations[index] is Operation.RevokeMandate revoke)
        {
            var target = (account, revoke.Signer.ToString());
            if (!permits.ContainsKey(target))
            {
                return "MandateUnknown";
            }

            var above = ChainOf(account, revoke.Signer.ToString());
            if (chain is not null && above is not null && !above.Exists(one => one.Id == chain[0].Id))
            {
                return "NotMandateAncestor";
            }

            permits.Remove(target);
            return "Ok";
        }

        var grant = (Operation.GrantMandate)tx.Operations[index];
        var (signer, until) = (grant.Signer.ToString(), (BigInteger)grant.Expiry.Ms);
        var status = signer == account ? "SignerIsAccount"
            : until <= Time ? "MandateExpiryNotAhead"
            : until - Time > (BigInteger)3_650 * 86_400_000 ? "MandateExpiryTooFar"
            : chain?.Count == 4 ? "MandateTooDeep"
            : ChainOf(account, signer) is not null ? "MandateExists" : "Ok";
        if (status == "Ok")
        {
            permits[(account, signer)] = new Permit(
                account, signer, tx.ObjectIdAt(index).ToString(), chain?[0].Signer, chain?[0].Id, until,
                [.. grant.Scope.Operations], grant.Scope.Payees?.Select(payee => payee.ToString()).ToHashSet(),
                grant.Spending.ToDictionary(limit => limit.Asset.ToString(), PurseOf));
        }

        return status;
    }

    private Purse PurseOf(MandateLimit limit)
    {
        var size = (BigInteger?)limit.Window?.Capacity.Atomic;
        BigInteger refill = limit.Window?.RefillMs ?? 0;
        var total = (BigInteger?)limit.Total?.Atomic;
        return new Purse(total, 0, size, refill, (size ?? 0) * refill, size is null ? 0 : Time);
    }
}
