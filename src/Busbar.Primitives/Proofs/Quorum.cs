namespace Busbar.Proofs;

/// <summary>
/// How much agreement makes a certificate. Two quorums share more than the faulty can be, and what the faulty leave
/// is still a quorum, for every n and every distribution of weights. Pure and thread-safe. spec/consensus.md#C-2.
/// </summary>
public static class Quorum
{
    /// <summary>f, the validators of n that may be faulty: (n - 1) / 3, rounded down.</summary>
    /// <param name="n">Validators, 1 or more.</param>
    public static int FaultsOf(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return (n - 1) / 3;
    }

    /// <summary>q = n - f, the quorum of n validators of equal weight.</summary>
    /// <param name="n">Validators, 1 or more.</param>
    public static int OfCount(int n) => n - FaultsOf(n);

    /// <summary>
    /// The weight of a quorum: the least whole number above two thirds of the total. The faulty weigh less than a
    /// third of it. For a total of n it is <see cref="OfCount"/>.
    /// </summary>
    /// <param name="total">The weight of all, 1 to 2^53 (<see cref="ValidatorSet.MaxTotalWeight"/>).</param>
    public static ulong OfWeight(ulong total)
    {
        ArgumentOutOfRangeException.ThrowIfZero(total);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(total, ValidatorSet.MaxTotalWeight);
        return Mutants.Off(Mutant.WrongQuorum)
            ? (2 * ((total - 1) / 3)) + 1
            : (2 * total / 3) + 1;
    }
}
