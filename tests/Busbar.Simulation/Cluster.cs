using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Simulation;

/// <summary>
/// A cluster of real replicas under a simulated network, disk and clock. One run has one thread and reads nothing from
/// outside: two runs of the same options give the same report. Not thread-safe; runs beside each other are.
/// </summary>
public sealed class Cluster
{
    private const int MinNewBlocks = 3;

    private readonly PriorityQueue<Action, (ulong TimeMs, ulong Order)> events = new();
    private readonly Dictionary<(int From, int To), ulong> cutUntil = [];
    private readonly Dictionary<(PublicKey Key, Hash256 Message, Signature Signature), bool> checkedSignatures = [];
    private readonly List<SimulatedValidator> nodes = [];
    private readonly MessageVerifier verifier;
    private ulong order;
    private int crashes;
    private int evidence;
    private ulong eventHash = 0xCBF2_9CE4_8422_2325;

    private Cluster(ClusterOptions options)
    {
        Options = options;
        Random = new SimulatedRandom(options.Seed);
        Oracle = new SafetyOracle(Blocks);
        Blocks[SimulatedBlock.Genesis.Digest] = SimulatedBlock.Genesis;
        var keys = new List<PrivateKey>();
        for (var i = 0; i < options.Validators; i++)
        {
            keys.Add(PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256(BitConverter.GetBytes(i)).ToArray()));
        }

        Validators = new ValidatorSet([.. keys.Select(key => key.PublicKey)]);
        verifier = new MessageVerifier(NetworkId.Development, 0, Validators, CheckSignature);
        for (var i = 0; i < options.Validators; i++)
        {
            var isFaulty = i == 0 && (options.OneEquivocates || options.OneSilent);
            nodes.Add(new SimulatedValidator(this, i, keys[i], isFaulty));
        }
    }

    internal ClusterOptions Options { get; }

    internal SimulatedRandom Random { get; }

    internal SafetyOracle Oracle { get; }

    internal ValidatorSet Validators { get; }

    internal ulong NowMs { get; private set; }

    internal bool IsHealed => NowMs >= Options.HealAtMs;

    /// <summary>Every block that anybody ever built.</summary>
    internal Dictionary<Hash256, SimulatedBlock> Blocks { get; } = [];

    /// <summary>Runs one cluster from start to end.</summary>
    public static ClusterReport Run(ClusterOptions options) => new Cluster(options).Run();

    internal void After(ulong delayMs, Action action) => events.Enqueue(action, (NowMs + delayMs, order++));

    internal void CountCrash() => crashes++;

    internal void CountEvidence() => evidence++;

    /// <summary>Mixes a fact into the digest of the run.</summary>
    internal void Note(ulong fact)
    {
        unchecked
        {
            eventHash = (eventHash ^ fact ^ (NowMs << 32)) * 0x0000_0100_0000_01B3;
            eventHash ^= eventHash >> 29;
        }
    }

    /// <summary>One message over one link: the real codec and verification, and the faults of the hour.</summary>
    internal void Transmit(int from, int to, Message message, SimulatedBlock? block)
    {
        if (!IsHealed && (Random.Chance(Options.LossPermille) || cutUntil.GetValueOrDefault((from, to)) > NowMs))
        {
            return;
        }

        var bytes = message.Encode();
        var copies = !IsHealed && Random.Chance(Options.DuplicatePermille) ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            var longest = IsHealed ? Math.Min(Options.MaxDelayMs, 15) : Options.MaxDelayMs;
            After(
                Options.MinDelayMs + Random.Below(longest - Math.Min(longest, Options.MinDelayMs) + 1),
                () => Deliver(from, to, bytes, block));
        }
    }

    private void Deliver(int from, int to, byte[] bytes, SimulatedBlock? block)
    {
        if (Message.TryDecode(bytes, out var message) != DecodeError.Unset
            || !verifier.TryVerify(message!, out var verified))
        {
            Oracle.Fail($"validator {to} refused a message of validator {from}");
            return;
        }

        nodes[to].Receive(from, verified, block);
    }

    private ClusterReport Run()
    {
        foreach (var node in nodes)
        {
            After(Random.Below(20), node.Start);
        }

        if (Options.Partitions)
        {
            After(500, CutLinks);
        }

        while (events.TryDequeue(out var action, out var at) && at.TimeMs <= Options.EndAtMs && Oracle.Fault is null)
        {
            NowMs = at.TimeMs;
            action();
        }

        var isStalled = nodes.Any(node => !node.IsFaulty && node.FinalBlocksAfterHealing < MinNewBlocks);
        return new ClusterReport(
            Oracle.Fault,
            isStalled,
            [.. nodes.Select(node => node.FinalView)],
            Oracle.FinalBlocks,
            nodes.Max(node => node.View),
            crashes,
            evidence,
            eventHash);
    }

    private void CutLinks()
    {
        if (IsHealed)
        {
            return;
        }

        // A cut is one-way per link, so that some are asymmetric.
        var until = NowMs + 200 + Random.Below(1_500);
        foreach (var from in nodes)
        {
            foreach (var to in nodes)
            {
                if (Random.Chance(300))
                {
                    cutUntil[(from.Index, to.Index)] = until;
                }
            }
        }

        After(300 + Random.Below(2_000), CutLinks);
    }

    private bool CheckSignature(PublicKey key, Hash256 message, Signature signature)
    {
        if (!checkedSignatures.TryGetValue((key, message, signature), out var isRight))
        {
            checkedSignatures[(key, message, signature)] = isRight = key.Verify(message, signature);
        }

        return isRight;
    }

    internal SimulatedBlock? FetchFromPeers(int self, Hash256 digest)
    {
        foreach (var node in nodes)
        {
            if (node.Index != self && node.IsUp && node.Holds(digest)
                && (IsHealed || (!Random.Chance(Options.LossPermille)
                    && cutUntil.GetValueOrDefault((node.Index, self)) <= NowMs)))
            {
                return Blocks[digest];
            }
        }

        return null;
    }
}
