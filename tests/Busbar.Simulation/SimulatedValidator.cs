using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Simulation;

/// <summary>
/// A host of one replica: carries its outputs out on a simulated disk and network, and dies and comes
/// back.
/// </summary>
internal sealed partial class SimulatedValidator(Cluster cluster, int index, PrivateKey key, bool isFaulty)
{
    private readonly List<JournalRecord> journal = [];
    private readonly HashSet<Hash256> durableBlocks = [SimulatedBlock.Genesis.Digest];
    private readonly HashSet<Hash256> held = [SimulatedBlock.Genesis.Digest];
    private readonly Queue<Action> unsynced = [];
    private readonly Dictionary<TimerKind, ulong> timerTurn = [];
    private readonly Equivocator? equivocator = isFaulty && cluster.Options.OneEquivocates
        ? new Equivocator(cluster, index, key)
        : null;

    private Replica? replica;
    private FinalFloor durableFloor = new(0, SimulatedBlock.Genesis.Digest);
    private ulong incarnation;
    private ulong seenView;
    private ulong timerTurns;
    private ulong appended;

    public int Index => index;

    public bool IsFaulty => isFaulty;

    public bool IsUp => replica is not null;

    public ulong FinalView => replica?.Floor.View ?? durableFloor.View;

    public ulong View => replica?.View ?? 0;

    public int FinalBlocksAfterHealing { get; private set; }

    public bool Holds(Hash256 digest) => held.Contains(digest);

    public void Start()
    {
        if (isFaulty && cluster.Options.OneSilent)
        {
            return;
        }

        held.Clear();
        held.UnionWith(durableBlocks);
        unsynced.Clear();
        incarnation++;
        seenView = 0;
        replica = new Replica(
            new ReplicaOptions
            {
                Network = NetworkId.Development,
                Epoch = 0,
                Validators = cluster.Validators,
                Key = key,
                HeartbeatMs = 400,
                LeaderTimeoutMs = 60,
                AdvanceTimeoutMs = 90,
                RetryMs = 60,
                StandstillMs = 500,
                GrowthCap = 16,
            },
            durableFloor,
            journal);
        Step(new Input.Started());
    }

    public void Receive(int from, Verified<Message> message, SimulatedBlock? block)
    {
        if (replica is null)
        {
            return;
        }

        if (block is not null)
        {
            held.Add(block.Digest);
        }

        equivocator?.See(message.Value);
        Step(new Input.MessageReceived(from, message));
    }

    private void Step(Input input)
    {
        if (replica is not { } running)
        {
            return;
        }

        var outputs = new List<Output>();
        running.Step(input, outputs);
        foreach (var output in outputs)
        {
            CarryOut(output);
            if (replica is null)
            {
                return;
            }
        }

        if (running.View != seenView)
        {
            seenView = running.View;
            cluster.Note(((ulong)index << 48) ^ seenView);
            if (cluster.Random.Chance(cluster.Options.WorkPermille))
            {
                Later(cluster.Random.Below(30), new Input.WorkAvailable());
            }
        }
    }

    private void Later(ulong delayMs, Input input) => Later(delayMs, () => Step(input));

    // What was under way when a validator died does not happen in its next life.
    private void Later(ulong delayMs, Action action)
    {
        var life = incarnation;
        cluster.After(delayMs, () =>
        {
            if (life == incarnation && replica is not null)
            {
                action();
            }
        });
    }

    private bool MayDie()
    {
        if (isFaulty || cluster.IsHealed || !cluster.Random.Chance(cluster.Options.CrashPermille))
        {
            return false;
        }

        cluster.CountCrash();
        cluster.Note(0xDEAD ^ (ulong)index);

        // The disk may have taken any part of what was on its way, in order.
        var kept = cluster.Random.Below((ulong)unsynced.Count + 1);
        for (var i = 0UL; i < kept; i++)
        {
            unsynced.Dequeue()();
        }

        replica = null;
        incarnation++;
        cluster.After(cluster.Random.Below(400), Start);
        return true;
    }
}
