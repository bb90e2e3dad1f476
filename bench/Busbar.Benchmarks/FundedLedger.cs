using System.Buffers.Binary;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Benchmarks;

/// <summary>A genesis with any number of accounts, and transfers between them.</summary>
internal static class FundedLedger
{
    private static readonly Address Dollar = AddressOf(-1);

    /// <summary>Payers and so many accounts that have no key, each with 1,000 dollars.</summary>
    public static Genesis Genesis(IReadOnlyList<Address> payers, int accounts)
    {
        var addresses = payers.Concat(Enumerable.Range(0, accounts).Select(AddressOf));
        return new Genesis(
            NetworkId.Development,
            new UnixTime(1_800_000_000_000),
            [new GenesisAsset(Dollar, "Dollar", "USD", "1", 9)],
            [.. addresses.Order().Select(account => new Balance(account, Dollar, new Amount(1_000_000_000_000)))],
            Tariff.Default(Dollar),
            new NetworkParameters(),
            [Key(1_000_000).PublicKey]);
    }

    /// <summary>A transfer of one atom, signed and verified.</summary>
    public static Verified<CheckedTransaction> Transfer(PrivateKey key, Address to, int number)
    {
        var nonce = new byte[IntentId.NonceSizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(nonce, number);
        var transaction = new Transaction(
            NetworkId.Development,
            key.Address,
            key.Address,
            IntentId.Create(new UnixTime(1_800_000_060_000), nonce),
            [new Operation.Transfer(Dollar, to, new Amount(1), Hash256.Zero)],
            Dollar,
            new Amount(10_000),
            null);
        var signed = new SignedTransaction(
            transaction, [new SignatureProof(key.PublicKey, key.Sign(transaction.SigningHash()))]);
        TransactionVerifier.TryVerify(
            new Unverified<SignedTransaction>(signed), NetworkId.Development, out var verified);
        return verified!;
    }

    public static PrivateKey Key(int number)
    {
        var secret = new byte[PrivateKey.SecretSizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(secret, number);
        return PrivateKey.Create(KeyKind.Ed25519, secret);
    }

    /// <summary>The address of an account that has no key.</summary>
    public static Address AddressOf(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        Span<byte> hash = stackalloc byte[Hash256.SizeBytes];
        Hash256.Sha256(bytes).CopyTo(hash);
        return new Address(hash[..Address.SizeBytes]);
    }
}
