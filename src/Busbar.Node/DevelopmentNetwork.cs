using Busbar.Ledger;

namespace Busbar.Node;

/// <summary>
/// The genesis of the development network: one dollar asset, accounts with a million dollars each, and validators
/// that can pay for their votes.
/// </summary>
public static class DevelopmentNetwork
{
    /// <summary>The dollar's address: the last 20 bytes of SHA-256("busbar/development/dollar").</summary>
    public static Address Dollar { get; } = new(Hash256.Sha256("busbar/development/dollar"u8).ToArray().AsSpan(12));

    /// <summary>Name of the dollar, also of its EIP-712 domain.</summary>
    public const string DollarName = "Busbar Development Dollar";

    /// <summary>Version of its EIP-712 domain.</summary>
    public const string DollarVersion = "1";

    /// <summary>Its decimals: one atomic unit is a billionth of a dollar.</summary>
    public const int DollarDecimals = 9;

    /// <summary>What each account starts with: 1,000,000 dollars.</summary>
    public static Amount StartBalance { get; } = new(1_000_000UL * 1_000_000_000UL);

    /// <summary>What each validator's account starts with, to pay for votes: 1,000 dollars.</summary>
    public static Amount ValidatorBalance { get; } = new(1_000UL * 1_000_000_000UL);

    /// <summary>
    /// Makes a genesis. Channels may have a grace period of as little as a second, so that tests can see one end.
    /// </summary>
    /// <param name="accounts">Funded accounts, 1 to 10,000.</param>
    /// <param name="validators">Validators, 1 to 16.</param>
    /// <param name="time">Time of height 0.</param>
    public static Genesis CreateGenesis(int accounts, int validators, UnixTime time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(accounts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(accounts, DevelopmentKeys.MaxAccounts);
        var balances = Enumerable.Range(0, accounts).AsParallel()
            .Select(index => new Balance(DevelopmentKeys.Account(index).Address, Dollar, StartBalance))
            .Concat(Enumerable.Range(0, validators).AsParallel()
                .Select(index => new Balance(DevelopmentKeys.Validator(index).Address, Dollar, ValidatorBalance)))
            .ToArray();
        Array.Sort(balances, (left, right) => left.Account.CompareTo(right.Account));
        return new Genesis(
            NetworkId.Development,
            time,
            [new GenesisAsset(Dollar, DollarName, "BDD", DollarVersion, DollarDecimals)],
            balances,
            Tariff.Default(Dollar),
            new NetworkParameters(MinGraceMs: 1_000, HeartbeatMs: 1_000),
            [.. Enumerable.Range(0, validators).Select(index => DevelopmentKeys.Validator(index).PublicKey)]);
    }
}
