using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Busbar.Ticks;

namespace Busbar.Tests.Ticks;

/// <summary>
/// spec/ticks.md restated without the code under test: joins byte arrays, holds every token and node, and counts in
/// BigInteger.
/// </summary>
internal sealed class NaiveTicks
{
    private readonly Voucher terms;
    private readonly byte[] secret;

    public NaiveTicks(Voucher terms, byte[] secret)
    {
        this.terms = terms;
        this.secret = secret;
        Tokens = Enumerable.Range(0, terms.Heads).Select(Chain).ToArray();
        var level = Tokens.Select(chain => chain[0]).ToArray();
        var levels = new List<byte[][]> { level };
        while (level.Length > 1)
        {
            var below = level;
            var number = levels.Count;
            level = Enumerable.Range(0, below.Length / 2)
                .Select(index => Sha16(NodeInput(number, index, below[2 * index], below[(2 * index) + 1])))
                .ToArray();
            levels.Add(level);
        }

        Levels = levels.ToArray();
    }

    /// <summary>Tokens[i][j], the head at j = 0.</summary>
    public byte[][][] Tokens { get; }

    /// <summary>Levels[level][index], the heads at level 0.</summary>
    public byte[][][] Levels { get; }

    public TickHash Root => new(Levels[^1][0]);

    public byte[] ChannelTag => Sha16(ChannelTagInput());

    public Tick TickAt(long number)
    {
        var chain = (int)((number - 1) / terms.Length);
        var position = (int)(number - ((long)chain * terms.Length));
        return new Tick(terms.Epoch, chain, position, new TickHash(Tokens[chain][position]));
    }

    public TickHash[] PathOf(int chain) =>
        Enumerable.Range(0, Levels.Length - 1).Select(l => new TickHash(Levels[l][(chain >> l) ^ 1])).ToArray();

    public BigInteger ValueOf(long number) =>
        (BigInteger)terms.Base.Atomic + ((BigInteger)terms.TickValue.Atomic * number);

    public byte[] ChannelTagInput() => [.. U64(terms.Network.ChainId), .. terms.Channel.Value.ToArray()];

    public byte[] SecretInput(int chain) =>
    [
        .. "busbar/tick/1"u8, .. ChannelTagInput(), .. U64(terms.Epoch), .. U128(terms.Base.Atomic),
        .. U128(terms.TickValue.Atomic), .. U32(terms.Heads), .. U32(terms.Length), .. U32(chain),
    ];

    public byte[] StepInput(int chain, int position, byte[] token) =>
        [.. "step"u8, .. ChannelTag, .. U64(terms.Epoch), .. U32(chain), .. U32(position), .. token];

    public static byte[] NodeInput(int level, int index, byte[] left, byte[] right) =>
        [.. "node"u8, .. U32(level), .. U32(index), .. left, .. right];

    public static byte[] Sha16(byte[] input) => SHA256.HashData(input)[..16];

    private byte[][] Chain(int chain)
    {
        var tokens = new byte[terms.Length + 1][];
        tokens[terms.Length] = HMACSHA256.HashData(secret, SecretInput(chain))[..16];
        for (var position = terms.Length; position > 0; position--)
        {
            tokens[position - 1] = Sha16(StepInput(chain, position, tokens[position]));
        }

        return tokens;
    }

    private static byte[] U32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        return bytes;
    }

    private static byte[] U64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] U128(UInt128 value)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }
}
