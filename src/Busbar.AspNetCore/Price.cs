namespace Busbar.AspNetCore;

/// <summary>What one request costs, in atomic units of the network's fee asset (9 decimals). Not zero.</summary>
public readonly record struct Price
{
    private Price(Amount amount) => Amount = amount;

    /// <summary>The price in atomic units.</summary>
    public Amount Amount { get; }

    /// <summary>A price in dollars, such as "0.0001".</summary>
    /// <exception cref="ArgumentException">No decimal number above zero, or more than 9 decimals.</exception>
    public static Price Dollars(string dollars) => Amount.TryParseUnits(dollars, 9, out var amount)
        ? Atomic(amount)
        : throw new ArgumentException($"'{dollars}' is no amount of dollars with at most 9 decimals.", nameof(dollars));

    /// <summary>A price in atomic units.</summary>
    /// <exception cref="ArgumentException">Zero.</exception>
    public static Price Atomic(Amount amount) => amount.IsZero
        ? throw new ArgumentException(
            "A price is above zero; leave RequirePayment away where nothing is charged.", nameof(amount))
        : new Price(amount);
}
