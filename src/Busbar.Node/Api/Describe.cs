using System.Text.Json;
using Busbar.Api;
using Busbar.Ledger;
using Busbar.Node.Config;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Transactions;

namespace Busbar.Node.Api;

/// <summary>Turns what the ledger says into the JSON bodies of the API.</summary>
internal static class Describe
{
    public static GovernanceInfo Governance(LedgerState state, ulong view) => new(
        state.Epoch,
        view,
        state.ProtocolVersion,
        state.ScheduledUpgrade?.ProtocolVersion,
        state.ScheduledUpgrade?.Height,
        state.Validators.QuorumWeight,
        [.. state.Validators.Keys.Select(key => new ValidatorInfo(KeyText.Format(key), key.Address.ToString()))],
        [.. state.Ballots().Select(ballot => new BallotInfo(Text(ballot.Proposal), ballot.Voters))],
        [.. state.WaitingPrices.Select(price => new PriceChangeInfo(
            Pricing.NameOf(price.Price), new Amount(price.FeeUnits).ToString(), price.From.Ms))]);

    private static string Text(Proposal proposal) => proposal switch
    {
        Proposal.AddValidator add => "add " + KeyText.Format(add.Key),
        Proposal.RemoveValidator remove => "remove " + KeyText.Format(remove.Key),
        Proposal.ReplaceValidator replace =>
            $"replace {KeyText.Format(replace.OldKey)} by {KeyText.Format(replace.NewKey)}",
        Proposal.ScheduleUpgrade upgrade => $"protocol {upgrade.ProtocolVersion} from height {upgrade.Height}",
        Proposal.SetPrice set => $"price {Pricing.NameOf(set.Price)} {set.FeeUnits}",
        _ => throw new InvariantBrokenException("proposals are a closed set"),
    };

    public const string PendingStatus = "pending";
    public const string NotarizedStatus = "notarized";
    private const string FinalStatus = "final";
    private const string ExpiredStatus = "expired";

    public static ChannelInfo Channel(Channel channel) => new(
        channel.Id.ToString(),
        channel.Payer.ToString(),
        channel.Payee.ToString(),
        new KeyInfo(
            channel.VoucherKey.Kind.ToString().ToLowerInvariant(),
            Hex.Format(channel.VoucherKey.Bytes),
            channel.VoucherKey.Address.ToString()),
        channel.Asset.ToString(),
        channel.Deposit.ToString(),
        channel.Claimed.ToString(),
        channel.GraceMs,
        channel.IsClosing ? "closing" : "open",
        channel.WithdrawableUptimeMs,
        channel.FirstVoucher?.ToString());

    public static BalanceInfo? Balance(LedgerState state, Address account, Address address) =>
        state.BalanceOf(account, address) is { IsZero: false } held && state.FindAsset(address) is { } asset
            ? new BalanceInfo(
                address.ToString(),
                asset.Symbol,
                asset.Decimals,
                held.ToString(),
                state.FindFreeze(account, address) is not null)
            : null;

    public static AssetSupplyInfo Asset(Asset asset) => new(
        asset.Address.ToString(),
        asset.Name,
        asset.Symbol,
        asset.Version,
        asset.Decimals,
        asset.Supply.ToString(),
        asset.Issuer?.ToString(),
        asset.Freezable);

    public static StreamInfo Stream(PaymentStream stream, UnixTime time) => new(
        stream.Id.ToString(),
        stream.Payer.ToString(),
        stream.Payee.ToString(),
        stream.Asset.ToString(),
        stream.Rate.ToString(),
        stream.Deposit.ToString(),
        stream.Withdrawn.ToString(),
        stream.AccruedAt(time).ToString(),
        stream.Started.Ms,
        time.Ms);

    public static EscrowInfo Escrow(Escrow escrow) => new(
        escrow.Id.ToString(),
        escrow.Payer.ToString(),
        escrow.Payee.ToString(),
        escrow.Asset.ToString(),
        escrow.Amount.ToString(),
        escrow.RefundTime.Ms,
        escrow.Conditions.HashLock?.ToString(),
        escrow.Conditions.Attestors?.Threshold,
        escrow.Conditions.Attestors is { } attestors
            ? [.. attestors.Addresses.Select(address => address.ToString())]
            : null);

    public static MandateInfo Mandate(LedgerState state, Mandate mandate) => new(
        mandate.Key.Account.ToString(),
        mandate.Key.Signer.ToString(),
        mandate.Id.ToString(),
        mandate.Parent?.Signer.ToString(),
        state.FindMandates(mandate.Key.Account, mandate.Key.Signer, state.Time).Count > 0,
        mandate.Expiry.Ms,
        [.. mandate.Scope.Operations.Select(code => JsonNamingPolicy.CamelCase.ConvertName(code.ToString()))],
        mandate.Scope.Payees is { } payees ? [.. payees.Select(payee => payee.ToString())] : null,
        [.. mandate.Allowances.Select(one => Allowance(one, state.Time))],
        state.Time.Ms);

    private static MandateLimitInfo Allowance(MandateAllowance allowance, UnixTime time) => new(
        allowance.Asset.ToString(),
        allowance.Total?.ToString(),
        allowance.Total is null ? null : allowance.Spent.ToString(),
        allowance.Window?.Capacity.ToString(),
        allowance.Window?.RefillMs,
        allowance.AvailableAt(time)?.ToString());

    public static X402ChannelInfo X402Channel(X402Channel channel) => new(
        channel.Id.ToString(),
        channel.Config.Payer.ToString(),
        channel.Config.PayerAuthorizer.ToString(),
        channel.Config.Receiver.ToString(),
        channel.Config.ReceiverAuthorizer.ToString(),
        channel.Config.Asset.ToString(),
        channel.Config.WithdrawDelaySeconds,
        channel.Config.Salt.ToString(),
        channel.Deposit.ToString(),
        channel.Claimed.ToString(),
        channel.RefundNonce,
        channel.Withdrawal?.Amount.ToString(),
        channel.Withdrawal?.WithdrawableUptimeMs);

    public static IntentInfo Final(Receipt receipt, ulong height, int index, UnixTime time) => new(
        receipt.IntentId.ToString(),
        receipt.Account.ToString(),
        receipt.Signer.ToString(),
        FinalStatus,
        receipt.Status.ToString(),
        (int)receipt.Status,
        receipt.FailedOperation,
        height,
        index,
        time.Ms,
        receipt.FeeAsset.ToString(),
        receipt.Fee.ToString(),
        receipt.Claims.Count == 0 ? null : [.. receipt.Claims.Select(Claim)]);

    public static IntentInfo Pending(PendingTransaction pending) => Unexecuted(
        pending.Key.Id,
        pending.Key.Account.ToString(),
        pending.Key.Signer.ToString(),
        StatusOf(pending),
        pending.NotarizedHeight);

    public static string StatusOf(PendingTransaction pending) =>
        pending.NotarizedHeight is null ? PendingStatus : NotarizedStatus;

    public static IntentInfo Expired(IntentId intentId, Address? account) =>
        Unexecuted(intentId, account?.ToString(), null, ExpiredStatus, null);

    public static BlockInfo Block(StoredBlock block)
    {
        var header = block.Header;
        return new BlockInfo(
            header.Height,
            header.Digest().ToString(),
            header.Parent.ToString(),
            header.View,
            header.Time.Ms,
            header.UptimeMs,
            header.StateRoot.ToString(),
            header.TransactionsRoot.ToString(),
            header.ReceiptsRoot.ToString(),
            [.. block.Receipts.Select((receipt, index) => Final(receipt, header.Height, index, header.Time))]);
    }

    private static ClaimInfo Claim(ClaimOutcome outcome) => new(
        outcome.Operation,
        outcome.Entry,
        outcome.Channel.ToString(),
        outcome.Status.ToString(),
        outcome.Paid.ToString());

    private static IntentInfo Unexecuted(
        IntentId intentId, string? account, string? signer, string status, ulong? height) =>
        new(intentId.ToString(), account, signer, status, null, null, null, height, null, null, null, null, null);
}
