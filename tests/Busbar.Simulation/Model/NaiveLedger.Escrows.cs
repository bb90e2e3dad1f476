using System.Numerics;
using System.Security.Cryptography;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

// L-130 to L-136 again.
internal sealed partial class NaiveLedger
{
    private sealed record Locked(
        string Payer, string Payee, string Asset, BigInteger Amount, BigInteger Refund, string? Hash, int Needed,
        string[] Attestors);

    private Dictionary<string, Locked> locks = [];

    public IEnumerable<string> EscrowsAsText() => locks
        .Select(pair => $"{pair.Key} {pair.Value.Payee} {pair.Value.Amount} {pair.Value.Refund}")
        .Order(StringComparer.Ordinal);

    private Action RememberEscrows()
    {
        var old = new Dictionary<string, Locked>(locks);
        return () => locks = old;
    }

    private BigInteger HeldByEscrows(string asset) => locks.Values
        .Where(entry => entry.Asset == asset)
        .Aggregate(BigInteger.Zero, (sum, entry) => sum + entry.Amount);

    private string RunEscrow(Transaction tx, int index, string account)
    {
        switch (tx.Operations[index])
        {
            case Operation.LockEscrow operation:
                return Lock(tx.ObjectIdAt(index).ToString(), account, operation);
            case Operation.ReleaseEscrow release:
                var id = release.Escrow.ToString();
                var why = !locks.TryGetValue(id, out var escrow) ? "EscrowUnknown"
                    : account == escrow.Payer ? "Ok"
                    : escrow.Hash is not null && escrow.Hash != HashOf(release.Preimage) ? "PreimageWrong"
                    : Attested(release, escrow.Attestors) < escrow.Needed ? "AttestationsMissing" : "Ok";
                if (why == "Ok")
                {
                    Give(escrow!.Payee, escrow.Asset, escrow.Amount);
                    locks.Remove(id);
                }

                return why;
            case Operation.RefundEscrow refund:
                var name = refund.Escrow.ToString();
                var status = !locks.TryGetValue(name, out var back) ? "EscrowUnknown"
                    : account == back.Payee ? "Ok"
                    : account != back.Payer ? "NotEscrowParty"
                    : Time < back.Refund ? "RefundTooEarly" : "Ok";
                if (status == "Ok")
                {
                    Give(back!.Payer, back.Asset, back.Amount);
                    locks.Remove(name);
                }

                return status;
            default:
                throw new InvalidOperationException("no operation of escrows");
        }
    }

    private string Lock(string id, string account, Operation.LockEscrow operation)
    {
        var (asset, payee) = (operation.Asset.ToString(), operation.Payee.ToString());
        var (amount, refund) = ((BigInteger)operation.Amount.Atomic, (BigInteger)operation.RefundTime.Ms);
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : amount == 0 ? "AmountIsZero"
            : Reserved(payee) ? "RecipientReserved"
            : payee == account ? "PayeeIsPayer"
            : refund <= Time ? "RefundTimeNotAhead"
            : refund - Time > (BigInteger)3_650 * 86_400_000 ? "RefundTimeTooFar"
            : Spend(account, asset, amount);
        if (status == "Ok")
        {
            known.Add(payee);
            money[account + asset] -= amount;
            var attestors = operation.Conditions.Attestors;
            locks[id] = new Locked(
                account, payee, asset, amount, refund, operation.Conditions.HashLock?.ToString(),
                attestors?.Threshold ?? 0, [.. attestors?.Addresses.Select(address => address.ToString()) ?? []]);
        }

        return status;
    }

    private static string? HashOf(Hash256? preimage) =>
        preimage is { } bytes ? "0x" + Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())) : null;

    private static int Attested(Operation.ReleaseEscrow release, string[] attestors)
    {
        byte[] signed =
        [
            0x84, .. new CanonicalWriter().Text("busbar/attestation/1").Number(402402UL).WrittenSpan,
            0x58, 0x20, .. release.Escrow.Value.ToArray(), 0x01,
        ];
        var hash = new Hash256(SHA256.HashData(signed));
        return release.Attestations
            .Where(proof => proof.Key.Verify(hash, proof.Signature))
            .Select(proof => proof.Key.Address.ToString())
            .Distinct()
            .Count(attestors.Contains);
    }
}
