using Busbar.Keys;

namespace Busbar.Ticks;

/// <summary>
/// The payee's side of one voucher: checks each token against the best one held and remembers the best. One hash
/// for the next tick, at most k + log2 m for a jump of any size (spec/ticks.md#T-10, T-11). Not thread-safe.
/// </summary>
public sealed class TickVerifier
{
    private readonly TickHash channelTag;
    private Tick? best;
    private TickHash bestHead;
    private IReadOnlyList<TickHash> bestPath = [];
    private (int Chain, TickHash Head)? earlier;

    /// <summary>Starts with the voucher alone: nothing is owed beyond its base.</summary>
    /// <exception cref="ArgumentException">The voucher's numbers are outside their ranges.</exception>
    public TickVerifier(Voucher voucher)
    {
        if (!voucher.IsWellFormed())
        {
            throw new ArgumentException("The voucher's numbers are outside their ranges.", nameof(voucher));
        }

        Voucher = voucher;
        channelTag = TickStep.ChannelTag(voucher.Network, voucher.Channel);
    }

    /// <summary>The voucher whose ticks these are.</summary>
    public Voucher Voucher { get; }

    /// <summary>The tick worth most so far, or null.</summary>
    public Tick? Best => best;

    /// <summary>The number of the best tick; 0 before the first.</summary>
    public long BestNumber => best is { } tick ? TickNumber.Of(Voucher, tick) : 0;

    /// <summary>All that is owed by now: the voucher's base and the best tick's worth.</summary>
    public Amount BestValue
    {
        get
        {
            Invariant.Check(TickNumber.TryValue(Voucher, BestNumber, out var value));
            return value;
        }
    }

    /// <summary>Hashes computed so far, for the meter's own account of its cost.</summary>
    public long HashCount { get; private set; }

    /// <summary>Takes a stored best tick up again; the token is checked like any other.</summary>
    /// <exception cref="ArgumentException">The stored tick is not true under this voucher.</exception>
    public static TickVerifier Restore(Voucher voucher, Tick best, IReadOnlyList<TickHash> path)
    {
        var verifier = new TickVerifier(voucher);
        var status = verifier.Accept(best, path);
        return status == TickStatus.Accepted
            ? verifier
            : throw new ArgumentException("The stored tick is not true under its voucher: " + status, nameof(best));
    }

    /// <summary>
    /// Checks a tick. The path may be empty when the tick's chain is that of the best tick or the one proved just
    /// before it; a voucher with one chain has only empty paths. A refusal changes nothing. Allocates nothing for a
    /// tick in the best tick's chain.
    /// </summary>
    public TickStatus Accept(in Tick tick, IReadOnlyList<TickHash> path)
    {
        var place = TickNumber.CheckPlace(Voucher, tick);
        if (place != TickStatus.Unset)
        {
            return place;
        }

        if (best is { } held && held.Chain == tick.Chain)
        {
            return AcceptInBestChain(tick, held);
        }

        var known = KnownHead(tick.Chain);
        if (known is null && path.Count != TickNumber.PathLength(Voucher))
        {
            return path.Count == 0 ? TickStatus.PathRequired : TickStatus.PathWrong;
        }

        var head = Descend(tick, 0);
        if (known is { } expected ? head != expected : Climb(head, tick.Chain, path) != Voucher.Root)
        {
            return TickStatus.TokenWrong;
        }

        if (TickNumber.Of(Voucher, tick) < BestNumber)
        {
            earlier = (tick.Chain, head);
            return TickStatus.AlreadyHeld;
        }

        // From here on it must succeed. A known head is always of a chain below the best one, so a new best tick
        // always came with its path.
        earlier = best is { } before ? (before.Chain, bestHead) : null;
        best = tick;
        bestHead = head;
        bestPath = path.ToArray();
        return TickStatus.Accepted;
    }

    /// <summary>What to take to the ledger: the voucher, its signature, and the best tick with its path.</summary>
    public Claim BestClaim(SignatureProof? proof) => new(Voucher, proof, best, best is null ? [] : bestPath);

    private TickStatus AcceptInBestChain(in Tick tick, in Tick held)
    {
        if (tick.Position <= held.Position)
        {
            return Descend(held, tick.Position) == tick.Token ? TickStatus.AlreadyHeld : TickStatus.TokenWrong;
        }

        if (Descend(tick, held.Position) != held.Token)
        {
            return TickStatus.TokenWrong;
        }

        best = tick;
        return TickStatus.Accepted;
    }

    private TickHash? KnownHead(int chain) => earlier is { } known && known.Chain == chain ? known.Head : null;

    private TickHash Descend(in Tick tick, int to)
    {
        HashCount += tick.Position - to;
        return TickStep.Descend(channelTag, tick.Epoch, tick.Chain, tick.Token, tick.Position, to);
    }

    private TickHash Climb(TickHash head, int chain, IReadOnlyList<TickHash> path)
    {
        HashCount += path.Count;
        return TickStep.Climb(head, chain, path);
    }
}
