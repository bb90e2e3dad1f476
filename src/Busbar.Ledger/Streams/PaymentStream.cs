namespace Busbar.Ledger;

/// <summary>
/// A deposit that accrues to a payee at a fixed rate; one that ended is no object any more. Wire: [payer, payee,
/// asset, rate, deposit, withdrawn, startedMs]. spec/ledger.md#L-120.
/// </summary>
/// <param name="Id">Its id; stands in the key, not in the value.</param>
/// <param name="Payer">Who started it and gets the rest back.</param>
/// <param name="Payee">Who is paid.</param>
/// <param name="Asset">What it pays.</param>
/// <param name="Rate">Atomic units that accrue in 1,000,000 seconds; not zero.</param>
/// <param name="Deposit">All that was deposited since it started or started anew.</param>
/// <param name="Withdrawn">What of it was paid to the payee; at most the deposit.</param>
/// <param name="Started">Since when it accrues: its start, or the top-up after it had run dry.</param>
public sealed record PaymentStream(
    StreamId Id,
    Address Payer,
    Address Payee,
    Address Asset,
    Amount Rate,
    Amount Deposit,
    Amount Withdrawn,
    UnixTime Started)
{
    /// <summary>The time that a rate is stated for: 1,000,000 seconds, in ms.</summary>
    public const ulong RatePeriodMs = 1_000_000_000;

    /// <summary>What is set aside and not paid yet.</summary>
    public Amount Remaining => Deposit - Withdrawn;

    /// <summary>
    /// What of the deposit has accrued until a moment, paid or not: rounded down, and at most the deposit.
    /// spec/ledger.md#L-121.
    /// </summary>
    public Amount AccruedAt(UnixTime time)
    {
        if (time <= Started)
        {
            return Amount.Zero;
        }

        // rate = whole * period + part; then rate * elapsed / period is whole * elapsed + part * elapsed / period, and
        // the second product has at most 78 bits.
        var elapsedMs = time.Ms - Started.Ms;
        var whole = new Amount(Rate.Atomic / RatePeriodMs);
        var part = new Amount(Rate.Atomic % RatePeriodMs * elapsedMs / RatePeriodMs);
        return Amount.TryMultiply(whole, elapsedMs, out var product) && Amount.TryAdd(product, part, out var accrued)
            ? Amount.Min(accrued, Deposit)
            : Deposit;
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(7).Address(Payer).Address(Payee).Address(Asset).Amount(Rate).Amount(Deposit).Amount(Withdrawn);
        writer.Time(Started);
    }

    internal static PaymentStream? Read(StreamId id, ref CanonicalReader reader)
    {
        reader.Array(7);
        var stream = new PaymentStream(
            id,
            reader.Address(),
            reader.Address(),
            reader.Address(),
            reader.Amount(),
            reader.Amount(),
            reader.Amount(),
            reader.Time());
        if (stream.Withdrawn >= stream.Deposit || stream.Rate.IsZero)
        {
            // A stream that is paid to its end is no object.
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed ? null : stream;
    }
}
