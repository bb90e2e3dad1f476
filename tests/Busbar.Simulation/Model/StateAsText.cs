using Busbar.Ledger;

namespace Busbar.Simulation.Model;

/// <summary>The objects of a state in the words of <see cref="NaiveLedger"/>.</summary>
internal static class StateAsText
{
    public static IEnumerable<string> Channels(LedgerState state) => state.Channels()
        .Select(line => $"{line.Id} {line.Deposit} {line.Claimed} {line.WithdrawableUptimeMs}")
        .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Assets(LedgerState state) => state.Assets()
        .Where(asset => asset.Issuer is not null)
        .Select(asset => $"{asset.Address} {asset.Supply} {asset.Issuer} {asset.Freezable}")
        .Concat(state.FrozenBalances().Select(key => $"{key.Account}{key.Asset}"))
        .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Streams(LedgerState state) => state.Streams()
        .Select(stream => $"{stream.Id} {stream.Deposit} {stream.Withdrawn} {stream.Started}")
        .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Escrows(LedgerState state) => state.Escrows()
        .Select(escrow => $"{escrow.Id} {escrow.Payee} {escrow.Amount} {escrow.RefundTime}")
        .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Nonces(LedgerState state) => state.Authorizations()
        .Select(pair => $"{pair.Key.From} {pair.Key.Asset} {pair.Key.Nonce} {TextOf(pair.Value.ValidBeforeSeconds)}")
        .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Allowances(LedgerState state) => state.Allowances()
        .Select(one => $"{one.Owner} {one.Asset} {one.Spender} {one.Amount}")
        .Order(StringComparer.Ordinal);

    public static IEnumerable<string> Mandates(LedgerState state) => state.Mandates()
        .Select(mandate =>
            $"{mandate.Key.Account} {mandate.Key.Signer} {mandate.Id} {mandate.Parent?.Mandate} {mandate.Expiry} "
            + string.Join(",", mandate.Allowances.Select(one =>
                $"{one.Spent}/{(one.Window is null ? "" : one.Lacking.ToString())}/{one.Since}")))
        .Order(StringComparer.Ordinal);

    public static IEnumerable<string> X402Channels(LedgerState state) => state.X402Channels()
        .Select(one =>
            $"{one.Id} {one.Deposit} {one.Claimed} {one.RefundNonce} {one.Withdrawal?.Amount ?? Amount.Zero} "
            + $"{one.Withdrawal?.WithdrawableUptimeMs ?? 0}")
        .Order(StringComparer.Ordinal);

    /// <summary>Kind by kind what the model and the state say, where they should say the same.</summary>
    public static IEnumerable<(string Kind, IEnumerable<string> Model, IEnumerable<string> State)> Pairs(
        NaiveLedger naive, LedgerState state) =>
    [
        ("channels", naive.ChannelsAsText(), Channels(state)),
        ("assets", naive.AssetsAsText(), Assets(state)),
        ("streams", naive.StreamsAsText(), Streams(state)),
        ("escrows", naive.EscrowsAsText(), Escrows(state)),
        ("authorizations", naive.NoncesAsText(), Nonces(state)),
        ("allowances", naive.AllowancesAsText(), Allowances(state)),
        ("mandates", naive.MandatesAsText(), Mandates(state)),
        ("x402 channels", naive.X402ChannelsAsText(), X402Channels(state)),
        ("governance", [naive.GovernanceAsText()], [WalkVotes.AsText(state)]),
    ];

    /// <summary>A receipt as the model writes it.</summary>
    public static string Text(Transactions.Receipt receipt) =>
        $"{receipt.Status} {receipt.FailedOperation} {receipt.Fee} "
        + $"[{string.Join(",", receipt.Claims.Select(claim => $"{claim.Status}:{claim.Paid}"))}]";

    private static string TextOf(ulong? validBefore) => validBefore is { } second ? $"{second}" : "-1";
}
