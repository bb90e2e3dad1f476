using Busbar.Transactions;

namespace Busbar.Simulation.Model;

/// <summary>What a block has to give.</summary>
internal sealed record NaiveRoom(int Capacity, int Ordinary, int Share)
{
    /// <summary>By L-26 to L-28 of spec/ledger.md.</summary>
    public static readonly NaiveRoom Protocol = new(8_388_608, 6_291_456, 1_048_576);

    /// <summary>A small one, so that walks fill it.</summary>
    public static readonly NaiveRoom Small = new(40_000, 24_000, 12_000);
}

/// <summary>What is left of a block, by L-25 to L-28 of spec/ledger.md.</summary>
internal sealed partial class NaiveLedger
{
    private readonly List<(string[] Bearers, bool Collects, int Units)> block = [];

    private string? RoomRefusal(Transaction tx, NaiveEnvelope envelope)
    {
        var taken = (Bearers: BearersOf(tx), Collects: tx.Operations.All(IsCollecting), Units: UnitsOf(tx, envelope));
        if (taken.Bearers.Any(bearer => taken.Units > room.Share - block
            .Where(other => other.Bearers.Contains(bearer)).Sum(other => other.Units)))
        {
            return "ShareExceeded";
        }

        if (taken.Units > room.Capacity - block.Sum(other => other.Units)
            || (!taken.Collects && taken.Units > room.Ordinary - block
                .Where(other => !other.Collects).Sum(other => other.Units)))
        {
            return "BlockFull";
        }

        block.Add(taken);
        return null;
    }

    private static string[] BearersOf(Transaction tx) =>
        [.. new[] { tx.Account.ToString(), (tx.FeePayer ?? tx.Account).ToString() }.Distinct()];

    private static bool IsCollecting(Operation operation) =>
        (int)operation.Code is 12 or 13 or 15 or 22 or 23 or 31 or 32 or 72 or 73 or 75;

    private static int UnitsOf(Transaction tx, NaiveEnvelope envelope)
    {
        var writer = new CanonicalWriter();
        tx.Write(writer);
        var signatures = envelope.SizeBytes is null ? tx.FeePayer is null ? 1 : 2 : envelope.Signatures;

        // Two arrays around the transaction; a signature is an array of a kind, a key and 64 bytes, here of Ed25519.
        var size = envelope.SizeBytes ?? (2 + writer.WrittenSpan.Length + (signatures * (1 + 1 + 34 + 66)));
        var units = 1_300 + (2 * size) + (400 * signatures);
        foreach (var operation in tx.Operations)
        {
            units += 400 + operation switch
            {
                Operation.ReleaseEscrow release => 400 * release.Attestations.Count,
                Operation.TransferWithAuthorization or Operation.ReceiveWithAuthorization => 400,
                Operation.CancelAuthorization or Operation.Permit => 400,
                Operation.DepositX402ChannelWithAuthorization => 400,
                Operation.RefundX402Channel refund => refund.Authorization is null ? 0 : 400,
                Operation.ClaimX402Channels claims => 656 * claims.Claims.Count + (claims.Signature is null ? 0 : 400),
                Operation.ClaimChannels claims => claims.Claims.Sum(claim =>
                    256 + (claim.Proof is null ? 0 : 400)
                    + (claim.Tick is { } tick ? tick.Position + claim.Path.Count : 0)),
                _ => 0,
            };
        }

        return units;
    }
}
