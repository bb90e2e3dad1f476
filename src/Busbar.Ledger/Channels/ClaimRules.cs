using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-34: claimed = max(claimed, min(value, deposit)), and the difference is paid to the payee at once. The operation
/// never fails; each entry has its own status. Signatures and hashes were checked on arrival and come as evidence.
/// </summary>
internal static class ClaimRules
{
    public static void Apply(Step step, IReadOnlyList<CheckedClaim> claims)
    {
        for (var entry = 0; entry < claims.Count; entry++)
        {
            var claim = claims[entry];
            var status = Apply(step, claim, out var paid);
            step.Claims.Add(new ClaimOutcome(step.Operation, entry, claim.Claim.Voucher.Channel, status, paid));
        }
    }

    private static ClaimStatus Apply(Step step, CheckedClaim claim, out Amount paid)
    {
        paid = Amount.Zero;
        var voucher = claim.Claim.Voucher;
        if (voucher.Network != step.Genesis.Network)
        {
            return ClaimStatus.WrongNetwork;
        }

        if (step.Objects.Channels.Find(voucher.Channel) is not { } channel)
        {
            return ClaimStatus.ChannelUnknown;
        }

        if (claim.Claim.Proof is { } proof && !proof.Key.Equals(channel.VoucherKey))
        {
            return ClaimStatus.KeyWrong;
        }

        if (claim.Claim.Proof is null && channel.FirstVoucher != claim.VoucherHash)
        {
            return ClaimStatus.SignatureMissing;
        }

        var fault = StatusOf(claim.Evidence.Fault);
        if (fault != ClaimStatus.Unset)
        {
            return fault;
        }

        var value = claim.Evidence.Value;
        if (value <= channel.Claimed)
        {
            return ClaimStatus.NothingNew;
        }

        if (channel.Remaining.IsZero)
        {
            return ClaimStatus.DepositSpent;
        }

        // From here on it must succeed.
        var claimed = Amount.Min(value, channel.Deposit);
        paid = claimed - channel.Claimed;
        step.Objects.Channels.Set(channel.Id, channel with { Claimed = claimed });
        step.Objects.Credit(channel.Payee, channel.Asset, paid);
        step.Report(EffectKind.ChannelClaimed, channel, channel.Payer, channel.Payee, paid);
        return value <= channel.Deposit ? ClaimStatus.Paid : ClaimStatus.PaidUpToDeposit;
    }

    private static ClaimStatus StatusOf(ClaimFault fault) => fault switch
    {
        ClaimFault.Unset => ClaimStatus.Unset,
        ClaimFault.SignatureWrong => ClaimStatus.SignatureInvalid,
        ClaimFault.EpochWrong => ClaimStatus.TickInvalid,
        ClaimFault.PositionOutOfRange => ClaimStatus.TickInvalid,
        ClaimFault.ValueOverflow => ClaimStatus.ValueOverflow,
        ClaimFault.PathWrong => ClaimStatus.TickInvalid,
        ClaimFault.TokenWrong => ClaimStatus.TickInvalid,
        _ => throw new InvariantBrokenException("a claim fault has a name"),
    };
}
