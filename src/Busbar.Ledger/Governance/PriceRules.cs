using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-88: what validators may do to prices. Down at once; up by a small step, after a notice, never above the ceiling.
/// So whoever signs today knows what the same costs for as long as the notice lasts.
/// </summary>
internal static class PriceRules
{
    /// <summary>A raise is at most the present price divided by this, and at least 1 fee unit is allowed.</summary>
    public const ulong StepDivisor = 10;

    /// <summary>A raise holds so long after it was decided: 7 days.</summary>
    public const ulong NoticeMs = 7UL * 24 * 60 * 60 * 1_000;

    /// <summary>The tariff after a state's votes.</summary>
    public static Tariff TariffOf(Tariff genesis, Governance governance) =>
        governance.Prices.Aggregate(genesis, (tariff, price) => tariff.With(price.Price, price.FeeUnits));

    /// <summary>Before the first transaction of a block: what waited for its time is in force after it.</summary>
    public static void BeginBlock(Step step)
    {
        var governance = step.Objects.FindGovernance();
        if (governance.WaitingPrices.All(price => price.From > step.Time))
        {
            return;
        }

        var due = governance.WaitingPrices.Where(price => price.From <= step.Time).ToArray();
        step.Objects.SetGovernance(governance with
        {
            Prices = due.Aggregate(governance.Prices, (prices, price) => With(prices, price with { From = default })),
            WaitingPrices = [.. governance.WaitingPrices.Where(price => price.From > step.Time)],
        });
    }

    public static TransactionStatus Check(Tariff genesis, Governance governance, Proposal.SetPrice set)
    {
        if (!Tariff.Priced.Contains(set.Price))
        {
            return TransactionStatus.PriceUnknown;
        }

        var present = TariffOf(genesis, governance).UnitsOf(set.Price);
        var waits = governance.WaitingPrices.Any(price => price.Price == set.Price);
        if (set.FeeUnits == present && !waits)
        {
            return TransactionStatus.PriceUnchanged;
        }

        if (set.FeeUnits > Tariff.CeilingOf(set.Price))
        {
            return TransactionStatus.PriceAboveCeiling;
        }

        if (set.FeeUnits <= present)
        {
            return TransactionStatus.Ok;
        }

        return set.FeeUnits - present > Math.Max(1, present / StepDivisor) ? TransactionStatus.PriceStepTooLarge
            : waits ? TransactionStatus.PriceChangeWaits
            : TransactionStatus.Ok;
    }

    /// <summary>The caller has checked it.</summary>
    public static Governance Decide(Step step, Governance governance, Proposal.SetPrice set)
    {
        var present = TariffOf(step.Genesis.Tariff, governance).UnitsOf(set.Price);
        var change = new PriceChange(set.Price, set.FeeUnits, default);
        return set.FeeUnits > present
            ? governance with
            {
                WaitingPrices = With(
                    governance.WaitingPrices, change with { From = new UnixTime(step.Time.Ms + NoticeMs) }),
            }
            : governance with
            {
                Prices = With(governance.Prices, change),
                WaitingPrices = [.. governance.WaitingPrices.Where(price => price.Price != set.Price)],
            };
    }

    private static IReadOnlyList<PriceChange> With(IReadOnlyList<PriceChange> prices, PriceChange change) =>
        [.. prices.Where(price => price.Price != change.Price).Append(change).OrderBy(price => price.Price)];
}
