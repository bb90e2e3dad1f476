using Busbar.Keys;

namespace Busbar.Tests.Keys;

public sealed class KeyAddressTests
{
    [Theory]
    // The first two development accounts of Hardhat and Anvil, and the keys one and two that everybody prints.
    [InlineData(
        "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")]
    [InlineData(
        "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
        "0x70997970C51812dc3A010C7d01b50e0d17dc79C8")]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000001",
        "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")]
    [InlineData(
        "0000000000000000000000000000000000000000000000000000000000000002",
        "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF")]
    public void E20_a_secp256k1_key_has_its_Ethereum_address(string secret, string address)
    {
        using var key = PrivateKey.Create(KeyKind.Secp256k1, Convert.FromHexString(secret));

        Assert.Equal(address, key.Address.ToString());
    }

    [Theory]
    [InlineData(KeyKind.P256)]
    [InlineData(KeyKind.Ed25519)]
    public void E20_the_other_kinds_hash_their_number_before_the_key(KeyKind kind)
    {
        using var key = PrivateKey.Create(kind, [.. new byte[31], 9]);
        var digest = new byte[32];
        Keccak256.HashData([(byte)kind, .. key.PublicKey.Bytes], digest);

        Assert.Equal(new Address(digest.AsSpan(12)), key.Address);
    }

    [Theory]
    [InlineData(KeyKind.Secp256k1, 64)]
    [InlineData(KeyKind.P256, 64)]
    [InlineData(KeyKind.Ed25519, 32)]
    public void E23_a_key_is_its_kind_and_its_bytes(KeyKind kind, int size)
    {
        using var key = PrivateKey.Create(kind, [.. new byte[31], 9]);
        var writer = new CanonicalWriter();
        key.PublicKey.Write(writer);
        var reader = new CanonicalReader(writer.WrittenSpan);

        Assert.Equal(key.PublicKey, PublicKey.Read(ref reader));
        Assert.True(reader.Finish());
        Assert.Equal(size, key.PublicKey.Bytes.Length);
        Assert.False(PublicKey.TryCreate(kind, new byte[size - 1], out _));
        Assert.False(PublicKey.TryCreate(kind, new byte[size + 1], out _));
        Assert.False(PublicKey.TryCreate((KeyKind)4, new byte[size], out _));
    }
}
