namespace Busbar.Ledger;

/// <summary>
/// The price of everything, in fee units: a billionth of a dollar each. Every price is at most its entry in
/// <see cref="Ceiling"/>, which no vote can raise. Wire: [transfer, openChannel, topUpChannel, claimEntry,
/// claimSignature, claimHashes, closeChannel, requestChannelClose, withdrawChannel, castVote,
/// feePayerSignature, accountOpening, [[asset, numerator, denominator]…]]. spec/ledger.md#L-60.
/// </summary>
public sealed record Tariff
{
    /// <summary>Hashes that one <see cref="ClaimHashes"/> pays for.</summary>
    public const int HashesPerPrice = 64;

    /// <summary>Fee assets that a tariff may list.</summary>
    public const int MaxFeeAssets = 16;

    /// <summary>A transfer.</summary>
    public required ulong Transfer { get; init; }

    /// <summary>Opening a channel.</summary>
    public required ulong OpenChannel { get; init; }

    /// <summary>A top-up.</summary>
    public required ulong TopUpChannel { get; init; }

    /// <summary>One entry of a claim operation.</summary>
    public required ulong ClaimEntry { get; init; }

    /// <summary>The signature of an entry that carries one.</summary>
    public required ulong ClaimSignature { get; init; }

    /// <summary>
    /// Each 64 hashes, or part of 64, of an entry with a tick: its position and the nodes of its path.
    /// </summary>
    public required ulong ClaimHashes { get; init; }

    /// <summary>A close by the payee.</summary>
    public required ulong CloseChannel { get; init; }

    /// <summary>A request to close by the payer.</summary>
    public required ulong RequestChannelClose { get; init; }

    /// <summary>A withdrawal by the payer.</summary>
    public required ulong WithdrawChannel { get; init; }

    /// <summary>A validator's vote for a proposal.</summary>
    public required ulong CastVote { get; init; }

    /// <summary>The second signature of a transaction that another account pays for.</summary>
    public required ulong FeePayerSignature { get; init; }

    /// <summary>Each account that the transaction opens.</summary>
    public required ulong AccountOpening { get; init; }

    /// <summary>
    /// What fees may be paid in, in order of address; the first item of genesis' assets need not be one.
    /// </summary>
    public required IReadOnlyList<FeeRate> FeeAssets { get; init; }

    /// <summary>No price of any network, at any time, is above these.</summary>
    public static Tariff Ceiling { get; } = new()
    {
        Transfer = 100_000,
        OpenChannel = 200_000,
        TopUpChannel = 100_000,
        ClaimEntry = 50_000,
        ClaimSignature = 50_000,
        ClaimHashes = 10_000,
        CloseChannel = 100_000,
        RequestChannelClose = 100_000,
        WithdrawChannel = 100_000,
        CastVote = 100_000,
        FeePayerSignature = 50_000,
        AccountOpening = 1_000_000,
        FeeAssets = [],
    };

    /// <summary>The prices that a network starts with, paid in one asset of 9 decimals.</summary>
    public static Tariff Default(Address dollar) => new()
    {
        Transfer = 10_000,
        OpenChannel = 20_000,
        TopUpChannel = 10_000,
        ClaimEntry = 5_000,
        ClaimSignature = 5_000,
        ClaimHashes = 1_000,
        CloseChannel = 10_000,
        RequestChannelClose = 10_000,
        WithdrawChannel = 10_000,
        CastVote = 10_000,
        FeePayerSignature = 5_000,
        AccountOpening = 100_000,
        FeeAssets = [new FeeRate(dollar, 1, 1)],
    };

    /// <summary>The rate of a fee asset, or null when it is not listed.</summary>
    public FeeRate? FindRate(Address asset)
    {
        foreach (var rate in FeeAssets)
        {
            if (rate.Asset == asset)
            {
                return rate;
            }
        }

        return null;
    }

    /// <summary>Every price by the name that the API gives it, in the order of the wire.</summary>
    public IReadOnlyList<(string Name, ulong FeeUnits)> Prices() =>
    [
        ("transfer", Transfer),
        ("openChannel", OpenChannel),
        ("topUpChannel", TopUpChannel),
        ("claimEntry", ClaimEntry),
        ("claimSignature", ClaimSignature),
        ("claimHashes", ClaimHashes),
        ("closeChannel", CloseChannel),
        ("requestChannelClose", RequestChannelClose),
        ("withdrawChannel", WithdrawChannel),
        ("castVote", CastVote),
        ("feePayerSignature", FeePayerSignature),
        ("accountOpening", AccountOpening),
    ];

    /// <summary>
    /// True when no price is above its ceiling and the fee assets are in order, distinct and have a rate.
    /// </summary>
    public bool IsValid()
    {
        var prices = Prices();
        var ceilings = Ceiling.Prices();
        for (var i = 0; i < prices.Count; i++)
        {
            if (prices[i].FeeUnits > ceilings[i].FeeUnits)
            {
                return false;
            }
        }

        for (var i = 0; i < FeeAssets.Count; i++)
        {
            var rate = FeeAssets[i];
            if (rate.Numerator == 0 || rate.Denominator == 0 || (i > 0 && FeeAssets[i - 1].Asset >= rate.Asset))
            {
                return false;
            }
        }

        return FeeAssets.Count is >= 1 and <= MaxFeeAssets;
    }

    internal void Write(CanonicalWriter writer)
    {
        var prices = Prices();
        writer.Array(prices.Count + 1);
        foreach (var (_, feeUnits) in prices)
        {
            writer.Number(feeUnits);
        }

        writer.Array(FeeAssets.Count);
        foreach (var rate in FeeAssets)
        {
            writer.Array(3).Address(rate.Asset).Number(rate.Numerator).Number(rate.Denominator);
        }
    }

    internal static Tariff Read(ref CanonicalReader reader)
    {
        reader.Array(13);
        return new Tariff
        {
            Transfer = reader.Number(),
            OpenChannel = reader.Number(),
            TopUpChannel = reader.Number(),
            ClaimEntry = reader.Number(),
            ClaimSignature = reader.Number(),
            ClaimHashes = reader.Number(),
            CloseChannel = reader.Number(),
            RequestChannelClose = reader.Number(),
            WithdrawChannel = reader.Number(),
            CastVote = reader.Number(),
            FeePayerSignature = reader.Number(),
            AccountOpening = reader.Number(),
            FeeAssets = ReadRates(ref reader),
        };
    }

    private static FeeRate[] ReadRates(ref CanonicalReader reader)
    {
        var rates = new FeeRate[reader.Array(1, MaxFeeAssets)];
        for (var i = 0; i < rates.Length; i++)
        {
            reader.Array(3);
            rates[i] = new FeeRate(reader.Address(), reader.Number(), reader.Number());
        }

        return rates;
    }
}

/// <summary>What a fee unit is worth in an asset: numerator / denominator atomic units, the total rounded up.</summary>
public readonly record struct FeeRate(Address Asset, ulong Numerator, ulong Denominator);
