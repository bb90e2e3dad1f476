using Busbar.Keys;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// Who votes and by which rules: the one object that a network has from genesis on. Wire: [epoch, epochStart, [key…],
/// protocolVersion, [version, height] or null, [[price, fee units]…], [[price, fee units, fromMs]…]], keys as strings
/// of 32 bytes. spec/ledger.md#L-81.
/// </summary>
/// <param name="Epoch">The epoch that votes on the next block.</param>
/// <param name="EpochStart">Height of its first block.</param>
/// <param name="Validators">Its validators, in voting order.</param>
/// <param name="ProtocolVersion">The version of the rules that the last block was executed by.</param>
/// <param name="ScheduledUpgrade">The next version and its first block, or null.</param>
internal sealed record Governance(
    ulong Epoch,
    ulong EpochStart,
    ValidatorSet Validators,
    ulong ProtocolVersion,
    ScheduledUpgrade? ScheduledUpgrade)
{
    /// <summary>Prices that are not those of genesis, in the order of numbers.</summary>
    public IReadOnlyList<PriceChange> Prices { get; init; } = [];

    /// <summary>Prices that were decided and wait for their time, in the order of numbers.</summary>
    public IReadOnlyList<PriceChange> WaitingPrices { get; init; } = [];

    /// <summary>The version that every network starts with.</summary>
    public const ulong FirstProtocolVersion = 1;

    /// <summary>Blocks between the one that decides an upgrade and the first one after it, at the least.</summary>
    public const ulong UpgradeLeadBlocks = 100;

    /// <summary>Open ballots of an epoch at the most; in equal shares, so that few cannot shut out the rest.</summary>
    public const int MaxBallots = 256;

    /// <summary>Open ballots of one validator at the most, however few validators there are.</summary>
    public const int MaxBallotsOfValidator = 8;

    /// <summary>What genesis starts with; the block at height 1 is epoch 0's first.</summary>
    public static Governance Start(IReadOnlyList<PublicKey> validators) =>
        new(0, 1, new ValidatorSet(validators), FirstProtocolVersion, null);

    /// <summary>Open ballots that each of n validators may have opened.</summary>
    public static int BallotShare(int n) => Math.Min(MaxBallotsOfValidator, MaxBallots / n);

    /// <summary>True when the block at that height was the last of the epoch before this one.</summary>
    public bool StartsAfter(ulong height) => Epoch > 0 && EpochStart == height + 1;

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(7).Number(Epoch).Number(EpochStart).Array(Validators.Count);
        foreach (var key in Validators.Keys)
        {
            writer.Bytes(key.Bytes);
        }

        writer.Number(ProtocolVersion);
        if (ScheduledUpgrade is { } upgrade)
        {
            writer.Array(2).Number(upgrade.ProtocolVersion).Number(upgrade.Height);
        }
        else
        {
            writer.Null();
        }

        writer.Array(Prices.Count);
        foreach (var price in Prices)
        {
            writer.Array(2).Number((ulong)price.Price).Number(price.FeeUnits);
        }

        writer.Array(WaitingPrices.Count);
        foreach (var price in WaitingPrices)
        {
            writer.Array(3).Number((ulong)price.Price).Number(price.FeeUnits).Time(price.From);
        }
    }

    internal static Governance? Read(ref CanonicalReader reader)
    {
        reader.Array(7);
        var epoch = reader.Number();
        var start = reader.Number();
        var keys = ReadKeys(ref reader);
        var version = reader.Number();
        ScheduledUpgrade? upgrade = null;
        if (!reader.TryNull())
        {
            reader.Array(2);
            upgrade = new ScheduledUpgrade(reader.Number(), reader.Number());
        }

        if (!reader.Failed && !ValidatorSet.AreValid(keys))
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        var prices = ReadPrices(ref reader, hasTime: false);
        var waiting = ReadPrices(ref reader, hasTime: true);
        return reader.Failed
            ? null
            : new Governance(epoch, start, new ValidatorSet(keys), version, upgrade)
            {
                Prices = prices,
                WaitingPrices = waiting,
            };
    }

    private static PriceChange[] ReadPrices(ref CanonicalReader reader, bool hasTime)
    {
        var prices = new PriceChange[reader.Array(0, Tariff.Priced.Count)];
        for (var i = 0; i < prices.Length && !reader.Failed; i++)
        {
            reader.Array(hasTime ? 3 : 2);
            prices[i] = new PriceChange(
                (Price)reader.Number(byte.MaxValue), reader.Number(), hasTime ? reader.Time() : default);
            if ((i > 0 && prices[i].Price <= prices[i - 1].Price) || !Tariff.Priced.Contains(prices[i].Price))
            {
                reader.Fail(DecodeError.OutOfRange);
            }
        }

        return prices;
    }

    private static List<PublicKey> ReadKeys(ref CanonicalReader reader)
    {
        var keys = new List<PublicKey>();
        var count = reader.Array(1, ValidatorSet.MaxCount);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var bytes = reader.Bytes(PublicKey.SizeBytes(KeyKind.Ed25519));
            if (!reader.Failed && PublicKey.TryCreate(KeyKind.Ed25519, bytes, out var key))
            {
                keys.Add(key);
            }
        }

        return keys;
    }
}

/// <summary>A price that validators decided.</summary>
/// <param name="Price">Which one.</param>
/// <param name="FeeUnits">What it becomes.</param>
/// <param name="From">When: a block of this time or later has it for those after it. Zero for one in force.</param>
public sealed record PriceChange(Price Price, ulong FeeUnits, UnixTime From);

/// <summary>A version of the protocol that validators agreed on, before it holds.</summary>
/// <param name="ProtocolVersion">The version.</param>
/// <param name="Height">The first block that is executed by its rules.</param>
public sealed record ScheduledUpgrade(ulong ProtocolVersion, ulong Height);
