using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// The price of everything, in fee units: a billionth of a dollar each. Every price is at most its ceiling, which no
/// vote can raise. Wire: [[[price, fee units]…], [[asset, numerator, denominator]…]]. Immutable and thread-safe.
/// spec/ledger.md#L-60.
/// </summary>
public sealed class Tariff
{
    /// <summary>Fee assets that a tariff may list.</summary>
    public const int MaxFeeAssets = 16;

    private static readonly PriceRule[] Rules =
    [
        new(Price.Transfer, 10_000, 100_000),
        new(Price.CreateAsset, 1_000_000, 10_000_000),
        new(Price.Mint, 10_000, 100_000),
        new(Price.Burn, 10_000, 100_000),
        new(Price.Freeze, 20_000, 200_000),
        new(Price.Unfreeze, 10_000, 100_000),
        new(Price.OpenChannel, 20_000, 200_000),
        new(Price.TopUpChannel, 10_000, 100_000),
        new(Price.CloseChannel, 10_000, 100_000),
        new(Price.RequestChannelClose, 10_000, 100_000),
        new(Price.WithdrawChannel, 10_000, 100_000),
        new(Price.StartStream, 20_000, 200_000),
        new(Price.TopUpStream, 10_000, 100_000),
        new(Price.StopStream, 10_000, 100_000),
        new(Price.WithdrawStream, 10_000, 100_000),
        new(Price.LockEscrow, 20_000, 200_000),
        new(Price.ReleaseEscrow, 10_000, 100_000),
        new(Price.RefundEscrow, 10_000, 100_000),
        new(Price.GrantMandate, 20_000, 200_000),
        new(Price.RevokeMandate, 10_000, 100_000),
        new(Price.TransferWithAuthorization, 15_000, 150_000),
        new(Price.ReceiveWithAuthorization, 15_000, 150_000),
        new(Price.CancelAuthorization, 200_000, 2_000_000),
        new(Price.Approve, 10_000, 100_000),
        new(Price.TransferFrom, 10_000, 100_000),
        new(Price.Permit, 15_000, 150_000),
        new(Price.DepositX402Channel, 10_000, 100_000),
        new(Price.DepositX402ChannelWithAuthorization, 15_000, 150_000),
        new(Price.RefundX402Channel, 10_000, 100_000),
        new(Price.RequestX402Withdrawal, 10_000, 100_000),
        new(Price.FinishX402Withdrawal, 10_000, 100_000),
        new(Price.CastVote, 10_000, 100_000),
        new(Price.FeePayerSignature, 5_000, 50_000),
        new(Price.AccountOpening, 100_000, 1_000_000),
        new(Price.ClaimEntry, 5_000, 50_000),
        new(Price.ClaimSignature, 5_000, 50_000),
        new(Price.ClaimHashes, 1_000, 10_000),
        new(Price.EscrowAttestation, 5_000, 50_000),
        new(Price.X402ChannelOpening, 200_000, 2_000_000),
    ];

    // By the number of the price.
    private readonly ulong[] units;

    private Tariff(ulong[] units, IReadOnlyList<FeeRate> feeAssets)
    {
        this.units = units;
        FeeAssets = feeAssets;
        UnitsOf = price => this.units[(int)price];
    }

    /// <summary>Every price there is, in the order of numbers.</summary>
    public static IReadOnlyList<Price> Priced { get; } = [.. Rules.Select(rule => rule.Price)];

    /// <summary>
    /// What fees may be paid in, in order of address; the first item of genesis' assets need not be one.
    /// </summary>
    public IReadOnlyList<FeeRate> FeeAssets { get; }

    /// <summary>Looks a price up; what <see cref="Pricing"/> counts with.</summary>
    public Func<Price, ulong> UnitsOf { get; }

    /// <summary>The prices that a network starts with, paid in one asset of 9 decimals.</summary>
    public static Tariff Default(Address dollar) =>
        new(Table(rule => rule.Default), [new FeeRate(dollar, 1, 1)]);

    /// <summary>The most that a price may be, in any network, at any time.</summary>
    public static ulong CeilingOf(Price price) => Rules.Single(rule => rule.Price == price).Ceiling;

    /// <summary>The same with another price.</summary>
    public Tariff With(Price price, ulong feeUnits)
    {
        var changed = units.ToArray();
        changed[(int)price] = feeUnits;
        return new Tariff(changed, FeeAssets);
    }

    /// <summary>The same with other fee assets.</summary>
    public Tariff With(IReadOnlyList<FeeRate> feeAssets) => new(units, feeAssets);

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

    /// <summary>
    /// True when no price is above its ceiling and the fee assets are in order, distinct and have a rate.
    /// </summary>
    public bool IsValid()
    {
        for (var i = 0; i < FeeAssets.Count; i++)
        {
            var rate = FeeAssets[i];
            if (rate.Numerator == 0 || rate.Denominator == 0 || (i > 0 && FeeAssets[i - 1].Asset >= rate.Asset))
            {
                return false;
            }
        }

        return FeeAssets.Count is >= 1 and <= MaxFeeAssets
            && Rules.All(rule => UnitsOf(rule.Price) <= rule.Ceiling);
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(2).Array(Rules.Length);
        foreach (var rule in Rules)
        {
            writer.Array(2).Number((ulong)rule.Price).Number(UnitsOf(rule.Price));
        }

        writer.Array(FeeAssets.Count);
        foreach (var rate in FeeAssets)
        {
            writer.Array(3).Address(rate.Asset).Number(rate.Numerator).Number(rate.Denominator);
        }
    }

    internal static Tariff Read(ref CanonicalReader reader)
    {
        reader.Array(2);
        reader.Array(Rules.Length);
        var table = Table(_ => 0);
        foreach (var rule in Rules)
        {
            reader.Array(2);
            if (reader.Number(byte.MaxValue) != (ulong)rule.Price)
            {
                reader.Fail(DecodeError.UnknownKind);
            }

            table[(int)rule.Price] = reader.Number();
        }

        return new Tariff(table, ReadRates(ref reader));
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

    private static ulong[] Table(Func<PriceRule, ulong> unitsOf)
    {
        var table = new ulong[byte.MaxValue + 1];
        foreach (var rule in Rules)
        {
            table[(int)rule.Price] = unitsOf(rule);
        }

        return table;
    }

    private sealed record PriceRule(Price Price, ulong Default, ulong Ceiling);
}

/// <summary>What a fee unit is worth in an asset: numerator / denominator atomic units, the total rounded up.</summary>
public readonly record struct FeeRate(Address Asset, ulong Numerator, ulong Denominator);
