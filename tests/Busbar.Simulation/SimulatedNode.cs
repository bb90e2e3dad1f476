using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node.Exchange;
using Busbar.Node.Hosting;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Simulation.Actors;

namespace Busbar.Simulation;

/// <summary>
/// One machine: the real <see cref="Validator"/> on a simulated clock, disk and network. It dies at any durability
/// boundary and comes back with what its disk kept.
/// </summary>
internal sealed partial class SimulatedNode
{
    private readonly Simulation world;
    private readonly SimulatedDisk disk;
    private readonly PeerMessageReader reader;
    private readonly Dictionary<ValidatorTimer, ulong> timerTurn = [];
    private readonly List<(JournalRecord Record, byte[]? Block)> appended = [];
    private Validator? validator;
    private ulong incarnation;
    private ulong timerTurns;
    private ulong syncSequence;
    private bool syncAsked;
    private int boundaries;
    private ulong slowUntilMs;

    public SimulatedNode(Simulation world, int index, PrivateKey key, string? actorName)
    {
        this.world = world;
        Index = index;
        Key = key;
        disk = new SimulatedDisk(world.Genesis, key.PublicKey);
        reader = new PeerMessageReader(world.Genesis.Network, world.Memory, parallel: false);
        Actor = actorName is null ? null : Actors.Actor.Create(actorName, world, this);
    }

    public int Index { get; }

    public PrivateKey Key { get; private set; }

    /// <summary>What makes it lie, or null for an honest one.</summary>
    public Actor? Actor { get; }

    public bool IsHonest => Actor is null;

    public bool IsUp => validator is not null;

    public Validator? Validator => validator;

    public ulong Height => validator?.Head.Height ?? disk.Height;

    public bool MayVote => disk.MayVote;

    public int Boundaries => boundaries;

    /// <summary>Added to the simulation's time.</summary>
    public long ClockOffsetMs { get; set; }

    public ulong BytesSent { get; private set; }

    public StoredBlock? FindBlock(ulong height) => disk.FindBlock(height);

    public void Start()
    {
        if (Actor is { IsSilent: true } || validator is not null)
        {
            return;
        }

        incarnation++;
        timerTurn.Clear();
        appended.Clear();
        syncAsked = false;
        var (state, floor, journal, blocks) = disk.Load();
        validator = new Validator(
            new ValidatorOptions
            {
                Key = Key,
                MayVote = disk.MayVote,
                Pace = new Pace
                {
                    LeaderTimeoutMs = world.Timing.LeaderTimeoutMs,
                    AdvanceTimeoutMs = world.Timing.AdvanceTimeoutMs,
                    RetryMs = world.Timing.RetryMs,
                    StandstillMs = world.Timing.StandstillMs,
                    GrowthCap = world.Timing.GrowthCap,
                },
                Check = world.CheckSignature,
                StatusMs = world.Timing.StatusMs,
                FetchMs = world.Timing.FetchMs,
            },
            this,
            reader,
            state,
            floor,
            journal,
            blocks)
        {
            Stored = final =>
            {
                world.Clients.Look();
                world.OnBlock(this, SimulationSetting.Final, new CandidateBlock(
                    final.Block.Header.Digest(), final.Block, final.Executed));
            },
            Built = block => world.OnBlock(this, SimulationSetting.Proposed, block),
            Notarized = block => world.OnBlock(this, SimulationSetting.Notarized, block),
        };
        world.Note(this, "starts", $"at height {state.Height}" + (disk.MayVote ? string.Empty : ", votes no more"));
        Run(validator.Start);
        foreach (var other in world.Nodes.Where(other => other != this))
        {
            Run(() => validator?.OnConnected(other.Key.PublicKey));
            other.Run(() => other.validator?.OnConnected(Key.PublicKey));
        }
    }

    /// <summary>Bytes that came over a link.</summary>
    public void Receive(SimulatedNode from, byte[] bytes)
    {
        if (validator is null)
        {
            return;
        }

        if (!reader.TryRead(bytes, from.Key.PublicKey, out var input))
        {
            if (from.IsHonest)
            {
                world.Fail($"validator {Index} refused a message of honest validator {from.Index}");
            }

            return;
        }

        if (input is null || (Actor is { IgnoresItself: true } && IsOwnVote(input)))
        {
            return;
        }

        Actor?.See(input);
        Run(() => validator?.OnReceived(from.Key.PublicKey, input));
    }

    /// <summary>Runs something in this machine's loop, and what a loop does after it.</summary>
    public void Run(Action action)
    {
        if (validator is null)
        {
            return;
        }

        action();
        validator?.EndBatch();
        WriteJournal();
        if (validator is { } running && running.HeldBlocks > 2 * Node.NodeLimits.HeldBlocks)
        {
            world.Fail($"validator {Index} holds {running.HeldBlocks} blocks");
        }
    }

    /// <summary>Dies here if the plan says so. True: whatever was under way does not go on.</summary>
    public bool MayDie(string where)
    {
        if (!IsHonest || validator is null)
        {
            return validator is null;
        }

        boundaries++;
        var dies = world.Options.CrashAtBoundary > 0
            ? Index == 0 && boundaries == world.Options.CrashAtBoundary
            : !world.IsHealed && world.Random.Chance(world.Plan.CrashPermille);
        if (dies)
        {
            Die(where);
        }

        return dies;
    }

    public void Die(string where)
    {
        if (validator is null)
        {
            return;
        }

        world.CountCrash(this, where);
        if (world.Plan.DamagedJournals && world.Random.Chance(100) && world.MayLoseVote(this))
        {
            world.Note(this, "dies", "and a bit of its journal flips");
            disk.CrashWithDamage(world.Random);
        }
        else
        {
            disk.Crash(world.Random);
        }

        validator = null;
        incarnation++;
        world.After(1 + world.Random.Below(400), () =>
        {
            world.CountRestart();
            Start();
        });
    }

    public void Wipe()
    {
        world.CountCrash(this, "its disk is lost");
        validator = null;
        incarnation++;
        disk.Wipe();
        world.After(1 + world.Random.Below(400), () =>
        {
            world.CountRestart();
            Start();
        });
    }

    /// <summary>The operator gives the machine another key.</summary>
    public void TakeNewKey(PrivateKey key)
    {
        Key = key;
        validator = null;
        incarnation++;
        disk.TakeNewKey(key.PublicKey);
        world.CountRestart();
        Start();
    }

    public void SlowDisk(ulong forMs) => slowUntilMs = world.NowMs + forMs;

    private bool IsOwnVote(PeerInput input) => input is PeerInput.Consensus consensus && validator is { } running
        && consensus.Message.Value switch
        {
            Message.VoteCast cast => cast.Signer == running.Head.Validators.IndexOf(Key.PublicKey),
            Message.Proposal proposal => running.Head.Validators.LeaderOf(proposal.Vote.Vote.View)
                == running.Head.Validators.IndexOf(Key.PublicKey),
            _ => false,
        };

    // What was under way when a machine died does not happen in its next life.
    private void Later(ulong delayMs, Action action)
    {
        var life = incarnation;
        world.After(delayMs, () =>
        {
            if (life == incarnation && validator is not null)
            {
                action();
            }
        });
    }
}
