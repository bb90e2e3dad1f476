using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Benchmarks;

/// <summary>
/// Executes blocks of verified transfers between random accounts, with and without the state root.
/// dotnet run -c Release --project bench/Busbar.Benchmarks -- --filter '*Ledger*'
/// </summary>
[MemoryDiagnoser]
[SimpleJob(warmupCount: 2, iterationCount: 5)]
public class LedgerBenchmarks
{
    private const int TransfersPerBlock = 2_000;
    private static readonly Address Dollar = AddressOf(-1);

    private readonly Verified<CheckedTransaction>[] transactions = new Verified<CheckedTransaction>[TransfersPerBlock];
    private LedgerState state = null!;

    [Params(10_000, 100_000)]
    public int Accounts { get; set; }

    [GlobalSetup]
    public void Fund()
    {
        var payers = Enumerable.Range(1, 64).Select(Key).ToArray();
        var addresses = payers.Select(key => key.Address).Concat(Enumerable.Range(0, Accounts).Select(AddressOf));
        var genesis = new Genesis(
            NetworkId.Development,
            new UnixTime(1_800_000_000_000),
            [new GenesisAsset(Dollar, "Dollar", "USD", "1", 9)],
            [.. addresses.Order().Select(account => new Balance(account, Dollar, new Amount(1_000_000_000_000)))],
            Tariff.Default(Dollar),
            new NetworkParameters(),
            [Key(1_000).PublicKey]);
        state = LedgerState.FromGenesis(genesis);
        var random = new Random(1);
        for (var i = 0; i < transactions.Length; i++)
        {
            transactions[i] = Check(payers[i % payers.Length], AddressOf(random.Next(Accounts)), i);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = TransfersPerBlock)]
    public BlockExecution Apply()
    {
        var time = new UnixTime(state.Time.Ms + 1_000);
        var block = state.Begin(time, state.UptimeAt(time));
        foreach (var transaction in transactions)
        {
            if (block.Apply(transaction, out _) != InclusionStatus.Included)
            {
                throw new InvalidOperationException("Every transfer of the benchmark stands.");
            }
        }

        return block;
    }

    [Benchmark(OperationsPerInvoke = TransfersPerBlock)]
    public Hash256 ApplyWithRoots() => Apply().Seal().StateRoot;

    private static Verified<CheckedTransaction> Check(PrivateKey key, Address to, int number)
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

    private static PrivateKey Key(int number)
    {
        var secret = new byte[PrivateKey.SecretSizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(secret, number);
        return PrivateKey.Create(KeyKind.Ed25519, secret);
    }

    private static Address AddressOf(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        Span<byte> hash = stackalloc byte[Hash256.SizeBytes];
        Hash256.Sha256(bytes).CopyTo(hash);
        return new Address(hash[..Address.SizeBytes]);
    }
}
