namespace Busbar.Ticks;

/// <summary>
/// The payer's side of one voucher: derives every token from one secret, and holds the tree over the heads and the
/// current chain's tokens, (2 m + k) x 16 bytes, instead of all m x k (spec/ticks.md#T-6 to T-8). Which token was
/// revealed last is for the caller to remember, durably and before it is revealed (T-14). Not thread-safe.
/// </summary>
public sealed class TickGenerator
{
    /// <summary>Bytes of a tick secret at the least.</summary>
    public const int MinSecretSizeBytes = 16;

    private readonly byte[] secret;
    private readonly TickHash channelTag;
    private readonly TickHash[][] levels;
    private readonly TickHash[] tokens;
    private int loadedChain = -1;

    private TickGenerator(Voucher terms, byte[] secret)
    {
        this.secret = secret;
        channelTag = TickStep.ChannelTag(terms.Network, terms.Channel);
        tokens = new TickHash[terms.Length + 1];
        Voucher = terms;
        levels = BuildTree();
        Voucher = terms with { Root = levels[^1][0] };
    }

    /// <summary>The terms with the root filled in, ready to be signed.</summary>
    public Voucher Voucher { get; }

    /// <summary>Bytes of tokens and nodes that this generator holds, always the same: (2 m + k) x 16.</summary>
    public int RetainedSizeBytes => (tokens.Length + levels.Sum(level => level.Length)) * TickHash.SizeBytes;

    /// <summary>
    /// Derives all heads and their tree: m x k steps and m - 1 nodes.
    /// </summary>
    /// <param name="network">The channel's network.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">Higher than every epoch that this channel's voucher key has signed.</param>
    /// <param name="base">What is owed before the first tick.</param>
    /// <param name="tickValue">What a tick is worth; not zero.</param>
    /// <param name="heads">m, a power of two, 1 to 65,536.</param>
    /// <param name="length">k, a power of two, 1 to 1,024.</param>
    /// <param name="tickSecret">At least 16 bytes that only the payer has; not the signing key.</param>
    /// <exception cref="ArgumentException">A number outside its range, or a secret that is too short.</exception>
    public static TickGenerator Create(
        NetworkId network,
        ChannelId channel,
        ulong epoch,
        Amount @base,
        Amount tickValue,
        int heads,
        int length,
        ReadOnlySpan<byte> tickSecret)
    {
        var terms = new Voucher(network, channel, epoch, @base, tickValue, heads, length, TickHash.Zero);
        if (tickValue.IsZero || !terms.IsWellFormed())
        {
            throw new ArgumentException("Ticks have a value, and m and k are powers of two up to 65,536 and 1,024.");
        }

        if (tickSecret.Length < MinSecretSizeBytes)
        {
            throw new ArgumentException("A tick secret has at least 16 bytes.", nameof(tickSecret));
        }

        return new TickGenerator(terms, tickSecret.ToArray());
    }

    /// <summary>
    /// The tick with a number from 1 to m x k, in any order. A number in another chain than the last one costs k
    /// steps, one in the same chain none: going up by one costs one step a tick on the average.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No such tick.</exception>
    public Tick TickAt(long number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Voucher.TickCount);
        var chain = (int)((number - 1) / Voucher.Length);
        var position = (int)((number - 1) % Voucher.Length) + 1;
        LoadChain(chain);
        return new Tick(Voucher.Epoch, chain, position, tokens[position]);
    }

    /// <summary>The log2 m nodes that lead from a chain's head to the root, the head's sibling first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such chain.</exception>
    public IReadOnlyList<TickHash> PathOf(int chain)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(chain);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chain, Voucher.Heads);
        var path = new TickHash[levels.Length - 1];
        for (var level = 0; level < path.Length; level++)
        {
            path[level] = levels[level][(chain >> level) ^ 1];
        }

        return path;
    }

    private TickHash[][] BuildTree()
    {
        var tree = new TickHash[TickNumber.PathLength(Voucher) + 1][];
        tree[0] = new TickHash[Voucher.Heads];
        for (var chain = 0; chain < Voucher.Heads; chain++)
        {
            var end = TickStep.SecretEnd(secret, Voucher, chain);
            tree[0][chain] = TickStep.Descend(channelTag, Voucher.Epoch, chain, end, Voucher.Length, 0);
        }

        for (var level = 1; level < tree.Length; level++)
        {
            tree[level] = new TickHash[tree[level - 1].Length / 2];
            for (var i = 0; i < tree[level].Length; i++)
            {
                tree[level][i] = TickStep.Node(level, i, tree[level - 1][2 * i], tree[level - 1][(2 * i) + 1]);
            }
        }

        return tree;
    }

    private void LoadChain(int chain)
    {
        if (chain == loadedChain)
        {
            return;
        }

        tokens[Voucher.Length] = TickStep.SecretEnd(secret, Voucher, chain);
        for (var position = Voucher.Length; position > 0; position--)
        {
            tokens[position - 1] =
                TickStep.Descend(channelTag, Voucher.Epoch, chain, tokens[position], position, position - 1);
        }

        Invariant.Check(tokens[0] == levels[0][chain]);
        loadedChain = chain;
    }
}
