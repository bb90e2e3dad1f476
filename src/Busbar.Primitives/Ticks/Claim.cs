using Busbar.Keys;

namespace Busbar.Ticks;

/// <summary>
/// What a payee takes to the ledger for one channel: the voucher, its signature, and optionally the best tick with
/// the path from its chain's head to the root. The signature may be left out only for the voucher that rode in the
/// channel's opening. Wire: [voucher, proof or null, tick or null, [path…]].
/// </summary>
public sealed record Claim(Voucher Voucher, SignatureProof? Proof, Tick? Tick, IReadOnlyList<TickHash> Path)
{
    /// <summary>Writes an array of four items.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(4);
        Voucher.Write(writer);
        if (Proof is null)
        {
            writer.Null();
        }
        else
        {
            Proof.Write(writer);
        }

        if (Tick is { } tick)
        {
            tick.Write(writer);
        }
        else
        {
            writer.Null();
        }

        writer.Array(Path.Count);
        foreach (var node in Path)
        {
            node.Write(writer);
        }
    }

    /// <summary>Reads an array of four items; null after an error.</summary>
    public static Claim? Read(ref CanonicalReader reader)
    {
        reader.Array(4);
        var voucher = Voucher.Read(ref reader);
        var proof = reader.TryNull() ? null : SignatureProof.Read(ref reader);
        Tick? tick = reader.TryNull() ? null : Ticks.Tick.Read(ref reader);
        var path = new TickHash[reader.Array(0, Limits.TickPathLength)];
        for (var i = 0; i < path.Length; i++)
        {
            path[i] = TickHash.Read(ref reader);
        }

        return reader.Failed || voucher is null ? null : new Claim(voucher, proof, tick, path);
    }
}
