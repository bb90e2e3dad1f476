using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// A mandate's limit of an asset with what was spent of it. What the window's bucket lacks is counted in parts of
/// 1 / refillMs of an atomic unit, of which it regains exactly its capacity each ms: nothing is ever rounded. Wire:
/// [asset, [total, spent] or null, [capacity, refillMs, lacking, sinceMs] or null]. spec/ledger.md#L-143.
/// </summary>
/// <param name="Asset">The asset.</param>
/// <param name="Total">The most in all, or null.</param>
/// <param name="Spent">What of the total was spent; zero without one.</param>
/// <param name="Window">The bucket, or null.</param>
/// <param name="Lacking">What it lacked at <paramref name="Since"/>, in units / refillMs; zero without one.</param>
/// <param name="Since">Time of the block of its last spend, or of its grant; zero without a window.</param>
public sealed record MandateAllowance(
    Address Asset, Amount? Total, Amount Spent, MandateWindow? Window, UInt128 Lacking, UnixTime Since)
{
    /// <summary>What may be spent at once now; null when there is no limit.</summary>
    public Amount? AvailableAt(UnixTime time)
    {
        var left = Total - Spent;
        if (Window is not { } window)
        {
            return left;
        }

        // Rounded down: a part of a unit cannot be spent.
        var held = new Amount((FullOf(window) - LackingAt(window, time)) / window.RefillMs);
        return left is { } rest ? Amount.Min(rest, held) : held;
    }

    internal static MandateAllowance Of(MandateLimit limit, UnixTime time) => new(
        limit.Asset, limit.Total, Amount.Zero, limit.Window, 0, limit.Window is null ? default : time);

    internal bool Covers(Amount amount, UnixTime time) => AvailableAt(time) is not { } available || amount <= available;

    internal MandateAllowance Spend(Amount amount, UnixTime time)
    {
        Invariant.Check(Covers(amount, time));
        var spent = this with { Spent = Total is null ? Amount.Zero : Spent + amount };
        return Window is not { } window
            ? spent
            : spent with
            {
                Lacking = LackingAt(window, time) + (amount.Atomic * window.RefillMs),
                Since = time,
            };
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(3).Address(Asset);
        if (Total is { } total)
        {
            writer.Array(2).Amount(total).Amount(Spent);
        }
        else
        {
            writer.Null();
        }

        if (Window is { } window)
        {
            writer.Array(4).Amount(window.Capacity).Number(window.RefillMs).Number(Lacking).Time(Since);
        }
        else
        {
            writer.Null();
        }
    }

    internal static MandateAllowance Read(ref CanonicalReader reader)
    {
        reader.Array(3);
        var allowance = new MandateAllowance(reader.Address(), null, Amount.Zero, null, 0, default);
        if (!reader.TryNull())
        {
            reader.Array(2);
            allowance = allowance with { Total = reader.Amount(), Spent = reader.Amount() };
        }

        if (!reader.TryNull())
        {
            reader.Array(4);
            allowance = allowance with
            {
                Window = new MandateWindow(reader.Amount(), reader.Number()),
                Lacking = reader.WideNumber(),
                Since = reader.Time(),
            };
        }

        if (!reader.Failed && !allowance.IsWellFormed())
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return allowance;
    }

    private bool IsWellFormed() =>
        (Total is not { } total || Spent <= total)
        && (Window is not { } window || (window.IsWellFormed() && Lacking <= FullOf(window)));

    private static UInt128 FullOf(MandateWindow window) => window.Capacity.Atomic * window.RefillMs;

    private UInt128 LackingAt(MandateWindow window, UnixTime time)
    {
        var elapsedMs = time <= Since ? 0 : Math.Min(time.Ms - Since.Ms, window.RefillMs);
        var regained = window.Capacity.Atomic * elapsedMs;
        return Lacking <= regained ? 0 : Lacking - regained;
    }
}
