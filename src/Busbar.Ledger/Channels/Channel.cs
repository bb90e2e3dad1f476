using Busbar.Keys;

namespace Busbar.Ledger;

/// <summary>
/// A one-way payment channel that is open or closing; one that ended is no object any more. Wire: [payer, payee,
/// [kind, key], asset, deposit, claimed, graceMs, firstVoucher or null, withdrawableMs or null]. spec/ledger.md#L-53.
/// </summary>
/// <param name="Id">Its id; stands in the key, not in the value.</param>
/// <param name="Payer">Who opened it and gets the rest back.</param>
/// <param name="Payee">Who is paid.</param>
/// <param name="VoucherKey">The key that signs its vouchers.</param>
/// <param name="Asset">What it pays.</param>
/// <param name="Deposit">All that was ever deposited.</param>
/// <param name="Claimed">What was paid to the payee so far; at most the deposit.</param>
/// <param name="GraceMs">Its grace period, in ms of network uptime.</param>
/// <param name="FirstVoucher">Signing hash of the voucher that rode in the opening, or null.</param>
/// <param name="WithdrawableUptimeMs">Uptime from which the payer may withdraw; null while it is open.</param>
public sealed record Channel(
    ChannelId Id,
    Address Payer,
    Address Payee,
    PublicKey VoucherKey,
    Address Asset,
    Amount Deposit,
    Amount Claimed,
    ulong GraceMs,
    Hash256? FirstVoucher,
    ulong? WithdrawableUptimeMs)
{
    /// <summary>True once the payer has requested the close.</summary>
    public bool IsClosing => WithdrawableUptimeMs is not null;

    /// <summary>What is set aside and not claimed yet.</summary>
    public Amount Remaining => Deposit - Claimed;

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(9).Address(Payer).Address(Payee).Array(2);
        VoucherKey.Write(writer);
        writer.Address(Asset).Amount(Deposit).Amount(Claimed).Number(GraceMs);
        if (FirstVoucher is { } hash)
        {
            writer.Hash(hash);
        }
        else
        {
            writer.Null();
        }

        if (WithdrawableUptimeMs is { } uptimeMs)
        {
            writer.Number(uptimeMs);
        }
        else
        {
            writer.Null();
        }
    }

    internal static Channel? Read(ChannelId id, ref CanonicalReader reader)
    {
        reader.Array(9);
        var payer = reader.Address();
        var payee = reader.Address();
        reader.Array(2);
        var key = PublicKey.Read(ref reader);
        var asset = reader.Address();
        var deposit = reader.Amount();
        var claimed = reader.Amount();
        var graceMs = reader.Number();
        Hash256? firstVoucher = reader.TryNull() ? null : reader.Hash();
        ulong? withdrawableMs = reader.TryNull() ? null : reader.Number();
        if (claimed > deposit)
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed || key is null
            ? null
            : new Channel(id, payer, payee, key, asset, deposit, claimed, graceMs, firstVoucher, withdrawableMs);
    }
}
