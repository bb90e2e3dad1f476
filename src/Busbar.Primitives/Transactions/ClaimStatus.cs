namespace Busbar.Transactions;

/// <summary>
/// What became of one entry of a claim operation. Numbers never change; the order of the refusals is their
/// precedence, first found first reported: spec/ledger.md#L-34; for x402 channels it is that of L-195. An entry that is
/// refused changes nothing and stops no other entry.
/// </summary>
public enum ClaimStatus
{
    /// <summary>No status.</summary>
    Unset = 0,

    /// <summary>Paid up to the claim's value.</summary>
    Paid = 1,

    /// <summary>
    /// Paid up to the deposit, which is less than the claim's value: the rest is Retryable after a top-up.
    /// </summary>
    PaidUpToDeposit = 2,

    /// <summary>Permanent. The voucher is for another network.</summary>
    WrongNetwork = 3,

    /// <summary>Permanent. No such channel: it never existed, or it ended and left the state.</summary>
    ChannelUnknown = 4,

    /// <summary>Permanent. The signature is by another key than the channel's voucher key.</summary>
    KeyWrong = 5,

    /// <summary>Permanent. No signature, and the voucher is not the one that rode in the channel's opening.</summary>
    SignatureMissing = 6,

    /// <summary>Permanent. The signature is not valid over this voucher.</summary>
    SignatureInvalid = 7,

    /// <summary>Permanent. The tick or its path does not lead to the voucher's root: spec/ticks.md.</summary>
    TickInvalid = 8,

    /// <summary>Permanent. The value of the tick passes 2^128 - 1.</summary>
    ValueOverflow = 9,

    /// <summary>Permanent. The channel has paid this much already: an older voucher pays nothing.</summary>
    NothingNew = 10,

    /// <summary>Retryable after a top-up. The channel has paid its whole deposit and the claim is worth more.</summary>
    DepositSpent = 11,

    /// <summary>
    /// Permanent. Of an x402 channel: the account is not of its receiver's side, or the claim's signature is not by its
    /// receiver authorizer.
    /// </summary>
    NotReceiverSide = 12,

    /// <summary>Permanent. Of an x402 channel: the total is more than its voucher's maximum.</summary>
    VoucherExceeded = 13,
}
