namespace Busbar.Ticks;

/// <summary>
/// What a payee finds of a tick. Checked in the order of the numbers 3 to 7; the first that applies is given.
/// Every refusal is Permanent for these bytes but PathRequired, which is Retryable with the path.
/// </summary>
public enum TickStatus
{
    /// <summary>Not checked.</summary>
    Unset = 0,

    /// <summary>True, and worth more than every tick before: it is the best now.</summary>
    Accepted = 1,

    /// <summary>True, and worth no more than the best one held.</summary>
    AlreadyHeld = 2,

    /// <summary>Of another epoch than the voucher.</summary>
    WrongEpoch = 3,

    /// <summary>Position zero, past the chain's end, no chain of the voucher, or a voucher without ticks.</summary>
    PositionOutOfRange = 4,

    /// <summary>Its value would pass 2^128 - 1.</summary>
    ValueOverflow = 5,

    /// <summary>The chain's head is not proved yet and no path came along.</summary>
    PathRequired = 6,

    /// <summary>The path does not have log2 m nodes.</summary>
    PathWrong = 7,

    /// <summary>The token does not hash to what is known of its chain.</summary>
    TokenWrong = 8,
}
