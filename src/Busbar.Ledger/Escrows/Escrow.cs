using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// An amount that waits for a release or a refund; one that ended is no object any more. Wire: [payer, payee, asset,
/// amount, refundMs, hash lock or null, [threshold, [address…]] or null]. spec/ledger.md#L-130.
/// </summary>
/// <param name="Id">Its id; stands in the key, not in the value.</param>
/// <param name="Payer">Who locked it.</param>
/// <param name="Payee">Who is paid when it is released.</param>
/// <param name="Asset">What it holds.</param>
/// <param name="Amount">How much it holds; not zero.</param>
/// <param name="RefundTime">From this block time on the payer may take it back.</param>
/// <param name="Conditions">What a release must show.</param>
public sealed record Escrow(
    EscrowId Id,
    Address Payer,
    Address Payee,
    Address Asset,
    Amount Amount,
    UnixTime RefundTime,
    EscrowConditions Conditions)
{
    internal void Write(CanonicalWriter writer)
    {
        writer.Array(7).Address(Payer).Address(Payee).Address(Asset).Amount(Amount).Time(RefundTime);
        Conditions.Write(writer);
    }

    internal static Escrow? Read(EscrowId id, ref CanonicalReader reader)
    {
        reader.Array(7);
        var payer = reader.Address();
        var payee = reader.Address();
        var asset = reader.Address();
        var amount = reader.Amount();
        var refundTime = reader.Time();
        var conditions = EscrowConditions.Read(ref reader);
        if (amount.IsZero)
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed || conditions is null
            ? null
            : new Escrow(id, payer, payee, asset, amount, refundTime, conditions);
    }
}
