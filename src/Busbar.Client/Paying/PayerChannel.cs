using Busbar.Keys;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>Where a payer's channel stands. The numbers are stored.</summary>
internal enum PayerChannelStatus
{
    Unset = 0,

    /// <summary>The opening is signed and stored; the ledger may have it or not.</summary>
    Opening = 1,

    /// <summary>It pays.</summary>
    Open = 2,

    /// <summary>It pays no more; what it revealed stays counted against the budget.</summary>
    Ended = 3,
}

/// <summary>
/// All that a payer must not forget of a channel, as it is stored. Values are cumulative, as in the voucher.
/// </summary>
internal sealed record PayerChannel
{
    public required ChannelId Id { get; init; }

    public required Address Payee { get; init; }

    public required Address Asset { get; init; }

    public required PayerChannelStatus Status { get; init; }

    /// <summary>What the ledger holds for it, as far as known.</summary>
    public required Amount Deposit { get; init; }

    /// <summary>Value when this data folder took the channel up: zero for one that it opened.</summary>
    public required Amount Start { get; init; }

    /// <summary>Part of the budget that is bound here: no value above Start + Committed is ever revealed.</summary>
    public required Amount Committed { get; init; }

    public required Voucher Voucher { get; init; }

    /// <summary>Null for the voucher that rode in the opening.</summary>
    public required SignatureProof? Proof { get; init; }

    /// <summary>Ticks up to this number may have been revealed.</summary>
    public required long Reserved { get; init; }

    /// <summary>Ticks up to this number have been handed out for certain; those between are tried again.</summary>
    public required long Settled { get; init; }

    /// <summary>A signed transaction (opening or top-up) whose outcome is not known yet.</summary>
    public required SignedTransaction? Pending { get; init; }

    /// <summary>The highest value that earlier vouchers of the channel may have revealed.</summary>
    public required Amount EarlierRevealed { get; init; }

    /// <summary>The highest value that ticks may have revealed.</summary>
    public Amount RevealedValue
    {
        get
        {
            Invariant.Check(TickNumber.TryValue(Voucher, Reserved, out var value));
            return Amount.Max(value, EarlierRevealed);
        }
    }

    /// <summary>No value above this is revealed.</summary>
    public Amount Cap => Amount.Min(Deposit, Start + Committed);
}
