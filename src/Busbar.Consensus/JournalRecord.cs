using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// What a validator must not forget (spec/consensus.md#C-13): each own vote, before any byte of it is used. Wire:
/// [epoch, vote, signature].
/// </summary>
/// <param name="Vote">The own vote.</param>
/// <param name="Signature">Its signature; replay uses it again and never signs.</param>
public sealed record JournalRecord(Vote Vote, Signature Signature)
{
    /// <summary>The encoding.</summary>
    public byte[] Encode()
    {
        var writer = new CanonicalWriter(192);
        writer.Array(2);
        Vote.Write(writer);
        writer.Bytes(Signature.ToArray());
        return writer.ToArray();
    }

    /// <summary>Decodes a record.</summary>
    public static DecodeError TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out JournalRecord? record)
    {
        record = null;
        var reader = new CanonicalReader(bytes);
        reader.Array(2);
        var vote = Vote.Read(ref reader);
        var signature = reader.Bytes(Signature.SizeBytes);
        if (reader.Finish())
        {
            record = new JournalRecord(vote, Signature.FromBytes(signature));
        }

        return reader.Error;
    }
}
