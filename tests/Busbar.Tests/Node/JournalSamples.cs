using System.Buffers.Binary;
using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Storage;
using Busbar.Simulation;
using Busbar.Proofs;

namespace Busbar.Tests.Node;

/// <summary>What tests of the vote journal write and look for.</summary>
internal static class JournalSamples
{
    /// <summary>Small enough that a test comes to every bound in no time.</summary>
    public static readonly JournalSizes Small = new(
        TurnSizeBytes: 2_048, MaxSizeBytes: 8_192, GroupSizeBytes: 1_024, GroupEntries: 8);

    public static readonly JournalIdentity Identity = JournalIdentity.Of(
        DevelopmentKeys.Validator(0).PublicKey, Hash256.Sha256("a network"u8));

    /// <summary>Groups of a journal's file: where each begins, and where its body ends.</summary>
    public static List<(int Offset, int End)> GroupsIn(byte[] file)
    {
        var groups = new List<(int Offset, int End)>();
        for (var offset = JournalHeader.SizeBytes;
            offset < file.Length - 48 && BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(offset)) == 0xB0_5B_A2_02;)
        {
            var end = offset + 48 + BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(offset + 4));
            groups.Add((offset, end));
            offset = (end + 15) / 16 * 16;
        }

        return groups;
    }

    public static Vote VoteIn(ulong view, VoteKind kind = VoteKind.Notarize, ulong epoch = 0) =>
        new(kind, epoch, view, view - 1, Hash256.Sha256([(byte)view, (byte)(view >> 8)]));

    public static JournalRecord.Verdict Verdict(ulong view, ulong epoch = 0) => new(VoteIn(view, epoch: epoch), true);

    public static JournalEntry Entry(ulong view, byte[]? block = null, ulong epoch = 0) =>
        new(Verdict(view, epoch), block);

    /// <summary>An entry whose group, alone, takes this much of a file.</summary>
    public static JournalEntry EntryOfGroup(ulong view, long sizeBytes)
    {
        var block = 0;
        for (; SizeWith(block + 1) <= sizeBytes; block++)
        {
        }

        Assert.Equal(sizeBytes, SizeWith(block));
        return Entry(view, new byte[block]);

        long SizeWith(int blockSizeBytes)
        {
            var body = new CanonicalWriter();
            body.Array(1).Array(2).Bytes(Verdict(view).Encode()).Bytes(new byte[blockSizeBytes]);
            return JournalGroup.SizeOf(body.WrittenSpan.Length);
        }
    }

    public static JournalRecord.OwnVote OwnVote(ulong view, VoteKind kind)
    {
        var vote = VoteIn(view, kind);
        return new JournalRecord.OwnVote(new SignedVote(
            vote, DevelopmentKeys.Validator(0).Sign(vote.SigningHash(NetworkId.Development))));
    }

    /// <summary>A certificate as large as one can be.</summary>
    public static Certificate LargestCertificate(ulong view)
    {
        var signature = Signature.FromBytes(new byte[Signature.SizeBytes]);
        var signers = Enumerable.Range(0, ValidatorSet.MaxCount).ToArray();
        return new Certificate(VoteIn(view), signers, [.. signers.Select(_ => signature)]);
    }

    public static VoteJournal Create(SimulatedJournalFolder disk, Action<ulong>? turnBegan = null) =>
        VoteJournal.Create(disk, Identity, default, Small, turnBegan ?? Ignore);

    public static VoteJournal? TryOpen(
        SimulatedJournalFolder disk, out string? reason, ulong knownTurn = 1, ulong finalView = 0) =>
        VoteJournal.TryOpen(disk, Identity, knownTurn, new EpochView(0, finalView), Small, Ignore, out reason);

    public static VoteJournal Open(SimulatedJournalFolder disk, ulong knownTurn = 1, ulong finalView = 0)
    {
        var journal = TryOpen(disk, out var reason, knownTurn, finalView);
        Assert.Null(reason);
        return journal!;
    }

    public static string Refused(SimulatedJournalFolder disk, ulong knownTurn = 1, ulong finalView = 0)
    {
        Assert.Null(TryOpen(disk, out var reason, knownTurn, finalView));
        Assert.Contains("must not vote under its key again", reason, StringComparison.Ordinal);
        return reason!;
    }

    public static ulong[] Views(VoteJournal journal) => [.. journal.Records.Select(record => record.Vote.View)];

    private static void Ignore(ulong turn)
    {
        // Tests that care for turns tell the journal what was known.
    }
}
