using System.Numerics;

namespace Busbar.Tests.Ledger;

/// <summary>How an envelope departs from the ordinary one, as the specification says.</summary>
/// <param name="AheadMs">How far ahead its expiry may lie.</param>
/// <param name="MustSucceed">Whether it stands only where it succeeds.</param>
/// <param name="Nonce">Its Ethereum nonce in place of the intent; null otherwise.</param>
/// <param name="SizeBytes">Length of its encoding; null for an ordinary one, which the model measures itself.</param>
/// <param name="Signatures">Signatures of the envelope itself; not looked at for an ordinary one.</param>
/// <param name="HasRightFeeAsset">For an Ethereum transaction: what the relay added is what the network says.</param>
internal sealed record NaiveEnvelope(
    BigInteger AheadMs,
    bool MustSucceed = false,
    BigInteger? Nonce = null,
    int? SizeBytes = null,
    int Signatures = 0,
    bool HasRightFeeAsset = true)
{
    public static readonly NaiveEnvelope Ordinary = new(100_000);
}

internal sealed partial class NaiveLedger
{
    private readonly Dictionary<string, BigInteger> ethereum = [];

    public BigInteger EthereumNonce(string account) => ethereum.GetValueOrDefault(account);

    private string? OnceMore(NaiveEnvelope envelope, string account, string key, BigInteger until, string content)
    {
        if (envelope.Nonce is { } nonce)
        {
            return nonce < EthereumNonce(account) ? "NonceUsed"
                : nonce > EthereumNonce(account) ? "NonceAhead"
                : envelope.HasRightFeeAsset ? null : "FeeAssetNotListed";
        }

        return until < Time ? "Expired"
            : until > Time + envelope.AheadMs ? "TooFarAhead"
            : used.TryGetValue(key, out var first) ? (first == content ? "Duplicate" : "IntentReused")
            : null;
    }

    private void Remember(NaiveEnvelope envelope, string account, string key, string content)
    {
        if (envelope.Nonce is { } nonce)
        {
            ethereum[account] = nonce + 1;
        }
        else
        {
            used[key] = content;
        }
    }
}
