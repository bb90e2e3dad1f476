using System.Numerics;

namespace Busbar.Ticks;

/// <summary>Where ticks stand and what they are worth: spec/ticks.md#T-9.</summary>
public static class TickNumber
{
    /// <summary>chain x k + position: 1 for a voucher's first tick, m x k for its last.</summary>
    public static long Of(Voucher voucher, in Tick tick) => (long)tick.Chain * voucher.Length + tick.Position;

    /// <summary>base + tickValue x number; false when it would pass 2^128 - 1.</summary>
    public static bool TryValue(Voucher voucher, long number, out Amount value)
    {
        value = default;
        return Amount.TryMultiply(voucher.TickValue, (ulong)number, out var ticks)
            && Amount.TryAdd(voucher.Base, ticks, out value);
    }

    /// <summary>Nodes of a path under this voucher: log2 m.</summary>
    public static int PathLength(Voucher voucher) => BitOperations.Log2((uint)voucher.Heads);

    /// <summary>Unset when a tick has a place and a value under the voucher; else why not. No hash.</summary>
    public static TickStatus CheckPlace(Voucher voucher, in Tick tick)
    {
        if (tick.Epoch != voucher.Epoch)
        {
            return TickStatus.WrongEpoch;
        }

        if (!voucher.IsWellFormed() || voucher.TickCount == 0 || tick.Chain < 0 || tick.Chain >= voucher.Heads
            || tick.Position < 1 || tick.Position > voucher.Length)
        {
            return TickStatus.PositionOutOfRange;
        }

        return TryValue(voucher, Of(voucher, tick), out _) ? TickStatus.Unset : TickStatus.ValueOverflow;
    }
}
