namespace Busbar.Simulation;

/// <summary>What one seed draws: which faults, how strong, and who lies.</summary>
internal sealed class FaultPlan
{
    private static readonly string[] Actors =
    [
        ActorNames.Equivocator, ActorNames.Withholder, ActorNames.StaleParentLeader, ActorNames.NullifyThenFinalizer,
        ActorNames.CertificateFlooder, ActorNames.FutureViewSpammer, ActorNames.InvalidBlockLeader, ActorNames.Repeater,
        ActorNames.Twins, ActorNames.Silent, ActorNames.GreedyLeader,
    ];

    public FaultPlan(SimulationOptions options, SimulatedRandom random)
    {
        var faulty = (options.Validators - 1) / 3;
        if (options.Faults.HasFlag(Faults.Byzantine))
        {
            var count = options.Actor is null ? (int)random.Below((ulong)faulty + 1) : faulty;
            for (var i = 0; i < count; i++)
            {
                ActorOf[i] = options.Actor ?? Actors[random.Below((ulong)Actors.Length)];
            }
        }

        if (options.Faults.HasFlag(Faults.Network))
        {
            LossPermille = random.Chance(700) ? random.Below(500) : 0;
            DuplicatePermille = random.Chance(500) ? random.Below(200) : 0;
            MaxDelayMs = random.Chance(300) ? 150 : 5 + random.Below(40);
            Partitions = random.Chance(600);
            ClockJumps = random.Chance(300);
        }

        if (options.Faults.HasFlag(Faults.Crash) && options.CrashAtBoundary == 0)
        {
            CrashPermille = random.Chance(600) ? 1 + random.Below(30) : 0;
            SlowDisk = random.Chance(300);
            Rolling = random.Chance(200);
            DamagedJournals = random.Chance(300);

            // A wiped validator never votes again under its key, so it counts as one of the faulty ones.
            if (ActorOf.Count < faulty && random.Chance(300))
            {
                Wiped = options.Validators - 1;
                WipedReturns = random.Chance(500);
            }
        }
        // A key may be replaced in any weather, as long as its validator is honest and the only one that is replaced.
        RotatesKey = Wiped is null && !ActorOf.ContainsKey(options.Validators - 1) && options.Faults != Faults.None
            && random.Chance(200);
    }

    public Dictionary<int, string> ActorOf { get; } = [];

    public ulong LossPermille { get; }

    public ulong DuplicatePermille { get; }

    public ulong MinDelayMs { get; } = 1;

    public ulong MaxDelayMs { get; } = 5;

    public bool Partitions { get; }

    public bool ClockJumps { get; }

    public ulong CrashPermille { get; }

    public bool SlowDisk { get; }

    public bool Rolling { get; }

    public bool DamagedJournals { get; }

    public int? Wiped { get; }

    /// <summary>The others vote a new key in for the wiped validator.</summary>
    public bool WipedReturns { get; }

    /// <summary>The last validator's key is replaced by vote, at some time before or after healing.</summary>
    public bool RotatesKey { get; }

    public override string ToString()
    {
        var parts = new List<string>();
        parts.AddRange(ActorOf.Select(actor => $"{actor.Value} at {actor.Key}"));
        Add(LossPermille > 0, $"loss {LossPermille}/1000");
        Add(DuplicatePermille > 0, $"duplicates {DuplicatePermille}/1000");
        Add(MaxDelayMs > 5, $"delays to {MaxDelayMs} ms");
        Add(Partitions, "partitions");
        Add(ClockJumps, "clock jumps");
        Add(CrashPermille > 0, $"crashes {CrashPermille}/1000");
        Add(SlowDisk, "slow disks");
        Add(Rolling, "rolling restarts");
        Add(DamagedJournals, "damaged journals");
        Add(RotatesKey, "a key is replaced");
        Add(Wiped is not null, $"validator {Wiped} wiped" + (WipedReturns ? ", returns under a new key" : ""));
        return parts.Count == 0 ? "nothing goes wrong" : string.Join(", ", parts);

        void Add(bool isSo, string what)
        {
            if (isSo)
            {
                parts.Add(what);
            }
        }
    }
}
