using System.Diagnostics.CodeAnalysis;

namespace Busbar.Proofs;

/// <summary>
/// A statement about a final block, whole: whoever trusts a validator set needs nothing and nobody else. Wire:
/// ["busbar/proof/1", [handover…], [header…], finalization, statement]. spec/ledger.md#L-48.
/// </summary>
/// <param name="Handovers">From the trusted set to that of the block's epoch; empty when it is the same.</param>
/// <param name="Headers">
/// The block's header, and those of the blocks that stand on it, up to one that is certified itself.
/// </param>
/// <param name="Finalization">The last header's certificate.</param>
/// <param name="Statement">What is stated of the first header's block.</param>
public sealed record LedgerProof(
    IReadOnlyList<Handover> Handovers,
    IReadOnlyList<BlockHeader> Headers,
    Certificate Finalization,
    Statement Statement)
{
    /// <summary>Bytes of a proof at the most.</summary>
    public const int MaxSizeBytes = 16 * 1024 * 1024;

    /// <summary>Handovers of a proof at the most: a client that was away for longer catches up in steps.</summary>
    public const int MaxHandovers = 1_024;

    /// <summary>Headers of a proof at the most.</summary>
    public const int MaxHeaders = 512;

    /// <summary>The block that the statement is about.</summary>
    public BlockHeader Header => Headers[0];

    /// <summary>What a device spends to check it.</summary>
    public ProofCost Cost => new(
        Encode().Length,
        (2 * Handovers.Count) + Headers.Count + 1 + Statement.HashCount,
        Handovers.Sum(handover => handover.Finalization.Signers.Count) + Finalization.Signers.Count);

    /// <summary>Checks everything from a trusted set on; on success, gives the set of the block's epoch.</summary>
    /// <param name="network">The network.</param>
    /// <param name="trusted">The set that is trusted, with its epoch.</param>
    /// <param name="reached">The set of the block's epoch, with that epoch.</param>
    public ProofStatus Check(NetworkId network, TrustedSet trusted, out TrustedSet reached)
    {
        reached = trusted;
        foreach (var handover in Handovers)
        {
            if (handover.Header.Epoch != reached.Epoch
                || handover.TryFollow(reached.Validators, network) is not { } next)
            {
                return ProofStatus.HandoverInvalid;
            }

            reached = new TrustedSet(reached.Epoch + 1, next);
        }

        if (Headers[0].Network != network)
        {
            return ProofStatus.WrongNetwork;
        }

        if (Headers[0].Epoch != reached.Epoch)
        {
            return ProofStatus.EpochUnknown;
        }

        if (!IsChain(reached))
        {
            return ProofStatus.HeadersBroken;
        }

        var vote = Finalization.Vote;
        var last = Headers[^1];
        if (vote.Kind != VoteKind.Finalize || vote.Epoch != last.Epoch || vote.Block != last.Digest()
            || !Finalization.Verify(reached.Validators, network))
        {
            return ProofStatus.CertificateInvalid;
        }

        return Statement.IsTrueIn(Headers[0]) ? ProofStatus.Valid : ProofStatus.StatementFalse;
    }

    /// <summary>The canonical encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(4_096);
        writer.Array(5).Text(DomainTag.Proof).Array(Handovers.Count);
        foreach (var handover in Handovers)
        {
            handover.Write(writer);
        }

        writer.Array(Headers.Count);
        foreach (var header in Headers)
        {
            header.Write(writer);
        }

        Finalization.Write(writer);
        Statement.Write(writer);
        return writer.ToArray();
    }

    /// <summary>Decodes bytes from anywhere; nothing in them is checked yet.</summary>
    public static DecodeError TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LedgerProof? proof)
    {
        proof = null;
        if (bytes.Length > MaxSizeBytes)
        {
            return DecodeError.WrongLength;
        }

        var reader = new CanonicalReader(bytes);
        reader.Array(5);
        if (reader.Text(DomainTag.Proof.Length) != DomainTag.Proof)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var handovers = new List<Handover>();
        for (var left = reader.Array(0, MaxHandovers); left > 0 && !reader.Failed; left--)
        {
            if (Handover.Read(ref reader) is { } handover)
            {
                handovers.Add(handover);
            }
        }

        var headers = new List<BlockHeader>();
        for (var left = reader.Array(1, MaxHeaders); left > 0 && !reader.Failed; left--)
        {
            if (BlockHeader.Read(ref reader) is { } header)
            {
                headers.Add(header);
            }
        }

        var finalization = reader.Failed ? null : Certificate.Read(ref reader);
        var statement = finalization is null ? null : Statement.Read(ref reader);
        if (reader.Finish() && statement is not null)
        {
            proof = new LedgerProof(handovers, headers, finalization!, statement);
        }

        return reader.Error;
    }

    private bool IsChain(TrustedSet validators)
    {
        for (var i = 0; i < Headers.Count; i++)
        {
            var header = Headers[i];
            if (header.Epoch != validators.Epoch || header.Validators != validators.Validators.Digest
                || (i > 0 && (header.Parent != Headers[i - 1].Digest() || header.Height != Headers[i - 1].Height + 1)))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Validators that somebody trusts, and the epoch in which they vote.</summary>
public readonly record struct TrustedSet(ulong Epoch, ValidatorSet Validators);

/// <summary>What checking a proof takes.</summary>
/// <param name="SizeBytes">Bytes of the proof.</param>
/// <param name="Hashes">SHA-256 computations, of a few hundred bytes each; a handover's key list is longer.</param>
/// <param name="SignatureChecks">Ed25519 checks.</param>
public readonly record struct ProofCost(int SizeBytes, int Hashes, int SignatureChecks);

/// <summary>What checking a proof gave. Numbers never change.</summary>
public enum ProofStatus
{
    /// <summary>No status.</summary>
    Unset = 0,

    /// <summary>Everything in it is shown to be true of a final block.</summary>
    Valid = 1,

    /// <summary>A handover does not follow from the set before it.</summary>
    HandoverInvalid = 2,

    /// <summary>It is about another network.</summary>
    WrongNetwork = 3,

    /// <summary>The block is of an epoch that the handovers do not lead to.</summary>
    EpochUnknown = 4,

    /// <summary>The headers are no chain of blocks of the epoch.</summary>
    HeadersBroken = 5,

    /// <summary>The certificate is none of the epoch's validators for the last header.</summary>
    CertificateInvalid = 6,

    /// <summary>The block's roots do not hold what is stated.</summary>
    StatementFalse = 7,
}
