using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

/// <summary>How assets, streams, escrows and freezes stand in the state; used by the tests of all objects.</summary>
public sealed class ObjectStateTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L52_L108_L120_L130_L190_every_form_of_an_object_is_read_back_as_it_was_written()
    {
        Fill(world);
        var state = world.State;
        var loaded = LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries());
        Assert.Equal(state.Assets(), loaded.Assets());
        Assert.Equal(state.Streams(), loaded.Streams());
        Assert.Equal(state.FrozenBalances(), loaded.FrozenBalances());
        Assert.Equal(state.X402Channels(), loaded.X402Channels());
        Assert.Equal(2, loaded.X402Channels().Count());
        Assert.Equal(3, loaded.Escrows().Count());
        foreach (var (left, right) in state.Escrows().Zip(loaded.Escrows()))
        {
            Assert.Equal(left with { Conditions = right.Conditions }, right);
            Assert.Equal(left.Conditions.HashLock, right.Conditions.HashLock);
            Assert.Equal(left.Conditions.Attestors?.Addresses, right.Conditions.Attestors?.Addresses);
            Assert.Equal(left.Conditions.Attestors?.Threshold, right.Conditions.Attestors?.Threshold);
        }

        Assert.Equal(state.StateRoot, loaded.StateRoot);
        Assert.True(loaded.IsConserved());
    }

    [Fact]
    public void L7_what_streams_escrows_and_x402_channels_hold_is_part_of_the_supply()
    {
        Fill(world);
        foreach (var kind in new[] { StateKey.StreamKind, StateKey.EscrowKind, StateKey.X402ChannelKind })
        {
            var entries = world.State.Entries().Where(entry => entry.Key[0] != kind);
            Assert.False(LedgerState.Load(Genesis(), 1, Start, 0, entries).IsConserved());
        }
    }

    [Fact]
    public void L50_keys_of_objects_are_their_kind_and_their_fields()
    {
        var id = Hash256.Sha256([1]);
        Assert.Equal([0x07, .. id.ToArray()], StateKey.OfStream(new StreamId(id)));
        Assert.Equal([0x08, .. id.ToArray()], StateKey.OfEscrow(new EscrowId(id)));
        Assert.Equal(
            [0x0E, .. AddressOf(1).ToArray(), .. Dollar.ToArray()],
            StateKey.OfFrozenBalance(new BalanceKey(AddressOf(1), Dollar)));
    }

    /// <summary>At least one object of each kind.</summary>
    internal static void Fill(LedgerWorld world)
    {
        var create = world.Write(0, new Operation.CreateAsset("Ünit", "U", "1", 0, new Amount(9), true));
        world.Run(create);
        var withdrawing = LedgerWorld.X402Config();
        Assert.Equal(
            TransactionStatus.Ok,
            world.Run(
                0,
                Deposit(withdrawing, 500),
                Deposit(LedgerWorld.X402Config(1), 7),
                new Operation.RequestX402Withdrawal(withdrawing.IdIn(Network), new Amount(3))).Status);
        var attestors = new AttestorSet(1, [AddressOf(2)]);
        var escrow = new Operation.LockEscrow(
            AddressOf(1), Dollar, new Amount(5), new UnixTime(world.State.Time.Ms + 900_000),
            new EscrowConditions(Hash256.Zero, attestors));
        var stream = new Operation.StartStream(AddressOf(1), Dollar, Amount.MaxValue, new Amount(5));
        MandateStateTests.Fill(world);
        world.Run(0, stream with { Deposit = new Amount(9), Rate = Amount.MaxValue });
        Assert.Equal(
            TransactionStatus.Ok,
            world.Run(
                0,
                new Operation.Freeze(create.AssetAddressAt(0), AddressOf(1)),
                stream with { Deposit = new Amount(7) },
                escrow,
                escrow with { Conditions = new EscrowConditions(null, attestors) },
                escrow with { Conditions = new EscrowConditions(Hash256.Zero, null) }).Status);
    }

    /// <summary>Entries that no ledger writes.</summary>
    internal static IEnumerable<StateEntry> Wrong()
    {
        var zero = new byte[20];
        static byte[] Encode(Action<CanonicalWriter> write)
        {
            var writer = new CanonicalWriter();
            write(writer);
            return writer.ToArray();
        }

        byte[] StreamOf(ulong rate, ulong deposit, ulong withdrawn) => Encode(writer =>
            writer.Array(7).Bytes(zero).Bytes(zero).Bytes(zero).Number(rate).Number(deposit).Number(withdrawn)
                .Number(1UL));

        byte[] EscrowOf(ulong amount, Action<CanonicalWriter> conditions) => Encode(writer => conditions(
            writer.Array(7).Bytes(zero).Bytes(zero).Bytes(zero).Number(amount).Number(1UL)));

        byte[] AssetOf(bool issued, ulong freezable) => Encode(writer =>
        {
            writer.Array(7).Text("A").Text("A").Text("1").Number(0UL).Number(0UL);
            writer.OptionalAddress(issued ? Dollar : null).Number(freezable);
        });

        byte[] X402Of(ulong delay, ulong deposit, ulong claimed, ulong wanted) => Encode(writer =>
        {
            writer.Array(11).Bytes(zero).Bytes(zero).Bytes(zero).Bytes(zero).Bytes(zero);
            writer.Number(delay).Bytes(new byte[32]);
            writer.Number(deposit).Number(claimed).Number(0UL).Array(2).Number(wanted).Number(1UL);
        });

        yield return new(StateKey.OfX402Channel(default), [0x80]);
        yield return new([0x20, 1], X402Of(5, 1, 0, 1));
        yield return new(StateKey.OfX402Channel(default), X402Of(5, 1, 2, 1));
        yield return new(StateKey.OfX402Channel(default), X402Of(5, 1, 0, 0));
        yield return new(StateKey.OfX402Channel(default), X402Of(1UL << 40, 1, 0, 1));
        yield return new(StateKey.OfAsset(Dollar), AssetOf(false, 1));
        yield return new(StateKey.OfAsset(Dollar), AssetOf(true, 2));
        yield return new(StateKey.OfStream(default), [0x80]);
        yield return new([0x07, 1], StreamOf(1, 1, 0));
        yield return new(StateKey.OfStream(default), StreamOf(0, 1, 0));
        yield return new(StateKey.OfStream(default), StreamOf(1, 0, 0));
        yield return new(StateKey.OfStream(default), StreamOf(1, 5, 5));
        yield return new(StateKey.OfStream(default), StreamOf(1, 5, 6));
        yield return new(StateKey.OfEscrow(default), [0x80]);
        yield return new(StateKey.OfEscrow(default), EscrowOf(0, writer => writer.Hash(Hash256.Zero).Null()));
        yield return new(StateKey.OfEscrow(default), EscrowOf(1, writer => writer.Null().Null()));
        yield return new(
            StateKey.OfEscrow(default),
            EscrowOf(1, writer => writer.Null().Array(2).Number(2UL).Array(1).Bytes(zero)));
        yield return new(StateKey.OfFrozenBalance(new BalanceKey(Dollar, Dollar)), [0x80]);
        yield return new([0x0E, 1], [0x81, 0]);
    }
}
