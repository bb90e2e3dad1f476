using Busbar.Keys;

namespace Busbar.Proofs;

/// <summary>
/// The proof that one validator set follows another: the last block of an epoch, certified by the old set, names the
/// new one. A chain of these leads from genesis to the set of today. Wire: [header, certificate, [key…]].
/// spec/consensus.md#C-53.
/// </summary>
/// <param name="Header">The last block of the epoch.</param>
/// <param name="Finalization">Its certificate.</param>
/// <param name="Next">The keys of the next set, in voting order.</param>
public sealed record Handover(BlockHeader Header, Certificate Finalization, IReadOnlyList<PublicKey> Next)
{
    /// <summary>The set that follows, or null when this proves none.</summary>
    /// <param name="current">The set that is known to vote in the header's epoch.</param>
    /// <param name="network">The network.</param>
    /// <param name="check">How a signature is checked; null for the real thing.</param>
    public ValidatorSet? TryFollow(ValidatorSet current, NetworkId network, SignatureCheck? check = null)
    {
        ArgumentNullException.ThrowIfNull(current);
        check ??= static (key, message, signature) => key.Verify(message, signature);
        var vote = Finalization.Vote;
        if (Header.Network != network || Header.Validators != current.Digest || vote.Kind != VoteKind.Finalize
            || vote.Epoch != Header.Epoch || vote.Block != Header.Digest() || !ValidatorSet.AreValid(Next)
            || !Finalization.Verify(current, network, check))
        {
            return null;
        }

        var next = new ValidatorSet(Next);
        return next.Digest == Header.NextValidators && next.Digest != current.Digest ? next : null;
    }

    /// <summary>Writes an array of three items.</summary>
    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Array(3);
        Header.Write(writer);
        Finalization.Write(writer);
        writer.Array(Next.Count);
        foreach (var key in Next)
        {
            writer.Bytes(key.Bytes);
        }
    }

    /// <summary>Reads an array of three items; null after an error.</summary>
    public static Handover? Read(ref CanonicalReader reader)
    {
        reader.Array(3);
        var header = BlockHeader.Read(ref reader);
        var finalization = header is null ? null : Certificate.Read(ref reader);
        var count = finalization is null ? 0 : reader.Array(1, ValidatorSet.MaxCount);
        var keys = new List<PublicKey>(count);
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            var bytes = reader.Bytes(PublicKey.SizeBytes(KeyKind.Ed25519));
            if (!reader.Failed && PublicKey.TryCreate(KeyKind.Ed25519, bytes, out var key))
            {
                keys.Add(key);
            }
        }

        return reader.Failed ? null : new Handover(header!, finalization!, keys);
    }
}
