using System.Globalization;
using System.Numerics;

namespace Busbar;

/// <summary>
/// A quantity of an asset in its atomic units: 0 to 2^128 - 1, checked arithmetic.
/// For the network's dollar (9 decimals) one atomic unit is a billionth of a dollar.
/// </summary>
public readonly record struct Amount(UInt128 Atomic) : IComparable<Amount>
{
    /// <summary>Decimals an asset may have at most.</summary>
    public const int MaxDecimals = 18;

    /// <summary>Nothing.</summary>
    public static Amount Zero => default;

    /// <summary>2^128 - 1 atomic units.</summary>
    public static Amount MaxValue => new(UInt128.MaxValue);

    /// <summary>True for nothing.</summary>
    public bool IsZero => Atomic == UInt128.Zero;

    /// <summary>Sum; false when it would pass 2^128 - 1.</summary>
    public static bool TryAdd(Amount left, Amount right, out Amount sum)
    {
        sum = new Amount(unchecked(left.Atomic + right.Atomic));
        return sum.Atomic >= left.Atomic;
    }

    /// <summary>Product with a count; false when it would pass 2^128 - 1.</summary>
    public static bool TryMultiply(Amount amount, ulong count, out Amount product)
    {
        product = default;
        if (count != 0 && amount.Atomic > UInt128.MaxValue / count)
        {
            return false;
        }

        product = new Amount(amount.Atomic * count);
        return true;
    }

    /// <summary>The smaller of two.</summary>
    public static Amount Min(Amount left, Amount right) => left.Atomic <= right.Atomic ? left : right;

    /// <summary>The larger of two.</summary>
    public static Amount Max(Amount left, Amount right) => left.Atomic >= right.Atomic ? left : right;

    /// <summary>
    /// Parses a plain decimal number of whole units ("12", "0.0001") into atomic units. No sign, exponent or
    /// thousands mark; more fraction digits than the asset has are refused, never rounded.
    /// </summary>
    /// <param name="text">The number.</param>
    /// <param name="decimals">Decimals of the asset, 0 to 18.</param>
    /// <param name="amount">The amount.</param>
    public static bool TryParseUnits(string? text, int decimals, out Amount amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        amount = default;
        if (string.IsNullOrEmpty(text) || text.Length > 60)
        {
            return false;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? string.Empty : text[(point + 1)..];
        if (whole.Length == 0 || (point >= 0 && fraction.Length == 0) || fraction.Length > decimals)
        {
            return false;
        }

        var digits = whole + fraction.PadRight(decimals, '0');
        if (!BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            || value > (BigInteger)UInt128.MaxValue)
        {
            return false;
        }

        amount = new Amount((UInt128)value);
        return true;
    }

    /// <summary>Parses a decimal string of atomic units, as JSON carries amounts.</summary>
    public static bool TryParseAtomic(string? text, out Amount amount)
    {
        var parsed = UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        amount = new Amount(value);
        return parsed;
    }

    /// <summary>The amount in whole units, without trailing zeros: 100000 with 9 decimals is "0.0001".</summary>
    public string ToUnits(int decimals)
    {
        var digits = Atomic.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var whole = digits[..^decimals];
        var fraction = digits[^decimals..].TrimEnd('0');
        return fraction.Length == 0 ? whole : whole + "." + fraction;
    }

    /// <inheritdoc/>
    public int CompareTo(Amount other) => Atomic.CompareTo(other.Atomic);

    /// <summary>Atomic units as decimal digits.</summary>
    public override string ToString() => Atomic.ToString(CultureInfo.InvariantCulture);

    /// <summary>Sum.</summary>
    /// <exception cref="OverflowException">Past 2^128 - 1.</exception>
    public static Amount operator +(Amount left, Amount right) => new(checked(left.Atomic + right.Atomic));

    /// <summary>Difference.</summary>
    /// <exception cref="OverflowException">Below zero.</exception>
    public static Amount operator -(Amount left, Amount right) => new(checked(left.Atomic - right.Atomic));

    /// <summary>Order by size.</summary>
    public static bool operator <(Amount left, Amount right) => left.Atomic < right.Atomic;

    /// <summary>Order by size.</summary>
    public static bool operator >(Amount left, Amount right) => left.Atomic > right.Atomic;

    /// <summary>Order by size.</summary>
    public static bool operator <=(Amount left, Amount right) => left.Atomic <= right.Atomic;

    /// <summary>Order by size.</summary>
    public static bool operator >=(Amount left, Amount right) => left.Atomic >= right.Atomic;
}
