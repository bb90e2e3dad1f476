using System.Globalization;
using System.Text.RegularExpressions;
using Busbar.Eng;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed partial class GenesisTests
{
    [Fact]
    public void L70_L71_a_genesis_survives_its_encoding()
    {
        var genesis = Genesis();
        Assert.Equal(GenesisStatus.Valid, genesis.Check());
        Assert.Equal(DecodeError.Unset, Busbar.Ledger.Genesis.TryDecode(genesis.Encode(), out var decoded));
        Assert.Equal(genesis.Digest(), decoded!.Digest());
        Assert.Equal(LedgerState.FromGenesis(genesis).StateRoot, LedgerState.FromGenesis(decoded).StateRoot);
    }

    [Fact]
    public void L70_truncated_and_newer_genesis_files_are_refused()
    {
        var bytes = Genesis().Encode();
        for (var size = 0; size < bytes.Length; size += 7)
        {
            Assert.NotEqual(DecodeError.Unset, Busbar.Ledger.Genesis.TryDecode(bytes.AsSpan(0, size), out _));
        }

        var newer = (Genesis() with { FormatVersion = 2 }).Encode();
        Assert.Equal(DecodeError.UnsupportedVersion, Busbar.Ledger.Genesis.TryDecode(newer, out _));
        var invalid = (Genesis() with { Balances = [new Balance(Dollar, Dollar, new Amount(1))] }).Encode();
        Assert.Equal(DecodeError.OutOfRange, Busbar.Ledger.Genesis.TryDecode(invalid, out _));
    }

    [Fact]
    public void L70_each_thing_that_may_be_wrong_is_named()
    {
        var good = Genesis();
        var asset = good.Assets[0];
        var balance = good.Balances[0];
        var secp = PrivateKey.Create(KeyKind.Secp256k1, [.. new byte[31], 1]).PublicKey;
        (GenesisStatus Status, Genesis Genesis)[] cases =
        [
            (GenesisStatus.UnsupportedVersion, good with { FormatVersion = 2 }),
            (GenesisStatus.ParametersInvalid, good with { Time = new UnixTime(ulong.MaxValue) }),
            (GenesisStatus.ParametersInvalid, good with { Parameters = Parameters with { HeartbeatMs = 0 } }),
            (GenesisStatus.ParametersInvalid, good with { Parameters = Parameters with { MinGraceMs = 50_001 } }),
            (GenesisStatus.AssetsInvalid, good with { Assets = [] }),
            (GenesisStatus.AssetsInvalid, good with { Assets = [asset, asset] }),
            (GenesisStatus.AssetsInvalid, good with { Assets = [asset with { Decimals = 19 }] }),
            (GenesisStatus.AssetsInvalid, good with { Assets = [asset with { Name = "" }] }),
            (GenesisStatus.AssetsInvalid, good with { Assets = [asset with { Symbol = new string('x', 17) }] }),
            (GenesisStatus.AssetsInvalid, good with { Assets = [asset with { Address = FeeAccount.Address }] }),
            (GenesisStatus.BalancesInvalid, good with { Balances = [balance, balance] }),
            (GenesisStatus.BalancesInvalid, good with { Balances = [balance with { Amount = Amount.Zero }] }),
            (GenesisStatus.BalancesInvalid, good with { Balances = [balance with { Asset = NoAsset }] }),
            (GenesisStatus.BalancesInvalid, good with { Balances = [balance with { Account = Address.Zero }] }),
            (GenesisStatus.BalancesInvalid, good with { Balances = [balance with { Account = Dollar }] }),
            (GenesisStatus.TariffInvalid, good with { Tariff = good.Tariff.With([]) }),
            (GenesisStatus.TariffInvalid, good with { Tariff = Tariff.Default(NoAsset) }),
            (GenesisStatus.ValidatorsInvalid, good with { Validators = [] }),
            (GenesisStatus.ValidatorsInvalid, good with { Validators = ValidatorKeys(201) }),
            (GenesisStatus.ValidatorsInvalid, good with { Validators = [secp] }),
            (GenesisStatus.ValidatorsInvalid, good with { Validators = [Pairs[0].PublicKey, Pairs[0].PublicKey] }),
        ];
        Assert.Equal(GenesisStatus.Valid, (good with { Validators = ValidatorKeys(200) }).Check());
        foreach (var (status, genesis) in cases)
        {
            Assert.Equal(status, genesis.Check());
            Assert.Throws<ArgumentException>(() => LedgerState.FromGenesis(genesis));
        }
    }

    [Fact]
    public void L60_no_price_passes_its_ceiling()
    {
        var ceiling = Tariff.Priced.Aggregate(
            Tariff.Default(Dollar), (tariff, price) => tariff.With(price, Tariff.CeilingOf(price)));
        Assert.True(ceiling.IsValid());
        Tariff[] above =
        [
            .. Tariff.Priced.Select(price => ceiling.With(price, Tariff.CeilingOf(price) + 1)),
            ceiling.With([new FeeRate(Dollar, 0, 1)]),
            ceiling.With([new FeeRate(Dollar, 1, 0)]),
            ceiling.With([new FeeRate(Dollar, 1, 1), new FeeRate(Dollar, 1, 1)]),
        ];
        Assert.All(above, tariff => Assert.False(tariff.IsValid()));
        Assert.True(Tariff.Default(Dollar).IsValid());
    }

    [Fact]
    public void L60_the_table_in_the_specification_is_the_tariff()
    {
        var tariff = Tariff.Default(Dollar);
        var rows = Tariff.Priced.Select(price => string.Create(
            CultureInfo.InvariantCulture,
            $"| {(int)price} | {Pricing.NameOf(price)} | {tariff.UnitsOf(price):N0} | {Tariff.CeilingOf(price):N0} |"));
        var spec = File.ReadAllLines(
            Path.Combine(Tidy.FindRoot(AppContext.BaseDirectory), "spec", "ledger.md"));

        // What stands between a price's name and the next column says what it is for.
        Assert.Equal(
            rows,
            spec.Select(line => line.Trim()).Where(line => PriceRow().IsMatch(line))
                .Select(line => PriceRow().Replace(line, "$1 $2")));
        Assert.Equal(Tariff.Priced.Order(), Tariff.Priced);
    }

    [GeneratedRegex(@"^(\| \d+ \| [a-zA-Z0-9]+)[^|]* (\| [\d,]+ \| [\d,]+ \|)$")]
    private static partial Regex PriceRow();

    [Fact]
    public void L6_nobody_can_be_given_the_fee_account_or_another_reserved_address_in_genesis()
    {
        Assert.Equal("busbar/fee-account/1", System.Text.Encoding.ASCII.GetString(FeeAccount.Address.ToArray()));
        Assert.True(ReservedAddresses.Contains(FeeAccount.Address));
    }
}
