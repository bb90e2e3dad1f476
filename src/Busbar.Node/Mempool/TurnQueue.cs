using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Node.Mempool;

/// <summary>
/// Deficit round robin (Shreedhar, Varghese 1995): each lane whose turn comes may spend
/// <see cref="NodeLimits.TurnQuantum"/> units of block cost more, saves what is too little for its first transaction,
/// and loses what it saved when nothing of it waits. Of two lanes that never run out, neither is ever served more than
/// a quantum and a largest transaction before the other: spec/api.md#A-20. Not thread-safe.
/// </summary>
internal sealed class TurnQueue
{
    private readonly Dictionary<Address, Lane> lanes = [];
    private readonly LinkedList<Lane> turns = [];
    private readonly List<LinkedListNode<Lane>> held = [];
    private readonly List<LinkedListNode<Lane>> idle = [];
    private IReadOnlySet<IntentKey> inFlight = new HashSet<IntentKey>();

    /// <summary>Every lane's transactions, oldest first, lane after lane.</summary>
    public IEnumerable<PendingTransaction> All => turns.SelectMany(lane => lane.Waiting);

    /// <summary>Puts a transaction behind those of its lane; a new lane has its turn last.</summary>
    public Place Add(Address key, PendingTransaction pending)
    {
        if (!lanes.TryGetValue(key, out var lane))
        {
            lanes.Add(key, lane = new Lane(key));
            turns.AddLast(lane.Turn);
        }

        return new Place(lane, lane.Waiting.AddLast(pending));
    }

    /// <summary>Takes a transaction out, wherever in its lane it waits.</summary>
    public void Remove(Place place)
    {
        var lane = place.Lane;
        lane.Waiting.Remove(place.Node);
        if (lane.Waiting.Count == 0)
        {
            lanes.Remove(lane.Key);
            turns.Remove(lane.Turn);
        }
    }

    /// <summary>A block begins on blocks that hold these already: until its end, nothing comes or goes.</summary>
    public void BeginBlock(IReadOnlySet<IntentKey> taken)
    {
        inFlight = taken;
        foreach (var lane in turns)
        {
            lane.Next = lane.Waiting.First;
        }
    }

    /// <summary>
    /// Offers transactions in turn, until one finds the block full or none is left. What was included is charged; a
    /// lane with a share that is used up waits for the next block; what was refused otherwise costs its lane nothing.
    /// </summary>
    public void Serve(Func<PendingTransaction, InclusionStatus> offer)
    {
        while (turns.First is { } turn)
        {
            var lane = turn.Value;
            SkipTaken(lane);
            if (lane.Next is not { } next)
            {
                lane.Deficit = 0;
                lane.HasTurn = false;
                turns.RemoveFirst();
                idle.Add(turn);
                continue;
            }

            lane.Deficit += lane.HasTurn ? 0 : NodeLimits.TurnQuantum;
            lane.HasTurn = lane.Deficit >= next.Value.Cost;
            if (!lane.HasTurn)
            {
                turns.RemoveFirst();
                turns.AddLast(turn);
                continue;
            }

            var status = offer(next.Value);
            switch (status)
            {
                case InclusionStatus.BlockFull:
                    return;
                case InclusionStatus.ShareExceeded:
                    turns.RemoveFirst();
                    held.Add(turn);
                    break;
                case InclusionStatus.Included:
                    lane.Deficit -= next.Value.Cost;
                    lane.Next = next.Next;
                    break;
                default:
                    lane.Next = next.Next;
                    break;
            }
        }
    }

    /// <summary>
    /// The block ends. In the next one, whom a share held up has the first turn, and who has nothing left the last.
    /// </summary>
    public void EndBlock()
    {
        for (var i = held.Count - 1; i >= 0; i--)
        {
            turns.AddFirst(held[i]);
        }

        idle.ForEach(turns.AddLast);
        held.Clear();
        idle.Clear();
    }

    private void SkipTaken(Lane lane)
    {
        while (lane.Next is { } next && inFlight.Contains(next.Value.Key))
        {
            lane.Next = next.Next;
        }
    }

    /// <summary>Where a transaction waits.</summary>
    internal readonly record struct Place(Lane Lane, LinkedListNode<PendingTransaction> Node);

    /// <summary>Those that take their turn together, first come first served among themselves.</summary>
    internal sealed class Lane
    {
        public Lane(Address key)
        {
            Key = key;
            Turn = new LinkedListNode<Lane>(this);
        }

        public Address Key { get; }

        public LinkedListNode<Lane> Turn { get; }

        public LinkedList<PendingTransaction> Waiting { get; } = [];

        /// <summary>The next to offer to the block that is being filled.</summary>
        public LinkedListNode<PendingTransaction>? Next { get; set; }

        /// <summary>Units that it may spend.</summary>
        public long Deficit { get; set; }

        /// <summary>It has had this turn's quantum.</summary>
        public bool HasTurn { get; set; }
    }
}
