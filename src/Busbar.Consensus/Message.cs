using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// What validators send each other. A closed set. Wire: [1, vote, signature] a proposal, [2, signer, vote, signature]
/// a vote, [3, certificate], [4, from, to] a request. spec/consensus.md#C-6.
/// </summary>
public abstract record Message
{
    private const int ProposalKind = 1;
    private const int VoteKindNumber = 2;
    private const int CertificateKind = 3;
    private const int RequestKind = 4;

    private protected Message()
    {
    }

    /// <summary>The leader's notarize vote of its own block; the host sends the block with it.</summary>
    public sealed record Proposal(SignedVote Vote) : Message;

    /// <summary>A vote.</summary>
    /// <param name="Signer">Index of the validator whose vote it is.</param>
    /// <param name="Vote">The vote with its signature.</param>
    public sealed record VoteCast(int Signer, SignedVote Vote) : Message;

    /// <summary>A certificate, from whomever.</summary>
    public sealed record CertificateSeen(Certificate Certificate) : Message;

    /// <summary>"Send me what you hold that clears these views."</summary>
    public sealed record Request(ulong FromView, ulong ToView) : Message;

    /// <summary>The encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter();
        switch (this)
        {
            case Proposal proposal:
                writer.Array(3).Number(ProposalKind);
                proposal.Vote.Write(writer);
                break;
            case VoteCast cast:
                writer.Array(4).Number(VoteKindNumber).Number((ulong)cast.Signer);
                cast.Vote.Write(writer);
                break;
            case CertificateSeen seen:
                writer.Array(2).Number(CertificateKind);
                seen.Certificate.Write(writer);
                break;
            case Request request:
                writer.Array(3).Number(RequestKind).Number(request.FromView).Number(request.ToView);
                break;
            default:
                throw new InvariantBrokenException("messages are a closed set");
        }

        return writer.ToArray();
    }

    /// <summary>Decodes a message; nothing of it is checked but its form.</summary>
    public static DecodeError TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Unverified<Message>? message)
    {
        var reader = new CanonicalReader(bytes);
        var items = reader.Array(2, 4);
        Message? decoded = reader.Number(RequestKind) switch
        {
            ProposalKind when items == 3 => ReadProposal(ref reader),
            VoteKindNumber when items == 4 => ReadVote(ref reader),
            CertificateKind when items == 2 => ReadCertificate(ref reader),
            RequestKind when items == 3 => new Request(reader.Number(), reader.Number()),
            _ => null,
        };
        if (decoded is null)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        message = reader.Finish() && decoded is not null ? new Unverified<Message>(decoded) : null;
        return reader.Error;
    }

    private static Proposal? ReadProposal(ref CanonicalReader reader) =>
        SignedVote.Read(ref reader) is { } vote ? new Proposal(vote) : null;

    private static VoteCast? ReadVote(ref CanonicalReader reader)
    {
        var signer = (int)reader.Number(ValidatorSet.MaxCount - 1);
        return SignedVote.Read(ref reader) is { } vote ? new VoteCast(signer, vote) : null;
    }

    private static CertificateSeen? ReadCertificate(ref CanonicalReader reader) =>
        Certificate.Read(ref reader) is { } certificate ? new CertificateSeen(certificate) : null;
}
