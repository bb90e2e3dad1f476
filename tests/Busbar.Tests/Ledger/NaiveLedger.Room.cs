using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

/// <summary>What is left of a block, by L-25 to L-28 of spec/ledger.md; a small one, so that walks fill it.</summary>
internal sealed partial class NaiveLedger
{
    public const int Capacity = 40_000;
    public const int OrdinaryRoom = 24_000;
    public const int Share = 12_000;

    private readonly List<(string[] Bearers, bool Collects, int Units)> block = [];

    private string? RoomRefusal(Transaction tx, NaiveEnvelope envelope)
    {
        var taken = (Bearers: BearersOf(tx), Collects: tx.Operations.All(IsCollecting), Units: UnitsOf(tx, envelope));
        if (taken.Bearers.Any(bearer => taken.Units > Share - block
            .Where(other => other.Bearers.Contains(bearer)).Sum(other => other.Units)))
        {
            return "ShareExceeded";
        }

        if (taken.Units > Capacity - block.Sum(other => other.Units)
            || (!taken.Collects && taken.Units > OrdinaryRoom - block
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
        (int)operation.Code is 12 or 13 or 15 or 22 or 23 or 31 or 32;

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
                Operation.ClaimChannels claims => claims.Claims.Sum(claim =>
                    256 + (claim.Proof is null ? 0 : 400)
                    + (claim.Tick is { } tick ? tick.Position + claim.Path.Count : 0)),
                _ => 0,
            };
        }

        return units;
    }
}
