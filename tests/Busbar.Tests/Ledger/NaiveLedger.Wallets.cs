using System.Numerics;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

// What wallets sign: authorizations, allowances and permits. Whether a signature is good, the writer of the test says.
internal sealed partial class NaiveLedger
{
    // Of a nonce that was used: its validBefore; of one that was cancelled: -1.
    private Dictionary<string, BigInteger> nonces = [];
    private Dictionary<string, BigInteger> allowances = [];
    private Dictionary<string, BigInteger> permits = [];

    private BigInteger Second => Time / 1_000;

    public IEnumerable<string> NoncesAsText() => nonces
        .Where(pair => pair.Value < 0 || pair.Value > Second)
        .Select(pair => $"{pair.Key} {pair.Value}")
        .Order(StringComparer.Ordinal);

    public IEnumerable<string> AllowancesAsText() => allowances
        .Where(pair => pair.Value > 0)
        .Select(pair => $"{pair.Key} {pair.Value}")
        .Order(StringComparer.Ordinal);

    private (Dictionary<string, BigInteger>, Dictionary<string, BigInteger>, Dictionary<string, BigInteger>)
        CopyWallets() => (new(nonces), new(allowances), new(permits));

    private void RestoreWallets(
        (Dictionary<string, BigInteger>, Dictionary<string, BigInteger>, Dictionary<string, BigInteger>) before) =>
        (nonces, allowances, permits) = before;

    private void DropNonces()
    {
        foreach (var (nonce, validBefore) in nonces.ToArray())
        {
            if (validBefore >= 0 && validBefore <= Second)
            {
                nonces.Remove(nonce);
            }
        }
    }

    private string Pay(Authorization pay, ClaimTruth[] truths)
    {
        var (from, to, asset) = (pay.From.ToString(), pay.To.ToString(), pay.Asset.ToString());
        var nonce = $"{from} {asset} {pay.Nonce}";
        var value = (BigInteger)pay.Value.Atomic;
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : value == 0 ? "AmountIsZero"
            : Reserved(to) ? "RecipientReserved"
            : truths.Length > 0 ? "AuthorizationSignatureInvalid"
            : nonces.TryGetValue(nonce, out var over) ? OverBy(over)
            : !(pay.ValidAfterSeconds < Second) ? "AuthorizationNotYetValid"
            : !(Second < pay.ValidBeforeSeconds) ? "AuthorizationExpired"
            : pay.ValidBeforeSeconds > Second + 24 * 60 * 60 ? "AuthorizationTooFarAhead"
            : Spend(from, asset, value);
        if (status == "Ok")
        {
            known.Add(to);
            nonces[nonce] = pay.ValidBeforeSeconds;
            Move(from, to, asset, value);
        }

        return status;
    }

    private string Cancel(Operation.CancelAuthorization cancel, ClaimTruth[] truths)
    {
        var nonce = $"{cancel.Authorizer} {cancel.Asset} {cancel.Nonce}";
        if (!assets.Contains(cancel.Asset.ToString()) || truths.Length > 0)
        {
            return assets.Contains(cancel.Asset.ToString()) ? "AuthorizationSignatureInvalid" : "AssetUnknown";
        }

        if (nonces.TryGetValue(nonce, out var over))
        {
            return OverBy(over);
        }

        nonces[nonce] = -1;
        return "Ok";
    }

    private static string OverBy(BigInteger over) => over < 0 ? "AuthorizationCancelled" : "AuthorizationUsed";

    private string Approve(string account, Operation.Approve approve)
    {
        var (asset, spender) = (approve.Asset.ToString(), approve.Spender.ToString());
        if (!assets.Contains(asset) || Reserved(spender))
        {
            return assets.Contains(asset) ? "SpenderReserved" : "AssetUnknown";
        }

        allowances[$"{account} {asset} {spender}"] = (BigInteger)approve.Amount.Atomic;
        return "Ok";
    }

    private string Take(string account, Operation.TransferFrom take)
    {
        var (from, to, asset) = (take.From.ToString(), take.To.ToString(), take.Asset.ToString());
        var key = $"{from} {asset} {account}";
        var amount = (BigInteger)take.Amount.Atomic;
        var allowed = allowances.GetValueOrDefault(key);
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : amount == 0 ? "AmountIsZero"
            : Reserved(to) ? "RecipientReserved"
            : allowed < amount ? "AllowanceTooLow"
            : Spend(from, asset, amount);
        if (status == "Ok")
        {
            known.Add(to);
            allowances[key] = allowed == Largest ? allowed : allowed - amount;
            Move(from, to, asset, amount);
        }

        return status;
    }

    private string Permit(Operation.Permit permit, ClaimTruth[] truths)
    {
        var (owner, asset, spender) = (permit.Owner.ToString(), permit.Asset.ToString(), permit.Spender.ToString());
        var count = permits.GetValueOrDefault(owner + asset);
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : Reserved(spender) ? "SpenderReserved"
            : truths.Length > 0 ? "PermitSignatureInvalid"
            : Second > Number(permit.DeadlineSeconds) ? "PermitExpired"
            : permit.Nonce < count ? "PermitNonceUsed"
            : permit.Nonce > count ? "PermitNonceAhead" : "Ok";
        if (status == "Ok")
        {
            known.Add(owner);
            permits[owner + asset] = count + 1;
            allowances[$"{owner} {asset} {spender}"] = BigInteger.Min(Number(permit.Value), Largest);
        }

        return status;
    }

    private static BigInteger Number(Uint256 value) => ((BigInteger)value.High << 128) + (BigInteger)value.Low;
}
