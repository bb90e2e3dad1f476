using System.Buffers.Binary;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

/// <summary>Transactions as if they had been verified: thousands of them without a signature each.</summary>
internal static class TestPending
{
    private static long lastNonce;

    public static PendingTransaction Transfer(
        Address from, UnixTime now, int count = 1, Address? feePayer = null, Address? signer = null)
    {
        var transfer = new Operation.Transfer(DevelopmentNetwork.Dollar, from, new Amount(1), Hash256.Zero);
        return Of(from, now, feePayer, [.. Enumerable.Repeat(transfer, count)], signer: signer);
    }

    public static PendingTransaction Collecting(Address from, UnixTime now) =>
        Of(from, now, null, [new Operation.WithdrawStream(default)]);

    public static PendingTransaction Of(
        Address from, UnixTime now, Address? feePayer, IReadOnlyList<Operation> operations, int? sizeBytes = null,
        Address? signer = null)
    {
        var nonce = new byte[IntentId.NonceSizeBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, Interlocked.Increment(ref lastNonce));
        var content = new Transaction(
            NetworkId.Development,
            from,
            signer ?? from,
            IntentId.Create(new UnixTime(now.Ms + 60_000), nonce),
            operations,
            DevelopmentNetwork.Dollar,
            new Amount(100_000 + (20_000 * (ulong)operations.Count)),
            feePayer);
        var proof = new SignatureProof(DevelopmentKeys.Account(0).PublicKey, default);
        var signed = new SignedTransaction(content, feePayer is null ? [proof] : [proof, proof]);
        var encoded = sizeBytes is { } size ? new byte[size] : signed.Encode();
        var operationsOnly = operations.Select(operation => new CheckedOperation(operation, null));
        return new PendingTransaction(
            new Verified<CheckedTransaction>(new CheckedTransaction(
                signed, content.SigningHash(), Hash256.Sha256(nonce), encoded.Length, [.. operationsOnly])),
            encoded);
    }
}
