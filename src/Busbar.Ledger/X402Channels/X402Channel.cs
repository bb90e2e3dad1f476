using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// A one-way payment channel as the x402 scheme `batch-settlement` has it. It stays in the state for ever, also when it
/// holds nothing, because its id can be deposited into again and what was claimed must still count. Wire: [the seven
/// items of the configuration…, deposit, claimed, refundNonce, [amount, withdrawableMs] or null].
/// spec/ledger.md#L-190.
/// </summary>
/// <param name="Id">Its id; stands in the key, not in the value.</param>
/// <param name="Config">What never changes about it.</param>
/// <param name="Deposit">All that was ever deposited, without what went back to the payer.</param>
/// <param name="Claimed">What was paid to the receiver so far; at most the deposit, and never less later.</param>
/// <param name="RefundNonce">How many refunds it had.</param>
/// <param name="Withdrawal">What its payer has requested, or null.</param>
public sealed record X402Channel(
    ChannelId Id,
    X402ChannelConfig Config,
    Amount Deposit,
    Amount Claimed,
    ulong RefundNonce,
    X402Withdrawal? Withdrawal)
{
    private const int OwnItems = 4;

    /// <summary>What is set aside and not claimed yet.</summary>
    public Amount Remaining => Deposit - Claimed;

    internal void Write(CanonicalWriter writer)
    {
        Config.WriteItems(writer.Array(X402ChannelConfig.ItemCount + OwnItems));
        writer.Amount(Deposit).Amount(Claimed).Number(RefundNonce);
        if (Withdrawal is { } withdrawal)
        {
            writer.Array(2).Amount(withdrawal.Amount).Number(withdrawal.WithdrawableUptimeMs);
        }
        else
        {
            writer.Null();
        }
    }

    internal static X402Channel? Read(ChannelId id, ref CanonicalReader reader)
    {
        reader.Array(X402ChannelConfig.ItemCount + OwnItems);
        var config = X402ChannelConfig.ReadItems(ref reader);
        var deposit = reader.Amount();
        var claimed = reader.Amount();
        var nonce = reader.Number();
        X402Withdrawal? withdrawal = null;
        if (!reader.TryNull())
        {
            reader.Array(2);
            withdrawal = new X402Withdrawal(reader.Amount(), reader.Number());
        }

        if (claimed > deposit || withdrawal is { Amount.IsZero: true })
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed ? null : new X402Channel(id, config, deposit, claimed, nonce, withdrawal);
    }
}

/// <summary>A withdrawal that waits for the end of its delay. Wire: [amount, withdrawableMs].</summary>
/// <param name="Amount">How much the payer wants back; above zero.</param>
/// <param name="WithdrawableUptimeMs">Uptime from which it may be finished.</param>
public readonly record struct X402Withdrawal(Amount Amount, ulong WithdrawableUptimeMs);
