using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

/// <summary>How mandates stand in the state, and how they leave it.</summary>
public sealed class MandateStateTests
{
    private readonly LedgerWorld world = new();

    [Fact]
    public void L50_L141_every_form_of_a_mandate_is_read_back_as_it_was_written()
    {
        Fill(world);
        var state = world.State;
        var loaded = LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries());
        Assert.Equal(2, loaded.Mandates().Count());
        foreach (var (left, right) in state.Mandates().Zip(loaded.Mandates()))
        {
            Assert.Equal(left with { Scope = right.Scope, Allowances = right.Allowances }, right);
            Assert.Equal(left.Scope.Operations, right.Scope.Operations);
            Assert.Equal(left.Scope.Payees, right.Scope.Payees);
            Assert.Equal(left.Allowances, right.Allowances);
        }

        Assert.Equal(state.StateRoot, loaded.StateRoot);
        Assert.Equal(
            [0x09, .. AddressOf(1).ToArray(), .. Dollar.ToArray()],
            StateKey.OfMandate(new MandateKey(AddressOf(1), Dollar)));
    }

    [Fact]
    public void L149_a_mandate_leaves_the_state_when_it_expires_whoever_holds_it_and_at_most_256_a_block()
    {
        var expiry = world.State.Time.Ms + 50_000;
        Operation.GrantMandate Of(int number, ulong laterMs) => MandateTests.Grant(0) with
        {
            Signer = At(number),
            Expiry = new UnixTime(expiry + laterMs),
        };
        world.Run(0, [.. Enumerable.Range(0, 200).Select(number => Of(number, 0))]);
        world.State.Fold();
        world.Run(0, [.. Enumerable.Range(200, 100).Select(number => Of(number, 0))]);
        world.Run(0, Of(300, 1), new Operation.RevokeMandate(Of(5, 0).Signer));

        world.Seal(world.Begin(expiry - 1 - world.State.Time.Ms));
        Assert.Equal(300, world.State.Mandates().Count());
        var loaded = new LedgerWorld(LedgerState.Load(
            world.State.Genesis, world.State.Height, world.State.Time, world.State.UptimeMs, world.State.Entries()));
        var first = world.Seal(world.Begin(1));
        Assert.Equal(loaded.Seal(loaded.Begin(1)).StateRoot, first.StateRoot);
        Assert.Equal(300 - 256, world.State.Mandates().Count());
        Assert.DoesNotContain(world.State.Mandates(), mandate => mandate.Key.Signer <= Of(256, 0).Signer);

        var delta = world.Seal(world.Begin(1)).Delta.Entries;
        Assert.Equal(300 - 256, delta.Count);
        Assert.All(delta, entry => Assert.Null(entry.Value));
        Assert.Empty(world.State.Mandates());
    }

    [Fact]
    public void L149_an_expired_mandate_that_waits_to_be_dropped_is_dead_and_may_be_replaced()
    {
        var time = world.State.Time.Ms + 5_000;
        Operation.GrantMandate Of(int number) => MandateTests.Grant(0) with
        {
            Signer = At(number),
            Expiry = new UnixTime(time),
        };
        world.Run(0, [.. Enumerable.Range(1, 200).Select(Of)]);
        world.Run(0, [.. Enumerable.Range(201, 100).Select(Of), MandateTests.Grant(5) with { Expiry = new(time) }]);
        var transaction = world.Write(0, MandateTests.Grant(5) with { Expiry = new(time + 90_000) });
        Assert.Equal(TransactionStatus.Ok, world.Run(transaction, time - world.State.Time.Ms).Status);
        world.Seal(world.Begin(1));
        Assert.Equal(time + 90_000, Assert.Single(world.State.Mandates()).Expiry.Ms);
    }

    private static Address At(int number) => new([0xAA, .. new byte[17], (byte)(number / 256), (byte)(number % 256)]);

    /// <summary>Mandates of every form, one of them spent from.</summary>
    internal static void Fill(LedgerWorld world)
    {
        var grant = MandateTests.Grant(
            3,
            new MandateLimit(Dollar, new Amount(90_000), new MandateWindow(new Amount(90_000), 70_000)),
            new MandateLimit(Huge, null, null));
        Assert.Equal(TransactionStatus.Ok, world.Run(0, grant).Status);
        var below = MandateTests.Grant(2) with { Scope = new([OperationCode.Transfer], [AddressOf(1)]) };
        var transaction = world.Write(0, below) with { Signer = AddressOf(3) };
        Assert.Equal(TransactionStatus.Ok, world.Run(transaction).Status);
    }

    /// <summary>Entries that no ledger writes.</summary>
    internal static IEnumerable<StateEntry> Wrong()
    {
        var key = StateKey.OfMandate(new MandateKey(Dollar, Euro));
        static byte[] Of(int code, Action<CanonicalWriter> limits)
        {
            var writer = new CanonicalWriter();
            writer.Array(6).Hash(default).Null().Number(1UL).Array(1).Number((ulong)code).Null();
            limits(writer);
            return writer.ToArray();
        }

        static CanonicalWriter Total(CanonicalWriter writer, Address asset, ulong total, ulong spent) =>
            writer.Array(3).Address(asset).Array(2).Number(total).Number(spent).Null();

        static CanonicalWriter Window(CanonicalWriter writer, ulong size, ulong refill, ulong lacking) =>
            writer.Array(1).Array(3).Address(Dollar).Null().Array(4).Number(size).Number(refill).Number(lacking)
                .Number(1UL);

        yield return new(key, [0x80]);
        yield return new([0x09, 1], Of(1, writer => writer.Array(0)));
        yield return new(key, Of(0, writer => writer.Array(0)));
        yield return new(key, Of(1, writer => Total(writer.Array(1), Dollar, 1, 2)));
        yield return new(key, Of(1, writer => Total(Total(writer.Array(2), Dollar, 1, 1), Dollar, 1, 1)));
        yield return new(key, Of(1, writer => Window(writer, 0, 1, 0)));
        yield return new(key, Of(1, writer => Window(writer, 1, 0, 0)));
        yield return new(key, Of(1, writer => Window(writer, 2, 3, 7)));
    }
}
