namespace Busbar.Ledger;

/// <summary>
/// An asset. Its address is reserved. Wire: [name, symbol, version, decimals, supply, issuer or null, freezable 0 or
/// 1]. spec/ledger.md#L-52.
/// </summary>
/// <param name="Address">Its address; stands in the key, not in the value.</param>
/// <param name="Name">EIP-712 domain name: 1 to 64 bytes of UTF-8.</param>
/// <param name="Symbol">1 to 16 bytes of UTF-8.</param>
/// <param name="Version">EIP-712 domain version: 1 to 16 bytes of UTF-8.</param>
/// <param name="Decimals">0 to 18.</param>
/// <param name="Supply">All of it: balances, plus what channels, streams and escrows hold.</param>
/// <param name="Issuer">The account that created it; null for an asset of genesis, whose supply is fixed.</param>
/// <param name="Freezable">Whether the issuer may freeze balances; never true without an issuer.</param>
public sealed record Asset(
    Address Address,
    string Name,
    string Symbol,
    string Version,
    int Decimals,
    Amount Supply,
    Address? Issuer = null,
    bool Freezable = false)
{
    /// <summary>Bytes of the longest name.</summary>
    public const int NameSizeBytes = Limits.AssetNameSizeBytes;

    /// <summary>Bytes of the longest symbol or version.</summary>
    public const int SymbolSizeBytes = Limits.AssetSymbolSizeBytes;

    /// <summary>The EIP-712 domain separator that wallets sign for this asset under. spec/ledger.md#L-160.</summary>
    public Hash256 DomainIn(NetworkId network) => Ethereum.Eip712.DomainOf(Name, Version, network, Address);

    internal void Write(CanonicalWriter writer)
    {
        writer.Array(7).Text(Name).Text(Symbol).Text(Version).Number((ulong)Decimals).Amount(Supply);
        writer.OptionalAddress(Issuer).Number(Freezable ? 1UL : 0UL);
    }

    internal static Asset? Read(Address address, ref CanonicalReader reader)
    {
        reader.Array(7);
        var asset = new Asset(
            address,
            reader.Text(NameSizeBytes),
            reader.Text(SymbolSizeBytes),
            reader.Text(SymbolSizeBytes),
            (int)reader.Number(Amount.MaxDecimals),
            reader.Amount(),
            reader.OptionalAddress(),
            reader.Number(1) == 1);
        if (asset.Freezable && asset.Issuer is null)
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed ? null : asset;
    }
}
