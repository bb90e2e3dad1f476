using System.Buffers.Binary;
using Busbar.Consensus;
using Busbar.Node;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// The files of a vote journal, as a disk gives them back: an input is the size of the first, then both. Damage
/// anywhere, and whole groups with the right checksums whose content is damaged. Properties: opening never throws,
/// says why it refuses, and what it opens opens again with the same records.
/// </summary>
internal sealed class JournalTarget : FuzzTarget
{
    /// <summary>Bytes that opening may allocate whatever the files: the buffers that groups are read into.</summary>
    public const long AllocatedBytesPerOpening = 512 * 1024;

    private const int SizeSizeBytes = 4;
    private const ulong Salt = 0x0123_4567_89AB_CDEF;

    private static readonly JournalSizes Sizes = new(
        TurnSizeBytes: 2_048, MaxSizeBytes: 64 * 1024, GroupSizeBytes: 1_024, GroupEntries: 8);

    private static readonly JournalIdentity Identity = JournalIdentity.Of(
        DevelopmentKeys.Validator(0).PublicKey, Hash256.Sha256("a network"u8));

    private readonly Mutator mutator;
    private readonly byte[][] bodies;

    public JournalTarget(Mutator mutator, IReadOnlyList<byte[]> records)
        : base("VoteJournal", "VoteJournal.TryOpen")
    {
        this.mutator = mutator;
        bodies =
        [
            .. records.Where(record => record.Length < Sizes.GroupSizeBytes / 4)
                .Select(record => FuzzSources.Encode(writer => writer.Array(1).Array(2).Bytes(record).Null())),
            .. records.Where(record => record.Length < Sizes.GroupSizeBytes / 4)
                .Select(record => FuzzSources.Encode(writer =>
                    writer.Array(2).Array(2).Bytes(record).Bytes(new byte[40]).Array(2).Bytes(record).Null())),
        ];
        Corpus = [Write(1, bodies), Write(2, bodies[..2]), Write(3, [])];
    }

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override byte[] Make(SimulatedRandom random)
    {
        if (random.Chance(500))
        {
            return mutator.Make(Corpus, InputShape.Binary, random);
        }

        var count = 1 + (int)random.Below(4);
        var changed = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            var body = random.Chance(300)
                ? bodies[random.Below((ulong)bodies.Length)]
                : mutator.Make(bodies, InputShape.Cbor, random);
            changed[i] = body.AsSpan(0, Math.Min(body.Length, Sizes.GroupSizeBytes)).ToArray();
        }

        return Write(1 + random.Below(2), changed);
    }

    public override void Run(byte[] input)
    {
        var disk = DiskOf(input);
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var journal = TryOpen(disk, out var reason);
        CheckAllocation(before, input.Length, fixedBytes: AllocatedBytesPerOpening);
        if (journal is null != reason is not null)
        {
            throw new FuzzFaultException("refused without a reason, or opened with one");
        }

        Count(journal is null ? "refused" : "opened");
        if (journal is null)
        {
            return;
        }

        using var again = TryOpen(disk.Copy(), out reason);
        if (again is null || again.Turn != journal.Turn + 1 || !Same(journal.Records, again.Records))
        {
            throw new FuzzFaultException("opened, and not the same when it is opened again: " + reason);
        }
    }

    private static bool Same(IReadOnlyList<JournalRecord> left, IReadOnlyList<JournalRecord> right) =>
        left.Select(record => Convert.ToHexString(record.Encode()))
            .SequenceEqual(right.Select(record => Convert.ToHexString(record.Encode())));

    private static VoteJournal? TryOpen(SimulatedJournalFolder disk, out string? reason) => VoteJournal.TryOpen(
        disk, Identity, 0, default, Sizes, static _ => { }, out reason);

    private static SimulatedJournalFolder DiskOf(byte[] input)
    {
        var disk = new SimulatedJournalFolder();
        if (input.Length < SizeSizeBytes)
        {
            return disk;
        }

        var rest = input.AsSpan(SizeSizeBytes);
        var first = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(input), (uint)rest.Length);
        disk[0] = rest[..first].ToArray();
        disk[1] = rest[first..].ToArray();
        return disk;
    }

    private static byte[] Join(byte[] first, byte[] second)
    {
        var size = new byte[SizeSizeBytes];
        BinaryPrimitives.WriteInt32LittleEndian(size, first.Length);
        return [.. size, .. first, .. second];
    }

    // The files of a turn that holds these groups, with the right checksums whatever the groups say; beside it the turn
    // before, with the first of them.
    private static byte[] Write(ulong turn, byte[][] groups)
    {
        var disk = new SimulatedJournalFolder();
        WriteFile(disk, turn, groups);
        if (turn > 1)
        {
            WriteFile(disk, turn - 1, groups.AsSpan(0, Math.Min(1, groups.Length)).ToArray());
        }
        else
        {
            disk[0] = [];
        }

        return Join(disk[0], disk[1]);
    }

    private static void WriteFile(SimulatedJournalFolder disk, ulong turn, byte[][] groups)
    {
        var needed = JournalHeader.SizeBytes + groups.Sum(group => JournalGroup.SizeOf(group.Length));
        var file = disk.Make((int)(turn % 2), Sizes.FileSize(needed));
        var header = new byte[JournalHeader.SizeBytes];
        new JournalHeader(turn, Salt, default).Write(Identity, header);
        file.Write(header, 0);
        var written = new JournalTurn(file, Salt, Sizes);
        long end = JournalHeader.SizeBytes;
        for (var i = 0; i < groups.Length; i++)
        {
            end = written.Write(end, (ulong)i, new EpochView(0, 100), groups[i], default).End;
        }
    }
}
