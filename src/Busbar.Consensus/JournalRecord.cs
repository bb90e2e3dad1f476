using System.Diagnostics.CodeAnalysis;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// What a validator must not forget (spec/consensus.md#C-18). A closed set. Wire: [1, vote, signature] an own vote,
/// [2, certificate], [3, epoch, view, block, executable (0 or 1)].
/// </summary>
public abstract record JournalRecord
{
    private const int OwnVoteKind = 1;
    private const int HeldKind = 2;
    private const int VerdictKind = 3;

    private protected JournalRecord()
    {
    }

    /// <summary>The epoch it belongs to; a record of another epoch is ignored.</summary>
    public abstract ulong Epoch { get; }

    /// <summary>The view it belongs to.</summary>
    public abstract ulong View { get; }

    /// <summary>An own vote; replay uses its signature again and never signs.</summary>
    public sealed record OwnVote(SignedVote Vote) : JournalRecord
    {
        /// <inheritdoc/>
        public override ulong Epoch => Vote.Vote.Epoch;

        /// <inheritdoc/>
        public override ulong View => Vote.Vote.View;
    }

    /// <summary>A notarization or nullification that this replica formed or received.</summary>
    public sealed record Held(Certificate Certificate) : JournalRecord
    {
        /// <inheritdoc/>
        public override ulong Epoch => Certificate.Vote.Epoch;

        /// <inheritdoc/>
        public override ulong View => Certificate.Vote.View;
    }

    /// <summary>What the host said about a notarized block.</summary>
    public sealed record Verdict(ulong InEpoch, ulong InView, Hash256 Block, bool Executable) : JournalRecord
    {
        /// <inheritdoc/>
        public override ulong Epoch => InEpoch;

        /// <inheritdoc/>
        public override ulong View => InView;
    }

    /// <summary>The encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(192);
        switch (this)
        {
            case OwnVote own:
                writer.Array(3).Number(OwnVoteKind);
                own.Vote.Write(writer);
                break;
            case Held held:
                writer.Array(2).Number(HeldKind);
                held.Certificate.Write(writer);
                break;
            case Verdict verdict:
                writer.Array(5).Number(VerdictKind).Number(verdict.InEpoch).Number(verdict.InView);
                writer.Hash(verdict.Block).Number(verdict.Executable ? 1UL : 0UL);
                break;
            default:
                throw new InvariantBrokenException("journal records are a closed set");
        }

        return writer.ToArray();
    }

    /// <summary>Decodes a record.</summary>
    public static DecodeError TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out JournalRecord? record)
    {
        var reader = new CanonicalReader(bytes);
        var items = reader.Array(2, 5);
        JournalRecord? decoded = reader.Number(VerdictKind) switch
        {
            OwnVoteKind when items == 3 => SignedVote.Read(ref reader) is { } vote ? new OwnVote(vote) : null,
            HeldKind when items == 2 => Certificate.Read(ref reader) is { } certificate ? new Held(certificate) : null,
            VerdictKind when items == 5 =>
                new Verdict(reader.Number(), reader.Number(), reader.Hash(), reader.Number(1) == 1),
            _ => null,
        };
        if (decoded is null)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        record = reader.Finish() ? decoded : null;
        return reader.Error;
    }
}
