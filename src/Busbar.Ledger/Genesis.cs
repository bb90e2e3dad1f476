using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Ledger;

/// <summary>
/// What a network starts from; its digest names it. Wire: ["busbar/genesis/1", version, network, timeMs, [asset…],
/// [balance…], tariff, parameters, [[kind, key]…]]. spec/ledger.md#L-70.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Time">Time of height 0.</param>
/// <param name="Assets">In order of address.</param>
/// <param name="Balances">In order of account and asset; their sums are the supplies.</param>
/// <param name="Tariff">Prices.</param>
/// <param name="Parameters">Times.</param>
/// <param name="Validators">Ed25519 keys that vote in epoch 0, in voting order.</param>
public sealed record Genesis(
    NetworkId Network,
    UnixTime Time,
    IReadOnlyList<GenesisAsset> Assets,
    IReadOnlyList<Balance> Balances,
    Tariff Tariff,
    NetworkParameters Parameters,
    IReadOnlyList<PublicKey> Validators)
{
    /// <summary>The format version that this release writes, and the newest that it reads.</summary>
    public const ulong CurrentFormatVersion = 1;

    /// <summary>Assets that a genesis may have.</summary>
    public const int MaxAssets = 1_024;

    /// <summary>Balances that a genesis may have.</summary>
    public const int MaxBalances = 1 << 20;

    /// <summary>Validators that a genesis may have.</summary>
    public const int MaxValidators = ValidatorSet.MaxCount;

    /// <summary>Version of the format.</summary>
    public ulong FormatVersion { get; init; } = CurrentFormatVersion;

    /// <summary>SHA-256 of the encoding.</summary>
    public Hash256 Digest() => Hash256.Sha256(Encode());

    /// <summary>The first thing that is wrong with it, in the order of the enum.</summary>
    public GenesisStatus Check()
    {
        if (FormatVersion != CurrentFormatVersion)
        {
            return GenesisStatus.UnsupportedVersion;
        }

        if (Time > UnixTime.MaxValue || !Parameters.IsValid())
        {
            return GenesisStatus.ParametersInvalid;
        }

        if (!AssetsAreValid())
        {
            return GenesisStatus.AssetsInvalid;
        }

        if (!BalancesAreValid())
        {
            return GenesisStatus.BalancesInvalid;
        }

        if (!Tariff.IsValid() || Tariff.FeeAssets.Any(rate => !HasAsset(rate.Asset)))
        {
            return GenesisStatus.TariffInvalid;
        }

        return ValidatorSet.AreValid(Validators) ? GenesisStatus.Valid : GenesisStatus.ValidatorsInvalid;
    }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(4_096);
        writer.Array(9).Text(DomainTag.Genesis).Number(FormatVersion).Number(Network.ChainId).Time(Time);
        writer.Array(Assets.Count);
        foreach (var asset in Assets)
        {
            writer.Array(5).Address(asset.Address).Text(asset.Name).Text(asset.Symbol).Text(asset.Version);
            writer.Number((ulong)asset.Decimals);
        }

        writer.Array(Balances.Count);
        foreach (var balance in Balances)
        {
            writer.Array(3).Address(balance.Account).Address(balance.Asset).Amount(balance.Amount);
        }

        Tariff.Write(writer);
        Parameters.Write(writer);
        writer.Array(Validators.Count);
        foreach (var key in Validators)
        {
            writer.Array(2);
            key.Write(writer);
        }

        return writer.ToArray();
    }

    /// <summary>
    /// Decodes and checks. A version that this release does not know is UnsupportedVersion; an encoding whose
    /// content <see cref="Check"/> refuses is OutOfRange.
    /// </summary>
    public static DecodeError TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Genesis? genesis)
    {
        genesis = null;
        var reader = new CanonicalReader(bytes);
        reader.Array(9);
        if (reader.Text(DomainTag.Genesis.Length) != DomainTag.Genesis)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var version = reader.Number();
        if (!reader.Failed && version != CurrentFormatVersion)
        {
            reader.Fail(DecodeError.UnsupportedVersion);
        }

        var decoded = new Genesis(
            new NetworkId(reader.Number()),
            reader.Time(),
            ReadAssets(ref reader),
            ReadBalances(ref reader),
            Tariff.Read(ref reader),
            NetworkParameters.Read(ref reader),
            ReadValidators(ref reader));
        if (reader.Finish() && decoded.Check() != GenesisStatus.Valid)
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        genesis = reader.Failed ? null : decoded;
        return reader.Error;
    }

    private bool HasAsset(Address address) => Assets.Any(asset => asset.Address == address);

    private bool AssetsAreValid()
    {
        for (var i = 0; i < Assets.Count; i++)
        {
            var asset = Assets[i];
            if (ReservedAddresses.Contains(asset.Address) || (i > 0 && Assets[i - 1].Address >= asset.Address)
                || asset.Decimals is < 0 or > Amount.MaxDecimals
                || SizeOf(asset.Name) is < 1 or > Asset.NameSizeBytes
                || SizeOf(asset.Symbol) is < 1 or > Asset.SymbolSizeBytes
                || SizeOf(asset.Version) is < 1 or > Asset.SymbolSizeBytes)
            {
                return false;
            }
        }

        return Assets.Count is >= 1 and <= MaxAssets;
    }

    private bool BalancesAreValid()
    {
        var assets = Assets.Select(asset => asset.Address).ToHashSet();
        var supplies = new Dictionary<Address, Amount>();
        BalanceKey? previous = null;
        foreach (var balance in Balances)
        {
            var key = new BalanceKey(balance.Account, balance.Asset);
            if (previous >= key || balance.Amount.IsZero || !assets.Contains(balance.Asset)
                || assets.Contains(balance.Account) || ReservedAddresses.Contains(balance.Account)
                || !Amount.TryAdd(supplies.GetValueOrDefault(balance.Asset), balance.Amount, out var supply))
            {
                return false;
            }

            supplies[balance.Asset] = supply;
            previous = key;
        }

        return Balances.Count <= MaxBalances;
    }

    private static int SizeOf(string text) => System.Text.Encoding.UTF8.GetByteCount(text);

    private static List<GenesisAsset> ReadAssets(ref CanonicalReader reader)
    {
        var assets = new List<GenesisAsset>();
        var count = reader.Array(0, MaxAssets);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            reader.Array(5);
            assets.Add(new GenesisAsset(
                reader.Address(),
                reader.Text(Asset.NameSizeBytes),
                reader.Text(Asset.SymbolSizeBytes),
                reader.Text(Asset.SymbolSizeBytes),
                (int)reader.Number(Amount.MaxDecimals)));
        }

        return assets;
    }

    private static List<Balance> ReadBalances(ref CanonicalReader reader)
    {
        var balances = new List<Balance>();
        var count = reader.Array(0, MaxBalances);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            reader.Array(3);
            balances.Add(new Balance(reader.Address(), reader.Address(), reader.Amount()));
        }

        return balances;
    }

    private static List<PublicKey> ReadValidators(ref CanonicalReader reader)
    {
        var keys = new List<PublicKey>();
        var count = reader.Array(0, MaxValidators);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            reader.Array(2);
            if (PublicKey.Read(ref reader) is { } key)
            {
                keys.Add(key);
            }
        }

        return keys;
    }
}

/// <summary>An asset that exists from the start; its supply is the sum of its genesis balances.</summary>
public sealed record GenesisAsset(Address Address, string Name, string Symbol, string Version, int Decimals);

/// <summary>What is wrong with a genesis; the order is the precedence. All are Permanent: edit the file.</summary>
public enum GenesisStatus
{
    /// <summary>No status.</summary>
    Unset = 0,

    /// <summary>Nothing is wrong.</summary>
    Valid = 1,

    /// <summary>A format version that this release does not know; a newer one may.</summary>
    UnsupportedVersion = 2,

    /// <summary>A time is out of range.</summary>
    ParametersInvalid = 3,

    /// <summary>
    /// No asset, or assets out of order, at reserved addresses, or with texts or decimals out of range.
    /// </summary>
    AssetsInvalid = 4,

    /// <summary>
    /// Balances out of order, of nothing, of no asset, of reserved accounts, or past 2^128 - 1 in sum.
    /// </summary>
    BalancesInvalid = 5,

    /// <summary>
    /// A price above its ceiling, or fee assets out of order, unknown, without a rate, or none at all.
    /// </summary>
    TariffInvalid = 6,

    /// <summary>No validator, too many, one twice, or one without an Ed25519 key.</summary>
    ValidatorsInvalid = 7,
}
