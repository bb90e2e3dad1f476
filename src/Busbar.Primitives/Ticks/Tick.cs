namespace Busbar.Ticks;

/// <summary>
/// One payment: the preimage at position <paramref name="Position"/> (1 to k) of chain <paramref name="Chain"/>
/// (0 to m - 1). Worth base + tickValue x (chain x k + position). Wire: [epoch, chain, position, token].
/// </summary>
public readonly record struct Tick(ulong Epoch, int Chain, int Position, TickHash Token)
{
    /// <summary>Writes an array of four items.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(4).Number(Epoch).Number((ulong)Chain).Number((ulong)Position);
        Token.Write(writer);
    }

    /// <summary>Reads an array of four items. Position zero is refused: heads are public.</summary>
    public static Tick Read(ref CanonicalReader reader)
    {
        reader.Array(4);
        var tick = new Tick(
            reader.Number(),
            (int)reader.Number(Limits.TickHeads - 1),
            (int)reader.Number(Limits.TickChainLength),
            TickHash.Read(ref reader));
        if (tick.Position == 0)
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return tick;
    }
}
