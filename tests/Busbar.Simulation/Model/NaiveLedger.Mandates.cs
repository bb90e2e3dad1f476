using System.Numerics;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

// L-140 to L-149 again.
internal sealed partial class NaiveLedger
{
    private sealed record Grant(
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

    private Dictionary<(string Account, string Signer), Grant> grants = [];

    public IEnumerable<string> MandatesAsText() => grants.Values
        .Select(one => $"{one.Account} {one.Signer} {one.Id} {one.UnderId} {one.Until} " + string.Join(",", one.Purses
            .OrderBy(pair => pair.Key.ToUpperInvariant(), StringComparer.Ordinal)
            .Select(pair => $"{pair.Value.Spent}/{pair.Value.Size * pair.Value.Refill - pair.Value.Held}/"
                + pair.Value.Since)))
        .Order(StringComparer.Ordinal);

    public void DropExpired()
    {
        var dead = grants.Values.Where(one => one.Until <= Time)
            .OrderBy(one => one.Until).ThenBy(one => one.Account.ToUpperInvariant(), StringComparer.Ordinal)
            .ThenBy(one => one.Signer.ToUpperInvariant(), StringComparer.Ordinal)
            .Take(256).ToArray();
        Array.ForEach(dead, one => grants.Remove((one.Account, one.Signer)));
    }

    private Action RememberMandates()
    {
        var old = new Dictionary<(string, string), Grant>(grants);
        return () => grants = old;
    }

    private bool MayAct(string account, string signer) => signer == account || ChainOf(account, signer) is not null;

    // Null for a dead one.
    private List<Grant>? ChainOf(string account, string signer)
    {
        if (!grants.TryGetValue((account, signer), out var one) || Time >= one.Until)
        {
            return null;
        }

        if (one.UnderSigner is null)
        {
            return [one];
        }

        var above = ChainOf(account, one.UnderSigner);
        return above is null || above[0].Id != one.UnderId ? null : [one, .. above];
    }

    private List<Grant>? ActingIn(Transaction tx) =>
        tx.Signer == tx.Account ? null : ChainOf(tx.Account.ToString(), tx.Signer.ToString());

    private bool Covers(List<Grant>? chain, string asset, BigInteger amount) =>
        chain is null || amount == 0
        || chain.TrueForAll(one => one.Purses.TryGetValue(asset, out var purse) && purse.Has(amount, Time));

    private void Count(List<Grant>? chain, string asset, BigInteger amount)
    {
        foreach (var one in chain ?? [])
        {
            if (amount > 0)
            {
                var purses = new Dictionary<string, Purse>(one.Purses);
                purses[asset] = purses[asset].Take(amount, Time);
                grants[(one.Account, one.Signer)] = one with { Purses = purses };
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
        if (chain is null || operation is Operation.CastVote
            || (revoked != tx.Signer && !chain.TrueForAll(one => one.Codes.Contains(code))))
        {
            return "OperationNotAllowed";
        }

        var payee = PaidBy(operation);
        if (payee is not null && payee != tx.Account.ToString()
            && chain.Exists(one => one.Payees is not null && !one.Payees.Contains(payee)))
        {
            return "PayeeNotAllowed";
        }

        var (asset, amount) = SpentBy(tx.Account.ToString(), operation);
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
        Operation.Approve approve => approve.Spender.ToString(),
        Operation.TransferWithAuthorization or Operation.ReceiveWithAuthorization or Operation.Permit
            or Operation.DepositX402ChannelWithAuthorization => null,
        _ => NewAccount(operation),
    };

    private (string Asset, BigInteger Amount) SpentBy(string account, Operation operation) => operation switch
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
        Operation.Approve it => (it.Asset.ToString(), (BigInteger)it.Amount.Atomic),
        Operation.TransferFrom it => (it.Asset.ToString(), (BigInteger)it.Amount.Atomic),
        Operation.TransferWithAuthorization it when it.Authorization.From.ToString() == account =>
            (it.Authorization.Asset.ToString(), (BigInteger)it.Authorization.Value.Atomic),
        Operation.ReceiveWithAuthorization it when it.Authorization.From.ToString() == account =>
            (it.Authorization.Asset.ToString(), (BigInteger)it.Authorization.Value.Atomic),
        Operation.DepositX402Channel it => (it.Config.Asset.ToString(), (BigInteger)it.Amount.Atomic),
        Operation.DepositX402ChannelWithAuthorization it when it.Config.Payer.ToString() == account =>
            (it.Config.Asset.ToString(), (BigInteger)it.Amount.Atomic),
        _ => ("", 0),
    };

    private string RunMandate(Transaction tx, int index, string account)
    {
        var chain = ActingIn(tx);
        if (tx.Operations[index] is Operation.RevokeMandate revoke)
        {
            var target = (account, revoke.Signer.ToString());
            if (!grants.ContainsKey(target))
            {
                return "MandateUnknown";
            }

            var above = ChainOf(account, revoke.Signer.ToString());
            if (chain is not null && above is not null && !above.Exists(one => one.Id == chain[0].Id))
            {
                return "NotMandateAncestor";
            }

            grants.Remove(target);
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
            grants[(account, signer)] = new Grant(
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
