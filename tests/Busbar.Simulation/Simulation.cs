using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Exchange;
using Busbar.Node.Hosting;
using Busbar.Proofs;
using Busbar.Simulation.Oracles;

namespace Busbar.Simulation;

/// <summary>
/// A network of real validators under a simulated network, disk and clock. One run has one thread and reads nothing
/// from outside: two runs of the same options give the same report. Not thread-safe; runs beside each other are.
/// </summary>
public sealed partial class Simulation
{
    /// <summary>The time at which every run begins.</summary>
    internal const ulong StartMs = 1_800_000_000_000;

    private const ulong MaxClockErrorMs = 2_000;
    private const int MinNewBlocks = 2;
    private const int MaxEvents = 4_000_000;

    private readonly PriorityQueue<Action, (ulong TimeMs, ulong Order)> events = new();
    private readonly Dictionary<(int From, int To), ulong> cutUntil = [];
    private readonly Dictionary<(PublicKey Key, Hash256 Message, Signature Signature), bool> checkedSignatures = [];
    private readonly List<SimulatedNode> nodes = [];
    private readonly Dictionary<int, ulong> heightAtHealing = [];
    private readonly HashSet<int> lostVoters = [];
    private readonly SimulationSetting setting;
    private BlockObserver? observer;
    private ulong order;
    private int crashes;
    private int restarts;
    private int partitions;
    private int evidence;
    private ulong lastEpoch;
    private ulong eventHash = 0xCBF2_9CE4_8422_2325;
    private string? fault;

    internal Simulation(SimulationOptions options, SimulationSetting? setting = null)
    {
        setting ??= new SimulationSetting();
        this.setting = setting;
        Options = options;
        Random = new SimulatedRandom(options.Seed);
        Plan = new FaultPlan(options, Random);
        Timing = setting.Timing;
        Genesis = SimulatedGenesis.Create(options.Validators, Timing.HeartbeatMs);
        Memory = new TransactionMemory(Genesis.Network);
        Votes = new VoteOracle(Fail);
        Ledger = new LedgerOracle(Genesis, Fail);
        Clients = new SimulatedClients(this);
        for (var i = 0; i < options.Validators; i++)
        {
            nodes.Add(new SimulatedNode(this, i, SimulatedGenesis.Validator(i), Plan.ActorOf.GetValueOrDefault(i)));
        }

        AddTwins();
    }

    internal SimulationOptions Options { get; }

    internal FaultPlan Plan { get; }

    internal Timing Timing { get; }

    internal SimulatedRandom Random { get; }

    internal Genesis Genesis { get; }

    internal TransactionMemory Memory { get; }

    internal VoteOracle Votes { get; }

    internal LedgerOracle Ledger { get; }

    internal SimulatedClients Clients { get; }

    internal IReadOnlyList<SimulatedNode> Nodes => nodes;

    internal ulong NowMs { get; private set; }

    internal bool IsHealed => NowMs >= Options.HealAtMs;

    /// <summary>Runs one network from start to end.</summary>
    public static SimulationReport Run(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Simulation(options).Run();
    }

    /// <summary>Runs a network without faults until something holds, and tells what happens to its blocks.</summary>
    internal void RunUntil(BlockObserver told, Func<bool> isDone)
    {
        observer = told;
        foreach (var node in nodes)
        {
            After(0, node.Start);
        }

        while (!isDone() && fault is null && events.TryDequeue(out var action, out var at)
            && at.TimeMs <= Options.EndAtMs)
        {
            NowMs = at.TimeMs;
            action();
        }

        Invariant.Check(fault is null);
        Invariant.Check(isDone());
    }

    internal void OnBlock(SimulatedNode node, string what, CandidateBlock block) =>
        observer?.Invoke(this, node, what, block);

    internal void After(ulong delayMs, Action action) => events.Enqueue(action, (NowMs + delayMs, order++));

    /// <summary>The first broken promise ends the run.</summary>
    internal void Fail(string what)
    {
        if (fault is null)
        {
            fault = what;
            Options.Trace?.Invoke($"{NowMs,7} ms  UNSAFE: {what}");
        }
    }

    internal void CountCrash(SimulatedNode node, string where)
    {
        crashes++;
        Note(node, "dies", where);
    }

    internal void CountRestart() => restarts++;

    internal void OnEpoch(ulong epoch) => lastEpoch = Math.Max(lastEpoch, epoch);

    internal void OnEvidence(SimulatedNode by, ulong epoch, Output.Evidence found)
    {
        evidence++;
        var key = by.Validator!.Head.Validators.Keys[found.Signer];
        var accused = nodes.FirstOrDefault(node => node.Key.PublicKey.Equals(key));
        if (accused is { IsHonest: true })
        {
            Fail($"validator {by.Index} has proof against honest validator {accused.Index}: {found.First.Vote}, "
                + found.Second.Vote);
        }

        Note(by, "proves", $"validator {found.Signer} of epoch {epoch} said {found.First.Vote.Kind} and "
            + $"{found.Second.Vote.Kind} in view {found.First.Vote.View}");
    }

    internal void OnVoteBeforeDurable(SimulatedNode node, Vote vote) =>
        Fail($"validator {node.Index} sent a vote that is not durable: {vote}");

    /// <summary>One validator fewer may lose its vote for good: as long as f are not faulty yet.</summary>
    internal bool MayLoseVote(SimulatedNode node)
    {
        var faulty = Plan.ActorOf.Count + (Plan.Wiped is null ? 0 : 1) + lostVoters.Count;
        return !IsHealed && node.Index != Plan.Wiped && node.MayVote && faulty < (Options.Validators - 1) / 3
            && lostVoters.Add(node.Index);
    }

    internal void OnStored(SimulatedNode node, FinalBlock final)
    {
        var header = final.Block.Header;
        Mix(header.Height ^ ((ulong)node.Index << 48) ^ 0xF1A1_0000);
        if (!node.IsHonest)
        {
            return;
        }

        if (Options.Trace is not null)
        {
            Tell($"validator {node.Index} stores block {header.Height} of epoch {header.Epoch}, view {header.View}, "
                + $"with {final.Block.Transactions.Count} transactions");
        }

        if (final.Block.Finalization is { } finalization)
        {
            Votes.OnCertificate(finalization);
        }

        // A block's voters had the time of its proposal behind them, or half a second before them, on their clocks.
        var clockErrorMs = Plan.ClockJumps ? MaxClockErrorMs : 0;
        if (header.Time.Ms > StartMs + NowMs + NodeLimits.ClockAheadMs + clockErrorMs)
        {
            Fail($"block {header.Height} comes from the future");
        }

        Ledger.OnStored(node.Index, final);
        if (!final.Executed.State.IsConserved())
        {
            Fail($"an asset is not conserved after block {header.Height} at validator {node.Index}");
        }
    }

    /// <summary>Something happened: into the digest of the run, and into the story if somebody listens.</summary>
    internal void Note(SimulatedNode node, string verb, string what)
    {
        Mix(((ulong)node.Index << 40) ^ (ulong)verb.Length ^ ((ulong)what.Length << 20));
        Options.Trace?.Invoke($"{NowMs,7} ms  validator {node.Index} {verb} {what}");
    }

    internal void Tell(string what) => Options.Trace?.Invoke($"{NowMs,7} ms  {what}");

    internal bool CheckSignature(PublicKey key, Hash256 message, Signature signature)
    {
        if (!checkedSignatures.TryGetValue((key, message, signature), out var isRight))
        {
            checkedSignatures[(key, message, signature)] = isRight = key.Verify(message, signature);
        }

        return isRight;
    }

    private void AddTwins()
    {
        foreach (var node in nodes.Where(node => node.Actor is { IgnoresItself: true }).ToArray())
        {
            nodes.Add(new SimulatedNode(this, nodes.Count, node.Key, ActorNames.Twins));
        }
    }

    private SimulationReport Run()
    {
        Options.Trace?.Invoke($"seed {Options.Seed}, {Options.Validators} validators: {Plan}");
        foreach (var node in nodes)
        {
            After(Random.Below(20), node.Start);
        }

        PlanFaults();
        if (setting.HasClients)
        {
            Clients.Start();
        }

        After(Options.HealAtMs, Heal);
        var count = 0;
        while (fault is null && !IsRecovered() && events.TryDequeue(out var action, out var at)
            && at.TimeMs <= Options.EndAtMs && count++ < MaxEvents)
        {
            NowMs = at.TimeMs;
            Act(action);
        }

        if (fault is null)
        {
            Ledger.CheckEnd(nodes, Clients);
        }

        return new SimulationReport
        {
            Seed = Options.Seed,
            Unsafe = fault,
            Stalled = fault is null && !IsRecovered() ? WhatIsStalled() : null,
            FinalizedBlocks = Ledger.Height,
            Crashes = crashes,
            Partitions = partitions,
            Equivocations = evidence,
            Restarts = restarts,
            Payments = Ledger.Payments,
            Operations = Ledger.Operations,
            Epochs = (int)lastEpoch,
            Boundaries = nodes[0].Boundaries,
            Story = Plan.ToString(),
            EventHash = eventHash,
        };
    }

    // A broken invariant would end a real node: here it ends the run, with the seed that leads there.
    private void Act(Action action)
    {
        try
        {
            action();
        }
        catch (InvariantBrokenException broken)
        {
            Fail(broken.Message);
        }
    }

    private void Heal()
    {
        Tell("everything heals");
        cutUntil.Clear();
        foreach (var node in nodes)
        {
            node.ClockOffsetMs = 0;
            heightAtHealing[node.Index] = node.Height;
        }
    }

    private IEnumerable<SimulatedNode> Honest => nodes.Where(node => node.IsHonest);

    // Every honest machine has new final blocks, and every payment has its end.
    private bool IsRecovered() => IsHealed && Clients.IsDone
        && Honest.All(node => node.IsUp && node.Height >= heightAtHealing[node.Index] + MinNewBlocks);

    private string WhatIsStalled()
    {
        var behind = Honest.Where(node => !node.IsUp
            || node.Height < heightAtHealing.GetValueOrDefault(node.Index) + MinNewBlocks).Select(node => node.Index);
        return $"validators without new final blocks: [{string.Join(", ", behind)}]; payments without an end: "
            + Clients.Open;
    }

    private void Mix(ulong fact)
    {
        unchecked
        {
            eventHash = (eventHash ^ fact ^ (NowMs << 32)) * 0x0000_0100_0000_01B3;
            eventHash ^= eventHash >> 29;
        }
    }
}
