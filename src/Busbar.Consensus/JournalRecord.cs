using System.Diagnostics.CodeAnalysis;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// What a validator must not forget (spec/consensus.md#C-43). A closed set. Wire: [1, vote, signature] an own vote,
/// [2, certificate], [3, vote, executable (0 or 1)].
/// </summary>
public abstract record JournalRecord
{
    private const int OwnVoteKind = 1;
    private const int HeldKind = 2;
    private const int VerdictKind = 3;

    private protected JournalRecord()
    {
    }

    /// <summary>The vote that the record is about; it says epoch, view and block.</summary>
    public abstract Vote Vote { get; }

    /// <summary>An own vote; replay uses its signature again and never signs.</summary>
    public sealed record OwnVote(SignedVote Signed) : JournalRecord
    {
        /// <inheritdoc/>
        public override Vote Vote => Signed.Vote;
    }

    /// <summary>A notarization or nullification that this replica formed or received.</summary>
    public sealed record Held(Certificate Certificate) : JournalRecord
    {
        /// <inheritdoc/>
        public override Vote Vote => Certificate.Vote;
    }

    /// <summary>What the host said about a notarized block.</summary>
    public sealed record Verdict(Vote Notarized, bool Executable) : JournalRecord
    {
        /// <inheritdoc/>
        public override Vote Vote => Notarized;
    }

    /// <summary>The encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(192);
        switch (this)
        {
            case OwnVote own:
                writer.Array(3).Number(OwnVoteKind);
                own.Signed.Write(writer);
                break;
            case Held held:
                writer.Array(2).Number(HeldKind);
                held.Certificate.Write(writer);
                break;
            case Verdict verdict:
                writer.Array(3).Number(VerdictKind);
                verdict.Notarized.Write(writer);
                writer.Number(verdict.Executable ? 1UL : 0UL);
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
        var items = reader.Array(2, 3);
        JournalRecord? decoded = reader.Number(VerdictKind) switch
        {
            OwnVoteKind when items == 3 => SignedVote.Read(ref reader) is { } signed ? new OwnVote(signed) : null,
            HeldKind when items == 2 => Certificate.Read(ref reader) is { } certificate ? new Held(certificate) : null,
            VerdictKind when items == 3 => new Verdict(Vote.Read(ref reader), reader.Number(1) == 1),
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
