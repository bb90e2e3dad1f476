namespace Busbar.Ticks;

/// <summary>Whether a payee takes a next voucher; checked in the numbers' order. All refusals are Permanent.</summary>
public enum VoucherStatus
{
    /// <summary>Not checked.</summary>
    Unset = 0,

    /// <summary>It follows.</summary>
    Accepted = 1,

    /// <summary>It names another network or channel.</summary>
    WrongChannel = 2,

    /// <summary>Its epoch is not higher than the last one's.</summary>
    EpochNotHigher = 3,

    /// <summary>Its base is below the best value so far: it would take back what was paid.</summary>
    BaseTooLow = 4,
}

/// <summary>
/// The payee's rule for a voucher that replaces another: spec/ticks.md#T-12. The ledger keeps no epoch.
/// </summary>
public static class VoucherRules
{
    /// <summary>Checks a next voucher against the last one and the best value held.</summary>
    public static VoucherStatus CheckNext(Voucher last, Amount bestValue, Voucher next)
    {
        if (next.Network != last.Network || next.Channel != last.Channel)
        {
            return VoucherStatus.WrongChannel;
        }

        if (next.Epoch <= last.Epoch)
        {
            return VoucherStatus.EpochNotHigher;
        }

        return next.Base < bestValue ? VoucherStatus.BaseTooLow : VoucherStatus.Accepted;
    }
}
