using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>Computes fees from a transaction's content alone: spec/ledger.md#L-61. Stateless and thread-safe.</summary>
internal static class FeeSchedule
{
    /// <summary>Fee units of everything that the content fixes: all but the opening of accounts.</summary>
    public static UInt128 ContentUnits(Tariff tariff, Transaction transaction)
    {
        UInt128 units = transaction.FeePayer is null ? 0 : tariff.FeePayerSignature;
        foreach (var operation in transaction.Operations)
        {
            units += PriceOf(tariff, operation);
        }

        return units;
    }

    /// <summary>Fee units as atomic units of a fee asset, rounded up.</summary>
    public static Amount ToAmount(FeeRate rate, UInt128 units)
    {
        var scaled = units * rate.Numerator;
        var whole = scaled / rate.Denominator;
        return new Amount(scaled % rate.Denominator == 0 ? whole : whole + 1);
    }

    /// <summary>
    /// The fee that the content fixes, and the fee with the accounts that it would open. The set is only a buffer.
    /// </summary>
    public static (Amount Content, Amount Full) FeesOf(
        Tariff tariff, FeeRate rate, Transaction transaction, Objects objects, HashSet<Address> openings)
    {
        openings.Clear();
        foreach (var operation in transaction.Operations)
        {
            if (OpenedBy(operation) is { } account && objects.Accounts.Find(account) is null
                && !objects.IsReserved(account))
            {
                openings.Add(account);
            }
        }

        var units = ContentUnits(tariff, transaction);
        var content = ToAmount(rate, units);
        var full = openings.Count == 0
            ? content
            : ToAmount(rate, units + ((UInt128)tariff.AccountOpening * (ulong)openings.Count));
        return (content, full);
    }

    /// <summary>The account that an operation opens if it does not exist: whoever it pays or lets be paid.</summary>
    private static Address? OpenedBy(Operation operation) => operation switch
    {
        Operation.Transfer transfer => transfer.To,
        Operation.OpenChannel open => open.Payee,
        _ => null,
    };

    private static UInt128 PriceOf(Tariff tariff, Operation operation) => operation switch
    {
        Operation.Transfer => tariff.Transfer,
        Operation.OpenChannel => tariff.OpenChannel,
        Operation.TopUpChannel => tariff.TopUpChannel,
        Operation.ClaimChannels claims => PriceOf(tariff, claims.Claims),
        Operation.CloseChannel => tariff.CloseChannel,
        Operation.RequestChannelClose => tariff.RequestChannelClose,
        Operation.WithdrawChannel => tariff.WithdrawChannel,
        Operation.CastVote => tariff.CastVote,
        _ => throw new InvariantBrokenException("every operation has a price"),
    };

    private static UInt128 PriceOf(Tariff tariff, IReadOnlyList<Claim> claims)
    {
        UInt128 units = 0;
        foreach (var claim in claims)
        {
            var blocks = (ClaimCheck.HashCount(claim) + Tariff.HashesPerPrice - 1) / Tariff.HashesPerPrice;
            units += tariff.ClaimEntry + ((UInt128)tariff.ClaimHashes * (ulong)blocks);
            units += claim.Proof is null ? 0 : tariff.ClaimSignature;
        }

        return units;
    }
}
