using System.Buffers.Binary;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

/// <summary>A small network with known keys, and short ways to write, sign and execute its transactions.</summary>
internal sealed partial class LedgerWorld
{
    public static readonly NetworkId Network = NetworkId.Development;
    public static readonly Address Dollar = Named(0xD0);
    public static readonly Address Euro = Named(0xE0);
    public static readonly Address Huge = Named(0xF0);
    public static readonly Address NoAsset = Named(0x99);
    public static readonly UnixTime Start = new(1_800_000_000_000);
    public static readonly NetworkParameters Parameters = new(
        MaxIntentAheadMs: 100_000, RetentionMs: 120_000, MinGraceMs: 5_000, MaxGraceMs: 50_000, HeartbeatMs: 10_000);

    // Keys 0 to 3 are rich, 4 is poor, 5 and 6 have nothing and no account.
    public static readonly PrivateKey[] Pairs = [.. Enumerable.Range(1, 7).Select(Key)];

    private ulong nonce;

    public LedgerWorld(LedgerState? state = null)
    {
        State = state ?? LedgerState.FromGenesis(Genesis());
    }

    public LedgerState State { get; private set; }

    public static Address AddressOf(int key) => Pairs[key].Address;

    public static Address Named(byte value)
    {
        var bytes = new byte[Address.SizeBytes];
        Array.Fill(bytes, value);
        return new Address(bytes);
    }

    public static PrivateKey Key(int number)
    {
        var secret = new byte[PrivateKey.SecretSizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(secret.AsSpan(28), number);
        return PrivateKey.Create(KeyKind.Ed25519, secret);
    }

    /// <summary>Keys of validators: the accounts 0 to 3, then keys that have no account.</summary>
    public static PublicKey[] ValidatorKeys(int count) =>
        [.. Enumerable.Range(0, count).Select(index => (index < 4 ? Pairs[index] : Key(200 + index)).PublicKey)];

    /// <summary>A world of so many validators.</summary>
    public static LedgerWorld WithValidators(int count) =>
        new(LedgerState.FromGenesis(Genesis(validators: ValidatorKeys(count))));

    public static Genesis Genesis(Tariff? tariff = null, IReadOnlyList<PublicKey>? validators = null)
    {
        var balances = new List<Balance>
        {
            new(AddressOf(0), Huge, new Amount(UInt128.MaxValue - 1_000)),
            new(AddressOf(1), Huge, new Amount(1_000)),
            new(AddressOf(4), Dollar, new Amount(45_000)),
            new(Wallets[0].Address, Dollar, new Amount(1_000_000_000)),
            new(Wallets[1].Address, Dollar, new Amount(1_000_000)),
        };
        for (var i = 0; i < 4; i++)
        {
            balances.Add(new Balance(AddressOf(i), Dollar, new Amount(1_000_000_000)));
            balances.Add(new Balance(AddressOf(i), Euro, new Amount(1_000_000)));
        }

        return new Genesis(
            Network,
            Start,
            [
                new GenesisAsset(Dollar, "Dollar", "USD", "1", 9),
                new GenesisAsset(Euro, "Euro", "EUR", "1", 6),
                new GenesisAsset(Huge, "Huge", "HUGE", "1", 0),
            ],
            [.. balances.OrderBy(balance => balance.Account).ThenBy(balance => balance.Asset)],
            tariff ?? Tariff.Default(Dollar).With([new FeeRate(Dollar, 1, 1), new FeeRate(Euro, 1, 999)]),
            Parameters,
            validators ?? ValidatorKeys(4));
    }

    public IntentId NewIntent(ulong aheadMs = 60_000)
    {
        var bytes = new byte[IntentId.NonceSizeBytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ++nonce);
        return IntentId.Create(new UnixTime(State.Time.Ms + aheadMs), bytes);
    }

    public Transaction Write(int key, params Operation[] operations) => new(
        Network,
        AddressOf(key),
        AddressOf(key),
        NewIntent(),
        operations,
        Dollar,
        new Amount(1_000_000_000),
        null);

    public static SignedTransaction Sign(Transaction transaction, params int[] keys)
    {
        var hash = transaction.SigningHash();
        return new SignedTransaction(
            transaction, [.. keys.Select(key => new SignatureProof(Pairs[key].PublicKey, Pairs[key].Sign(hash)))]);
    }

    public static VerificationStatus Verify(SignedTransaction signed) => TransactionVerifier.TryVerify(
        new Unverified<SignedTransaction>(signed), Network, out _);

    /// <summary>Signs with the keys that must sign, and verifies.</summary>
    public static Verified<CheckedTransaction> Check(Transaction transaction)
    {
        var keys = new List<int> { KeyOf(transaction.Signer) };
        if (transaction.FeePayer is { } payer)
        {
            keys.Add(KeyOf(payer));
        }

        var status = TransactionVerifier.TryVerify(
            new Unverified<SignedTransaction>(Sign(transaction, [.. keys])), transaction.Network, out var verified);
        Assert.Equal(VerificationStatus.Verified, status);
        return verified!;
    }

    public BlockExecution Begin(ulong stepMs = 1_000, BlockRoom? room = null)
    {
        var time = new UnixTime(State.Time.Ms + stepMs);
        return State.BeginWith(time, State.UptimeAt(time), room ?? new BlockRoom());
    }

    public ExecutedBlock Seal(BlockExecution block)
    {
        var executed = block.Seal();
        State = executed.State;
        Assert.True(State.IsConserved());
        return executed;
    }

    /// <summary>A block of one transaction; it must stand in it.</summary>
    public Receipt Run(Transaction transaction, ulong stepMs = 1_000)
    {
        var block = Begin(stepMs);
        Assert.Equal(InclusionStatus.Included, block.Apply(Check(transaction), out var receipt));
        Seal(block);
        return receipt!;
    }

    public Receipt Run(int key, params Operation[] operations) => Run(Write(key, operations));

    /// <summary>What a transaction would get in the next block; it must not stand in it.</summary>
    public InclusionStatus Refuse(Transaction transaction, ulong stepMs = 1_000)
    {
        var block = Begin(stepMs);
        var status = block.Apply(Check(transaction), out var receipt);
        Assert.Null(receipt);
        Assert.Equal(State.StateRoot, block.Seal().StateRoot);
        return status;
    }

    public void Pass(ulong ms)
    {
        for (; ms > 0; ms -= Math.Min(ms, 10_000))
        {
            Seal(Begin(Math.Min(ms, 10_000)));
        }
    }

    public Amount BalanceOf(int key, Address? asset = null) => State.BalanceOf(AddressOf(key), asset ?? Dollar);

    /// <summary>Opens a channel from key 0 to key 1, with the voucher key 2.</summary>
    public ChannelId Open(ulong deposit = 1_000, ulong graceMs = 5_000, Address? asset = null)
    {
        var transaction = Write(0, OpenOperation(deposit, graceMs, asset));
        Assert.Equal(TransactionStatus.Ok, Run(transaction).Status);
        return transaction.ChannelIdAt(0);
    }

    public static Operation.OpenChannel OpenOperation(
        ulong deposit = 1_000, ulong graceMs = 5_000, Address? asset = null, Voucher? first = null) => new(
            AddressOf(1), Pairs[2].PublicKey, asset ?? Dollar, new Amount(deposit), graceMs, first);

    public static Voucher VoucherOf(ChannelId channel, UInt128 value, ulong epoch = 1) => new(
        Network, channel, epoch, new Amount(value), Amount.Zero, 1, 1, TickHash.Zero);

    public static Claim ClaimOf(Voucher voucher, int key = 2)
    {
        var proof = new SignatureProof(Pairs[key].PublicKey, Pairs[key].Sign(voucher.SigningHash()));
        return new Claim(voucher, proof, null, []);
    }

    public static Claim ClaimOf(ChannelId channel, UInt128 value, int key = 2) =>
        ClaimOf(VoucherOf(channel, value), key);

    public static Operation.ClaimChannels Claims(params Claim[] claims) => new(claims);

    public static Operation.Transfer Transfer(int to, UInt128 amount, Address? asset = null) =>
        new(asset ?? Dollar, AddressOf(to), new Amount(amount), Hash256.Zero);

    public static int KeyOf(Address address) => Array.FindIndex(Pairs, key => key.Address == address);
}
