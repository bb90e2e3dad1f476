using Busbar.Keys;

namespace Busbar.Client;

/// <summary>What a <see cref="PayingHandler"/> pays with, and how much at most.</summary>
public sealed class PayingOptions
{
    /// <summary>Address of the node's API.</summary>
    public required Uri Node { get; init; }

    /// <summary>The account that pays. It stays the caller's to dispose of.</summary>
    public required PrivateKey Key { get; init; }

    /// <summary>
    /// The most that all requests together may cost, in atomic units of the fee asset (9 decimals; see
    /// <see cref="Dollars"/>), over all runs with the same data folder. Ledger fees come on top. What is deposited
    /// never passes it, so no fault of this process can spend more.
    /// </summary>
    public required Amount Budget { get; init; }

    /// <summary>The most that one request may cost; no limit but the budget when null.</summary>
    public Amount? MaxPrice { get; init; }

    /// <summary>
    /// What is set aside for a seller at first; what the seller suggests when null. Never above the budget.
    /// </summary>
    public Amount? Deposit { get; init; }

    /// <summary>
    /// Where channels and positions are kept, so that a restart carries on and never pays twice. One process at a
    /// time. Null keeps them in memory: after a restart the seller is asked for its best token.
    /// </summary>
    public string? DataFolder { get; init; }

    /// <summary>How long to try again while the node or the seller does not answer. Default 30 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of the longest request body that can be sent again with its payment. Default 1 MiB.</summary>
    public int MaxBodySizeBytes { get; init; } = 1024 * 1024;

    /// <summary>Dollars, such as "0.05", as an amount of the fee asset.</summary>
    /// <exception cref="ArgumentException">No decimal number, or more than 9 decimals.</exception>
    public static Amount Dollars(string dollars) => Amount.TryParseUnits(dollars, 9, out var amount)
        ? amount
        : throw new ArgumentException($"'{dollars}' is no amount of dollars with at most 9 decimals.", nameof(dollars));
}
