using System.Buffers.Binary;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Benchmarks;

/// <summary>Networks with many accounts of one dollar asset, and verified transfers between them.</summary>
internal static class BenchmarkLedger
{
    public static readonly Address Dollar = AddressOf(-1);
    private static readonly UnixTime Start = new(1_800_000_000_000);
    private static readonly UnixTime ValidUntil = new(Start.Ms + 600_000);

    /// <summary>A network in which each of these accounts has a thousand dollars.</summary>
    public static Genesis GenesisOf(IEnumerable<Address> accounts) => new(
        NetworkId.Development,
        Start,
        [new GenesisAsset(Dollar, "Dollar", "USD", "1", 9)],
        [.. accounts.Order().Select(account => new Balance(account, Dollar, new Amount(1_000_000_000_000)))],
        Tariff.Default(Dollar),
        new NetworkParameters(),
        [Key(-1).PublicKey]);

    /// <summary>A transfer of one atomic unit with its signature checked; the number makes it another intent.</summary>
    public static Verified<CheckedTransaction> Transfer(PrivateKey key, Address to, int number)
    {
        var nonce = new byte[IntentId.NonceSizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(nonce, number);
        var transaction = new Transaction(
            NetworkId.Development,
            key.Address,
            key.Address,
            IntentId.Create(ValidUntil, nonce),
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

    /// <summary>The next block, with these transactions in it.</summary>
    public static BlockExecution Apply(LedgerState state, ReadOnlySpan<Verified<CheckedTransaction>> transactions)
    {
        var time = new UnixTime(state.Time.Ms + 1_000);
        var block = state.Begin(time, state.UptimeAt(time));
        foreach (var transaction in transactions)
        {
            if (block.Apply(transaction, out _) != InclusionStatus.Included)
            {
                throw new InvalidOperationException("Every transfer of a benchmark stands.");
            }
        }

        return block;
    }

    public static PrivateKey Key(int number)
    {
        var secret = new byte[PrivateKey.SecretSizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(secret, number);
        return PrivateKey.Create(KeyKind.Ed25519, secret);
    }

    /// <summary>An address that no known key has.</summary>
    public static Address AddressOf(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        Span<byte> hash = stackalloc byte[Hash256.SizeBytes];
        Hash256.Sha256(bytes).CopyTo(hash);
        return new Address(hash[..Address.SizeBytes]);
    }
}
