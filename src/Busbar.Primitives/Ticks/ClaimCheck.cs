namespace Busbar.Ticks;

/// <summary>Why a claim is not true; checked in the order of the numbers. All are Permanent.</summary>
public enum ClaimFault
{
    /// <summary>Nothing is wrong with it.</summary>
    Unset = 0,

    /// <summary>The signature that came along is not the given key's over the voucher.</summary>
    SignatureWrong = 1,

    /// <summary>The tick is of another epoch than the voucher.</summary>
    EpochWrong = 2,

    /// <summary>The tick's place does not exist under the voucher.</summary>
    PositionOutOfRange = 3,

    /// <summary>The value would pass 2^128 - 1.</summary>
    ValueOverflow = 4,

    /// <summary>The path does not have log2 m nodes, or there is a path without a tick.</summary>
    PathWrong = 5,

    /// <summary>The token does not hash up to the voucher's root.</summary>
    TokenWrong = 6,
}

/// <summary>What a claim is worth, as far as it can be told without the ledger's state.</summary>
/// <param name="Fault">Unset when it is true.</param>
/// <param name="Signed">True when it brought a right signature; false when it brought none.</param>
/// <param name="Value">The cumulative value that it proves; zero when it is faulty.</param>
/// <param name="Hashes">Tick hashes that the check takes: position + path length. Known from the claim alone.</param>
public readonly record struct ClaimEvidence(ClaimFault Fault, bool Signed, Amount Value, int Hashes);

/// <summary>
/// Checks a claim by itself: its signature, its token and its path (spec/ticks.md#T-16). Needs no state, so it runs
/// on arrival, in parallel and once; the ledger then only compares keys and amounts. Thread-safe.
/// </summary>
public static class ClaimCheck
{
    /// <summary>
    /// Hashes that checking a claim takes at most: its tick's position and its path, neither counted past its limit.
    /// </summary>
    public static int HashCount(Claim claim) => claim.Tick is { } tick
        ? Math.Clamp(tick.Position, 0, Limits.TickChainLength) + Math.Min(claim.Path.Count, Limits.TickPathLength)
        : 0;

    /// <summary>
    /// Checks a claim; never throws. It judges the voucher that came along: whether that voucher is the channel's, and
    /// whether the key is its voucher key, the caller compares (spec/ticks.md#T-17).
    /// </summary>
    public static ClaimEvidence Evaluate(Claim claim)
    {
        var hashes = HashCount(claim);
        if (claim.Proof is { } proof && !proof.Verify(claim.Voucher.SigningHash()))
        {
            return new ClaimEvidence(ClaimFault.SignatureWrong, false, Amount.Zero, hashes);
        }

        var signed = claim.Proof is not null;
        if (claim.Tick is not { } tick)
        {
            return claim.Path.Count == 0
                ? new ClaimEvidence(ClaimFault.Unset, signed, claim.Voucher.Base, hashes)
                : new ClaimEvidence(ClaimFault.PathWrong, signed, Amount.Zero, hashes);
        }

        var fault = FaultOf(TickNumber.CheckPlace(claim.Voucher, tick));
        if (fault == ClaimFault.Unset && claim.Path.Count != TickNumber.PathLength(claim.Voucher))
        {
            fault = ClaimFault.PathWrong;
        }

        if (fault == ClaimFault.Unset && !IsTrue(claim.Voucher, tick, claim.Path))
        {
            fault = ClaimFault.TokenWrong;
        }

        if (fault != ClaimFault.Unset)
        {
            return new ClaimEvidence(fault, signed, Amount.Zero, hashes);
        }

        Invariant.Check(TickNumber.TryValue(claim.Voucher, TickNumber.Of(claim.Voucher, tick), out var value));
        return new ClaimEvidence(ClaimFault.Unset, signed, value, hashes);
    }

    private static bool IsTrue(Voucher voucher, in Tick tick, IReadOnlyList<TickHash> path)
    {
        var tag = TickStep.ChannelTag(voucher.Network, voucher.Channel);
        var head = TickStep.Descend(tag, tick.Epoch, tick.Chain, tick.Token, tick.Position, 0);
        return TickStep.Climb(head, tick.Chain, path) == voucher.Root;
    }

    private static ClaimFault FaultOf(TickStatus place) => place switch
    {
        TickStatus.Unset => ClaimFault.Unset,
        TickStatus.WrongEpoch => ClaimFault.EpochWrong,
        TickStatus.PositionOutOfRange => ClaimFault.PositionOutOfRange,
        TickStatus.ValueOverflow => ClaimFault.ValueOverflow,
        TickStatus.Accepted or TickStatus.AlreadyHeld or TickStatus.PathRequired or TickStatus.PathWrong
            or TickStatus.TokenWrong or _ => throw new InvariantBrokenException("a place check gives place statuses"),
    };
}
