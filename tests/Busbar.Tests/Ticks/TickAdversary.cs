using Busbar.Keys;
using Busbar.Ticks;

namespace Busbar.Tests.Ticks;

/// <summary>One way to try to claim more than was given.</summary>
internal enum TickAttack
{
    HigherPosition,
    OtherChain,
    OtherEpoch,
    OtherChannel,
    OtherNetwork,
    BaseEdited,
    TickValueEdited,
    HeadsEdited,
    LengthEdited,
    RootEdited,
    EpochEdited,
    SignedByPayee,
    SignatureDropped,
    PathShuffled,
    PathResized,
    LevelConfused,
    NodeAsToken,
    TokenAsNode,
    HeadAsTick,
    PastTheEnd,
    ValueOverflow,
    Anything,
}

/// <summary>
/// A payee who knows all that the payer revealed in a channel, everything in the payer's other channel and in an
/// older epoch, and all that hashes from them. The older epoch's voucher rode in the channel's opening, so it counts
/// without a signature.
/// </summary>
internal sealed class TickAdversary
{
    private readonly Random random;
    private readonly long revealed;
    private readonly TickGenerator payer;
    private readonly TickGenerator older;
    private readonly TickGenerator elsewhere;
    private readonly SignatureProof proof;
    private readonly List<TickHash> known = [];
    private readonly List<TickHash> nodes = [];

    public TickAdversary(Voucher terms, long revealed, Random random)
    {
        this.random = random;
        this.revealed = revealed;
        payer = TickSamples.Generator(terms);
        older = TickSamples.Generator(terms with
        {
            Epoch = terms.Epoch - 1,
            Base = Amount.Zero,
            TickValue = new Amount(terms.Base.Atomic / (UInt128)terms.TickCount),
        });
        elsewhere = TickSamples.Generator(terms with
        {
            Channel = TickSamples.OtherChannel,
            TickValue = new Amount(terms.TickValue.Atomic * 9),
        });
        proof = TickSamples.VoucherKey.Sign(payer.Voucher);
        Learn(payer, revealed);
        Learn(older, older.Voucher.TickCount);
        Learn(elsewhere, elsewhere.Voucher.TickCount);
    }

    /// <summary>The largest value that the payer meant to owe: base and the revealed ticks that fit 128 bits.</summary>
    public Amount Ceiling { get; private set; }

    public Voucher Voucher => payer.Voucher;

    private Voucher Terms => payer.Voucher;

    /// <summary>The honest claim for the last revealed tick.</summary>
    public Claim Honest => revealed == 0 ? new Claim(Terms, proof, null, []) : TickSamples.HonestClaim(payer, revealed);

    /// <summary>T-17's first sentence, as the ledger applies it here; null when the claim does not count.</summary>
    public Amount? Worth(Claim claim)
    {
        if (claim.Voucher.Network != TickSamples.Network || claim.Voucher.Channel != TickSamples.Channel)
        {
            return null;
        }

        var evidence = ClaimCheck.Evaluate(claim);
        var ours = evidence.Signed
            ? claim.Proof!.Key.Equals(TickSamples.VoucherKey.PublicKey)
            : claim.Voucher.SigningHash() == older.Voucher.SigningHash();
        return ours && evidence.Fault == ClaimFault.Unset ? evidence.Value : null;
    }

    /// <summary>A claim of this kind; null when the channel's state leaves no room for one.</summary>
    public Claim? Make(TickAttack attack)
    {
        var later = Later();
        var all = new Amount(UInt128.MaxValue);
        return attack switch
        {
            TickAttack.HigherPosition => later is { } t ? WithTick(t) : null,
            TickAttack.OtherChain => revealed > 0 && later is { } t ? WithTick(t with { Token = Mine().Token }) : null,
            TickAttack.OtherEpoch => FromElsewhere(older),
            TickAttack.OtherChannel => FromElsewhere(elsewhere),
            TickAttack.OtherNetwork => Honest with { Voucher = Terms with { Network = new NetworkId(1), Base = all } },
            TickAttack.BaseEdited => Honest with { Voucher = Terms with { Base = new Amount(Terms.Base.Atomic ^ 1) } },
            TickAttack.TickValueEdited => Honest with
            {
                Voucher = Terms with { TickValue = new Amount(Terms.TickValue.Atomic * 2) },
            },
            TickAttack.HeadsEdited => WithEditedShape(Terms with { Heads = Terms.Heads * random.Next(2, 5) }),
            TickAttack.LengthEdited => WithEditedShape(Terms with { Length = Terms.Length * random.Next(2, 5) }),
            TickAttack.RootEdited => WithOwnTree(TickSamples.Secret.AsSpan(1)),
            TickAttack.EpochEdited => Honest with { Voucher = Terms with { Epoch = Terms.Epoch + 1 } },
            TickAttack.SignedByPayee => SignedByPayee(),
            TickAttack.SignatureDropped => (later is { } t ? WithTick(t) : Honest) with { Proof = null },
            TickAttack.PathShuffled =>
                later is { } t && Terms.Heads > 2 ? WithTick(t) with { Path = Shuffled(t.Chain) } : null,
            TickAttack.PathResized => later is { } t ? WithTick(t) with { Path = Resized(t.Chain) } : null,
            TickAttack.LevelConfused => LevelConfused(),
            TickAttack.NodeAsToken => later is { } t ? WithTick(t with { Token = Pick(nodes) }) : null,
            TickAttack.TokenAsNode => later is { } t ? WithTick(t) with { Path = Pool(Terms.Heads) } : null,
            TickAttack.HeadAsTick => WithTick(new Tick(Terms.Epoch, Terms.Heads - 1, 0, Head(Terms.Heads - 1))),
            TickAttack.PastTheEnd => PastTheEnd(),
            TickAttack.ValueOverflow => Honest with { Voucher = Terms with { Base = all } },
            TickAttack.Anything or _ => Anything(),
        };
    }

    private void Learn(TickGenerator source, long upTo)
    {
        var voucher = source.Voucher;
        known.Add(voucher.Root);
        nodes.Add(voucher.Root);
        for (var number = 1L; number <= upTo; number++)
        {
            // More than a payee learns of a payer that skips tokens, and no less of one that does not.
            known.Add(source.TickAt(number).Token);
        }

        for (var chain = 0; chain < voucher.Heads; chain++)
        {
            nodes.AddRange(source.PathOf(chain));
        }

        known.AddRange(nodes);
        if (ReferenceEquals(source, payer))
        {
            Ceiling = Enumerable.Range(0, (int)upTo + 1)
                .Select(number => TickNumber.TryValue(voucher, number, out var value) ? value : Amount.Zero)
                .Aggregate(Amount.Max);
        }
    }

    private Tick Mine() => payer.TickAt(1 + random.NextInt64(revealed));

    private TickHash Head(int chain) => Terms.Heads == 1 ? Terms.Root : payer.PathOf(chain ^ 1)[0];

    private TickHash Pick(List<TickHash> from) => from[random.Next(from.Count)];

    private TickHash[] Pool(int heads) =>
        Enumerable.Range(0, (int)Math.Log2(heads)).Select(_ => Pick(known)).ToArray();

    /// <summary>A place that was not revealed, with a known hash in the place of its token.</summary>
    private Tick? Later()
    {
        if (revealed == Terms.TickCount)
        {
            return null;
        }

        var index = revealed + random.NextInt64(Math.Min(2, Terms.TickCount - revealed));
        index = random.Next(2) == 0 ? index : revealed + random.NextInt64(Terms.TickCount - revealed);
        var (chain, position) = ((int)(index / Terms.Length), (int)(index % Terms.Length) + 1);
        return new Tick(Terms.Epoch, chain, position, Pick(known));
    }

    private Claim WithTick(Tick tick) =>
        new(Terms, proof, tick, payer.PathOf(Math.Clamp(tick.Chain, 0, Terms.Heads - 1)));

    private Claim WithEditedShape(Voucher edited)
    {
        var tick = new Tick(edited.Epoch, edited.Heads - 1, edited.Length, Pick(known));
        return new Claim(edited, proof, tick, Pool(edited.Heads));
    }

    private Claim FromElsewhere(TickGenerator source)
    {
        var tick = source.TickAt(1 + random.NextInt64(source.Voucher.TickCount));
        var path = source.PathOf(tick.Chain);
        return random.Next(4) switch
        {
            0 => new Claim(source.Voucher, TickSamples.VoucherKey.Sign(source.Voucher), tick, path),
            1 => new Claim(Terms, proof, (Later() ?? tick) with { Token = tick.Token }, path),
            2 => new Claim(
                source.Voucher with { Channel = Terms.Channel, Epoch = Terms.Epoch, Base = Terms.Base },
                TickSamples.VoucherKey.Sign(source.Voucher),
                tick with { Epoch = Terms.Epoch },
                path),
            _ => new Claim(Terms, TickSamples.VoucherKey.Sign(source.Voucher), tick with { Epoch = Terms.Epoch }, path),
        };
    }

    private Claim WithOwnTree(ReadOnlySpan<byte> secret)
    {
        var own = TickGenerator.Create(
            Terms.Network, Terms.Channel, Terms.Epoch, Terms.Base, Terms.TickValue, Terms.Heads, Terms.Length, secret);
        var tick = own.TickAt(Terms.TickCount);
        return new Claim(random.Next(2) == 0 ? own.Voucher : Terms, proof, tick, own.PathOf(tick.Chain));
    }

    private Claim SignedByPayee()
    {
        using var key = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("payee"u8).ToArray());
        var own = WithOwnTree(TickSamples.Secret.AsSpan(2));
        var mine = key.Sign(own.Voucher);
        return own with { Proof = random.Next(2) == 0 ? mine : mine with { Key = TickSamples.VoucherKey.PublicKey } };
    }

    private TickHash[] Shuffled(int chain)
    {
        var path = payer.PathOf(chain).ToArray();
        random.Shuffle(path);
        return path;
    }

    private TickHash[] Resized(int chain)
    {
        var path = payer.PathOf(chain);
        return random.Next(2) == 0 && path.Count > 0 ? path.Skip(1).ToArray() : [.. path, Pick(known)];
    }

    /// <summary>An inner node offered as a head one level down, with the path that would fit it there.</summary>
    private Claim? LevelConfused()
    {
        if (Terms.Heads == 1)
        {
            return null;
        }

        var chain = random.Next(Terms.Heads);
        var path = payer.PathOf(chain);
        var tick = new Tick(Terms.Epoch, chain >> 1, Terms.Length, path.Count > 1 ? path[1] : Terms.Root);
        return new Claim(Terms, proof, tick, random.Next(2) == 0 ? [.. path.Skip(1), Terms.Root] : [.. path.Skip(1)]);
    }

    private Claim PastTheEnd() => random.Next(3) switch
    {
        0 => WithTick(new Tick(Terms.Epoch, 0, Terms.Length + 1 + random.Next(Terms.Length), Pick(known))),
        1 => WithTick(new Tick(Terms.Epoch, Terms.Heads + random.Next(Terms.Heads), Terms.Length, Pick(known))),
        _ => WithTick(new Tick(Terms.Epoch, -1, Terms.Length, Pick(known))),
    };

    private Claim Anything() => new(
        Terms,
        proof,
        new Tick(
            Terms.Epoch,
            random.Next(Terms.Heads),
            1 + random.Next(Terms.Length),
            random.Next(3) == 0 && revealed > 0 ? Mine().Token : Pick(known)),
        random.Next(2) == 0 ? payer.PathOf(random.Next(Terms.Heads)) : Pool(Terms.Heads));
}
