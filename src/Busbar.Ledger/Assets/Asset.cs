namespace Busbar.Ledger;

/// <summary>
/// An asset. Its address is reserved. Wire: [name, symbol, version, decimals, supply]. spec/ledger.md#L-52.
/// </summary>
/// <param name="Address">Its address; stands in the key, not in the value.</param>
/// <param name="Name">EIP-712 domain name: 1 to 64 bytes of UTF-8.</param>
/// <param name="Symbol">1 to 16 bytes of UTF-8.</param>
/// <param name="Version">EIP-712 domain version: 1 to 16 bytes of UTF-8.</param>
/// <param name="Decimals">0 to 18.</param>
/// <param name="Supply">All of it: balances, plus deposits of channels that were not claimed.</param>
public sealed record Asset(
    Address Address, string Name, string Symbol, string Version, int Decimals, Amount Supply)
{
    /// <summary>Bytes of the longest name.</summary>
    public const int NameSizeBytes = 64;

    /// <summary>Bytes of the longest symbol or version.</summary>
    public const int SymbolSizeBytes = 16;

    /// <summary>The EIP-712 domain separator that wallets sign for this asset under. spec/ledger.md#L-160.</summary>
    public Hash256 DomainIn(NetworkId network) => Ethereum.Eip712.DomainOf(Name, Version, network, Address);

    internal void Write(CanonicalWriter writer) =>
        writer.Array(5).Text(Name).Text(Symbol).Text(Version).Number((ulong)Decimals).Amount(Supply);

    internal static Asset? Read(Address address, ref CanonicalReader reader)
    {
        reader.Array(5);
        var asset = new Asset(
            address,
            reader.Text(NameSizeBytes),
            reader.Text(SymbolSizeBytes),
            reader.Text(SymbolSizeBytes),
            (int)reader.Number(Amount.MaxDecimals),
            reader.Amount());
        return reader.Failed ? null : asset;
    }
}
