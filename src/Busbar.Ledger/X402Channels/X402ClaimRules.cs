using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-194 and L-195: claimed = max(claimed, min(total, deposit)), and the difference is paid to the receiver at once.
/// The operation never fails; each entry has its own status. Signatures were checked on arrival and come as evidence.
/// </summary>
internal static class X402ClaimRules
{
    public static void Apply(Step step, Operation.ClaimX402Channels operation, X402ClaimsEvidence evidence)
    {
        // Who signed the batch speaks for it, whoever hands it in.
        Address? signer = operation.Signature is null ? null : evidence.Signer ?? Address.Zero;
        for (var entry = 0; entry < operation.Claims.Count; entry++)
        {
            var claim = operation.Claims[entry];
            var status = Apply(step, claim, signer, evidence.VoucherSigners[entry], out var paid);
            step.Claims.Add(new ClaimOutcome(step.Operation, entry, claim.Channel, status, paid));
        }
    }

    private static ClaimStatus Apply(
        Step step, X402Claim claim, Address? batchSigner, Address? voucherSigner, out Amount paid)
    {
        paid = Amount.Zero;
        if (step.Objects.X402Channels.Find(claim.Channel) is not { } channel)
        {
            return ClaimStatus.ChannelUnknown;
        }

        var config = channel.Config;
        if (!(batchSigner is { } signer ? signer == config.ReceiverAuthorizer : config.IsReceiverSide(step.Account)))
        {
            return ClaimStatus.NotReceiverSide;
        }

        if (claim.Total > claim.Maximum)
        {
            return ClaimStatus.VoucherExceeded;
        }

        if (voucherSigner != config.VoucherSigner)
        {
            return ClaimStatus.SignatureInvalid;
        }

        if (claim.Total <= channel.Claimed)
        {
            return ClaimStatus.NothingNew;
        }

        if (channel.Remaining.IsZero)
        {
            return ClaimStatus.DepositSpent;
        }

        // From here on it must succeed.
        var claimed = Amount.Min(claim.Total, channel.Deposit);
        paid = claimed - channel.Claimed;
        step.Objects.X402Channels.Set(channel.Id, channel with { Claimed = claimed });
        step.Objects.Credit(config.Receiver, config.Asset, paid);
        step.Effects.Add(X402ChannelRules.EffectOf(
            step, EffectKind.X402ChannelClaimed, channel, config.Payer, config.Receiver, paid));
        return claim.Total <= channel.Deposit ? ClaimStatus.Paid : ClaimStatus.PaidUpToDeposit;
    }
}
