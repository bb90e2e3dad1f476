using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>What a transaction costs in a fee asset: spec/ledger.md#L-61. Stateless and thread-safe.</summary>
internal static class FeeSchedule
{
    /// <summary>Fee units as atomic units of a fee asset, rounded up.</summary>
    public static Amount ToAmount(FeeRate rate, UInt128 units)
    {
        var scaled = units * rate.Numerator;
        var whole = scaled / rate.Denominator;
        return new Amount(scaled % rate.Denominator == 0 ? whole : whole + 1);
    }

    /// <summary>
    /// The fee with every price at its ceiling, and every account and channel that the content names opened.
    /// </summary>
    public static Amount CeilingOf(FeeRate rate, Transaction transaction)
    {
        var opened = transaction.Operations.Select(Pricing.OpenedBy).OfType<Address>().Distinct().Count();
        var channels = transaction.Operations.Select(Pricing.ChannelOpenedBy).OfType<X402ChannelConfig>().Distinct();
        return ToAmount(
            rate,
            Pricing.UnitsOf(transaction, Tariff.CeilingOf)
            + ((UInt128)Tariff.CeilingOf(Price.AccountOpening) * (ulong)opened)
            + ((UInt128)Tariff.CeilingOf(Price.X402ChannelOpening) * (ulong)channels.Count()));
    }

    /// <summary>
    /// The fee that the content fixes, and the fee with the accounts and channels that it would open. The set is only a
    /// buffer.
    /// </summary>
    public static (Amount Content, Amount Full) FeesOf(
        Tariff tariff, FeeRate rate, Transaction transaction, Objects objects, HashSet<Address> openings)
    {
        openings.Clear();
        foreach (var operation in transaction.Operations)
        {
            if (Pricing.OpenedBy(operation) is { } account && objects.Accounts.Find(account) is null
                && !objects.IsReserved(account))
            {
                openings.Add(account);
            }
        }

        var units = Pricing.UnitsOf(transaction, tariff.UnitsOf);
        var content = ToAmount(rate, units);
        var opening = ((UInt128)tariff.UnitsOf(Price.AccountOpening) * (ulong)openings.Count)
            + ((UInt128)tariff.UnitsOf(Price.X402ChannelOpening) * (ulong)NewChannels(transaction, objects));
        return (content, opening == 0 ? content : ToAmount(rate, units + opening));
    }

    private static int NewChannels(Transaction transaction, Objects objects)
    {
        HashSet<ChannelId>? channels = null;
        foreach (var operation in transaction.Operations)
        {
            if (Pricing.ChannelOpenedBy(operation) is { } config && config.IdIn(transaction.Network) is var channel
                && objects.X402Channels.Find(channel) is null)
            {
                (channels ??= []).Add(channel);
            }
        }

        return channels?.Count ?? 0;
    }
}
