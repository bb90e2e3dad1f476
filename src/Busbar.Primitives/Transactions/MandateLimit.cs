namespace Busbar.Transactions;

/// <summary>
/// What a mandate's signer may spend of an asset; without total and window it is without limit. Wire: [asset, total or
/// null, [capacity, refillMs] or null]. spec/ledger.md#L-142.
/// </summary>
/// <param name="Asset">The asset.</param>
/// <param name="Total">The most in all, or null.</param>
/// <param name="Window">The most in any stretch of time, or null.</param>
public sealed record MandateLimit(Address Asset, Amount? Total, MandateWindow? Window)
{
    /// <summary>True when there are few enough, their windows are right, and assets are strictly rising.</summary>
    public static bool AreWellFormed(IReadOnlyList<MandateLimit> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        for (var i = 0; i < limits.Count; i++)
        {
            if (limits[i].Window?.IsWellFormed() == false || (i > 0 && limits[i].Asset <= limits[i - 1].Asset))
            {
                return false;
            }
        }

        return limits.Count <= Limits.MandateLimits;
    }

    internal static void WriteAll(CanonicalWriter writer, IReadOnlyList<MandateLimit> limits)
    {
        writer.Array(limits.Count);
        foreach (var limit in limits)
        {
            limit.Write(writer);
        }
    }

    internal static MandateLimit[] ReadAll(ref CanonicalReader reader)
    {
        var limits = new MandateLimit[reader.Array(0, Limits.MandateLimits)];
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = Read(ref reader);
        }

        if (!reader.Failed && !AreWellFormed(limits))
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return limits;
    }

    private void Write(CanonicalWriter writer)
    {
        writer.Array(3).Address(Asset);
        if (Total is { } total)
        {
            writer.Amount(total);
        }
        else
        {
            writer.Null();
        }

        if (Window is { } window)
        {
            writer.Array(2).Amount(window.Capacity).Number(window.RefillMs);
        }
        else
        {
            writer.Null();
        }
    }

    private static MandateLimit Read(ref CanonicalReader reader)
    {
        reader.Array(3);
        var asset = reader.Address();
        Amount? total = reader.TryNull() ? null : reader.Amount();
        MandateWindow? window = null;
        if (!reader.TryNull())
        {
            reader.Array(2);
            window = new MandateWindow(reader.Amount(), reader.Number());
        }

        return new MandateLimit(asset, total, window);
    }
}

/// <summary>
/// A rolling window as a token bucket: it holds the capacity at first, and fills from empty to full in the refill
/// time, evenly. Immutable. spec/ledger.md#L-143.
/// </summary>
/// <param name="Capacity">The most that it holds; 1 to <see cref="MaxCapacity"/>.</param>
/// <param name="RefillMs">From empty to full, in ms; 1 to <see cref="MaxRefillMs"/>.</param>
public sealed record MandateWindow(Amount Capacity, ulong RefillMs)
{
    /// <summary>The longest refill time: 365 days, in ms.</summary>
    public const ulong MaxRefillMs = 31_536_000_000;

    /// <summary>2^92 - 1: with the refill time it makes 127 bits, so that what it holds is counted exactly.</summary>
    public static Amount MaxCapacity => new((UInt128.One << 92) - 1);

    /// <summary>True when both are in range.</summary>
    public bool IsWellFormed() =>
        !Capacity.IsZero && Capacity <= MaxCapacity && RefillMs is >= 1 and <= MaxRefillMs;
}
