using System.Numerics;
using Busbar.Keys;

namespace Busbar.Ticks;

/// <summary>
/// What a payer promises under one signature: <paramref name="Base"/> already owed in total, and
/// <paramref name="TickValue"/> more for each of the Heads x Length tokens under <paramref name="Root"/>.
/// Wire: ["busbar/voucher/1", network, channel, epoch, base, tickValue, heads, length, root]. spec/ticks.md#T-1.
/// </summary>
/// <param name="Network">The network of the channel.</param>
/// <param name="Channel">The channel that pays.</param>
/// <param name="Epoch">Rises with each new voucher of a channel.</param>
/// <param name="Base">Cumulative amount owed before the first tick.</param>
/// <param name="TickValue">Value of one tick; zero for a voucher without ticks.</param>
/// <param name="Heads">Chains, m: a power of two, 1 to 65,536.</param>
/// <param name="Length">Ticks of a chain, k: a power of two, 1 to 1,024.</param>
/// <param name="Root">Root of the tree over the heads; zero when there are no ticks.</param>
public sealed record Voucher(
    NetworkId Network,
    ChannelId Channel,
    ulong Epoch,
    Amount Base,
    Amount TickValue,
    int Heads,
    int Length,
    TickHash Root)
{
    /// <summary>Ticks under this voucher; 0 when a tick is worth nothing.</summary>
    public long TickCount => TickValue.IsZero ? 0 : (long)Heads * Length;

    /// <summary>What the voucher key signs: SHA-256 of the encoding.</summary>
    public Hash256 SigningHash()
    {
        var writer = new CanonicalWriter();
        Write(writer);
        return Hash256.Sha256(writer.WrittenSpan);
    }

    /// <summary>True for numbers within the limits (spec/ticks.md#T-2); everything decoded is.</summary>
    public bool IsWellFormed() =>
        Heads is >= 1 and <= Limits.TickHeads && BitOperations.IsPow2(Heads)
        && Length is >= 1 and <= Limits.TickChainLength && BitOperations.IsPow2(Length)
        && (!TickValue.IsZero || (Heads == 1 && Length == 1 && Root == TickHash.Zero));

    /// <summary>Writes the array that is signed.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(9).Text(DomainTag.Voucher).Number(Network.ChainId).Hash(Channel.Value).Number(Epoch);
        writer.Amount(Base).Amount(TickValue).Number((ulong)Heads).Number((ulong)Length);
        Root.Write(writer);
    }

    /// <summary>Reads the array; null after an error.</summary>
    public static Voucher? Read(ref CanonicalReader reader)
    {
        reader.Array(9);
        if (reader.Text(DomainTag.Voucher.Length) != DomainTag.Voucher)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var voucher = new Voucher(
            new NetworkId(reader.Number()),
            new ChannelId(reader.Hash()),
            reader.Number(),
            reader.Amount(),
            reader.Amount(),
            (int)reader.Number(Limits.TickHeads),
            (int)reader.Number(Limits.TickChainLength),
            TickHash.Read(ref reader));
        if (!reader.Failed && !voucher.IsWellFormed())
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed ? null : voucher;
    }
}

/// <summary>A voucher with the signature of the channel's voucher key: [voucher, [kind, key, signature]].</summary>
public sealed record SignedVoucher(Voucher Voucher, SignatureProof Proof)
{
    /// <summary>Writes an array of two items.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(2);
        Voucher.Write(writer);
        Proof.Write(writer);
    }

    /// <summary>Reads an array of two items; null after an error.</summary>
    public static SignedVoucher? Read(ref CanonicalReader reader)
    {
        reader.Array(2);
        var voucher = Voucher.Read(ref reader);
        var proof = SignatureProof.Read(ref reader);
        return voucher is null || proof is null ? null : new SignedVoucher(voucher, proof);
    }
}
