using Busbar.Ticks;

namespace Busbar.Client;

/// <summary>
/// The ticks that pay for one request, from Number - Count + 1 to Number, and what to send of them. Exactly one
/// request holds a lease; it ends settled (the seller took it), returned (it may pay for another) or lost.
/// </summary>
internal sealed record PayerLease(Voucher Voucher, long Number, int Count, Amount Price, string Tick, bool Probing)
{
    /// <summary>The voucher header, while the seller is not known to hold the voucher.</summary>
    public string? VoucherHeader { get; init; }
}

/// <summary>A lease, or the reason why there is none.</summary>
internal readonly record struct TakeResult(PayerLease? Lease, PaymentRefusal? Refusal);
