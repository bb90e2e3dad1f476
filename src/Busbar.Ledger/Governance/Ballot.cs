using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// The votes for a proposal that a quorum has not decided yet. Wire: [proposal, epoch, opener, [voter…]].
/// spec/ledger.md#L-82.
/// </summary>
/// <param name="Id">The proposal's digest; stands in the key, not in the value.</param>
/// <param name="Proposal">What is voted on.</param>
/// <param name="Epoch">The epoch whose validators vote.</param>
/// <param name="Opener">Index of the validator that voted first.</param>
/// <param name="Voters">Indexes of all that voted, rising.</param>
public sealed record Ballot(Hash256 Id, Proposal Proposal, ulong Epoch, int Opener, IReadOnlyList<int> Voters)
{
    internal void Write(CanonicalWriter writer)
    {
        writer.Array(4);
        Proposal.Write(writer);
        writer.Number(Epoch).Number((ulong)Opener).Array(Voters.Count);
        foreach (var voter in Voters)
        {
            writer.Number((ulong)voter);
        }
    }

    internal static Ballot? Read(Hash256 id, ref CanonicalReader reader)
    {
        reader.Array(4);
        var proposal = Proposal.Read(ref reader);
        var epoch = reader.Number();
        var opener = (int)reader.Number(ValidatorSet.MaxCount - 1);
        var voters = new int[reader.Array(1, ValidatorSet.MaxCount)];
        for (var i = 0; i < voters.Length && !reader.Failed; i++)
        {
            voters[i] = (int)reader.Number(ValidatorSet.MaxCount - 1);
            if (i > 0 && voters[i] <= voters[i - 1])
            {
                reader.Fail(DecodeError.OutOfRange);
            }
        }

        if (proposal is null || reader.Failed)
        {
            return null;
        }

        if (proposal.Digest() != id || !voters.Contains(opener))
        {
            reader.Fail(DecodeError.OutOfRange);
            return null;
        }

        return new Ballot(id, proposal, epoch, opener, voters);
    }
}
