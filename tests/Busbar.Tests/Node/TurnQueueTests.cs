using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Mempool;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Node;

/// <summary>Deficit round robin against what fairness means.</summary>
public sealed class TurnQueueTests
{
    private static readonly UnixTime Now = new(1_800_000_000_000);
    private static readonly HashSet<IntentKey> None = [];

    [Fact]
    public void A20_two_backlogged_lanes_never_differ_by_more_than_a_quantum_and_a_largest_transaction()
    {
        var (most, blocks) = (0L, 0);
        var cost = Gen.Frequency((6, Gen.Int[0, 1_000]), (2, Gen.Int[0, 30_000]), (1, Gen.Int[0, 120_000]));
        var lane = cost.Array[1, 60];
        Gen.Select(lane.Array[2, 8], Gen.Int[0, int.MaxValue]).Sample(
            (lanes, seed) =>
            {
                var run = new FairRun(lanes, new Random(seed));
                run.Finish();
                most = Math.Max(most, run.MostApart);
                blocks += run.Blocks;
            },
            iter: 300,
            threads: 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{blocks} blocks, {most} units apart at the most");

        // A bound that nothing comes near proves nothing.
        Assert.True(most > 100_000);
        Assert.True(blocks > 1_000);
    }

    [Fact]
    public void A20_a_lane_that_has_nothing_to_spend_saves_nothing()
    {
        var queue = new TurnQueue();
        var (one, two) = (Named(1), Named(2));
        var first = queue.Add(one, Sized(one, 300));
        for (var i = 0; i < 30; i++)
        {
            queue.Add(two, Sized(two, 300));
        }

        Assert.Equal(31, Serve(queue, None, int.MaxValue).Count);
        queue.Remove(first);
        for (var i = 0; i < 30; i++)
        {
            queue.Add(one, Sized(one, 300));
        }

        var served = Serve(queue, None, 12);
        Assert.Equal(6, served.Count(pending => pending.Key.Account == one));
    }

    [Fact]
    public void A20_a_block_goes_on_where_the_last_one_was_full()
    {
        var queue = new TurnQueue();
        var taken = new HashSet<IntentKey>();
        foreach (var lane in Enumerable.Range(1, 6).Select(Named))
        {
            for (var i = 0; i < 4; i++)
            {
                queue.Add(lane, Sized(lane, 300));
            }
        }

        // Three of each lane are a turn.
        var order = new List<Address>();
        for (var block = 0; block < 4; block++)
        {
            var served = Serve(queue, taken, 6);
            taken.UnionWith(served.Select(pending => pending.Key));
            order.AddRange(served.Select(pending => pending.Key.Account));
        }

        Assert.Equal(
            [.. Enumerable.Range(1, 6).SelectMany(lane => Enumerable.Repeat(Named(lane), 3)),
                .. Enumerable.Range(1, 6).Select(Named)],
            order);
        Assert.Empty(Serve(queue, taken, 6));
        Assert.Equal(24, queue.All.Count());
    }

    [Fact]
    public void A20_whom_a_share_holds_up_waits_for_the_next_block_and_is_first_there()
    {
        var queue = new TurnQueue();
        foreach (var lane in Enumerable.Range(1, 3).Select(Named))
        {
            queue.Add(lane, Sized(lane, 300));
            queue.Add(lane, Sized(lane, 300));
        }

        var offered = new List<Address>();
        InclusionStatus Offer(PendingTransaction pending)
        {
            offered.Add(pending.Key.Account);
            return pending.Key.Account == Named(2) ? InclusionStatus.ShareExceeded : InclusionStatus.BlockFull;
        }

        queue.BeginBlock(None);
        queue.Serve(Offer);
        queue.EndBlock();
        Assert.Equal([Named(1)], offered);
        queue.BeginBlock(None);
        queue.Serve(pending => pending.Key.Account == Named(1) ? InclusionStatus.Included : Offer(pending));
        queue.EndBlock();
        Assert.Equal([Named(1), Named(2), Named(3)], offered);
        Assert.Equal(Named(2), Serve(queue, None, 1)[0].Key.Account);
    }

    [Fact]
    public void A20_what_is_refused_costs_its_lane_nothing()
    {
        var queue = new TurnQueue();
        var (one, two) = (Named(1), Named(2));
        var bad = Enumerable.Range(0, 5).Select(_ => Sized(one, 300)).ToArray();
        Array.ForEach(bad, pending => queue.Add(one, pending));
        queue.Add(one, Sized(one, 300));
        queue.Add(two, Sized(two, 300));
        var served = new List<PendingTransaction>();
        queue.BeginBlock(None);
        queue.Serve(pending =>
        {
            if (bad.Contains(pending))
            {
                return InclusionStatus.FeeNotPayable;
            }

            served.Add(pending);
            return InclusionStatus.Included;
        });
        queue.EndBlock();
        Assert.Equal([one, two], served.Select(pending => pending.Key.Account));
    }

    private static List<PendingTransaction> Serve(TurnQueue queue, HashSet<IntentKey> taken, int count)
    {
        var served = new List<PendingTransaction>();
        queue.BeginBlock(taken);
        queue.Serve(pending =>
        {
            if (served.Count == count)
            {
                return InclusionStatus.BlockFull;
            }

            served.Add(pending);
            return InclusionStatus.Included;
        });
        queue.EndBlock();
        return served;
    }

    private static Address Named(int number)
    {
        var bytes = new byte[Address.SizeBytes];
        bytes[^1] = (byte)number;
        return new Address(bytes);
    }

    private static PendingTransaction Sized(Address account, int sizeBytes) => TestPending.Of(
        account,
        Now,
        null,
        [new Operation.Transfer(DevelopmentNetwork.Dollar, account, new Amount(1), Hash256.Zero)],
        sizeBytes);

    // Blocks of random room; what one took is final before the next, or in flight, or in a block that lost.
    private sealed class FairRun
    {
        private readonly TurnQueue queue = new();
        private readonly Random random;
        private readonly Dictionary<IntentKey, (int Lane, TurnQueue.Place Place)> places = [];
        private readonly int[] waiting;
        private readonly long[] served;
        private readonly long largest;

        public FairRun(int[][] lanes, Random random)
        {
            this.random = random;
            waiting = [.. lanes.Select(sizes => sizes.Length)];
            served = new long[lanes.Length];
            for (var lane = 0; lane < lanes.Length; lane++)
            {
                foreach (var size in lanes[lane])
                {
                    var pending = Sized(Named(lane + 1), size);
                    places.Add(pending.Key, (lane, queue.Add(Named(lane + 1), pending)));
                    largest = Math.Max(largest, pending.Cost);
                }
            }
        }

        public long MostApart { get; private set; }

        public int Blocks { get; private set; }

        public void Finish()
        {
            var inFlight = new HashSet<IntentKey>();
            while (waiting.Any(count => count > 0))
            {
                // Nobody starves: a block that has room for anything takes something.
                var took = Fill(inFlight);
                Assert.NotEmpty(took);
                inFlight.UnionWith(took);
                Blocks++;
                if (random.Next(2) == 0)
                {
                    foreach (var key in inFlight)
                    {
                        queue.Remove(places[key].Place);
                    }

                    inFlight.Clear();
                }
            }
        }

        private List<IntentKey> Fill(HashSet<IntentKey> inFlight)
        {
            var took = new List<IntentKey>();
            var room = largest + random.Next(500_000);
            queue.BeginBlock(inFlight);
            queue.Serve(pending =>
            {
                if (pending.Cost > room)
                {
                    return InclusionStatus.BlockFull;
                }

                room -= pending.Cost;
                took.Add(pending.Key);
                Take(places[pending.Key].Lane, pending.Cost);
                return InclusionStatus.Included;
            });
            queue.EndBlock();
            return took;
        }

        private void Take(int lane, long cost)
        {
            Assert.True(waiting[lane] > 0);
            served[lane] += cost;
            for (var other = 0; other < waiting.Length; other++)
            {
                // Both had something to offer at every moment up to this one.
                if (other != lane && waiting[other] > 0)
                {
                    var apart = Math.Abs(served[lane] - served[other]);
                    MostApart = Math.Max(MostApart, apart);
                    Assert.InRange(apart, 0, NodeLimits.TurnQuantum + largest);
                }
            }

            waiting[lane]--;
        }
    }
}
