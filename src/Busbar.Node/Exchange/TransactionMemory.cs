using System.Collections.Concurrent;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Exchange;

/// <summary>
/// Checks transactions and remembers those that passed, by the hash of their bytes, so that one that arrived by itself
/// is not checked again in the block that holds it. Bounded: when one generation is full the one before it is
/// forgotten. Thread-safe.
/// </summary>
internal sealed class TransactionMemory(NetworkId network)
{
    private volatile ConcurrentDictionary<Hash256, Verified<CheckedTransaction>> young = new();
    private volatile ConcurrentDictionary<Hash256, Verified<CheckedTransaction>> old = new();

    /// <summary>The checked transaction, or the reason for which it may never be included.</summary>
    public Verified<CheckedTransaction>? Check(byte[] encoded, out string? fault)
    {
        fault = null;
        var leaf = MerkleList.HashItem(encoded);
        if (young.TryGetValue(leaf, out var known) || old.TryGetValue(leaf, out known))
        {
            return known;
        }

        var error = SignedTransaction.TryDecode(encoded, out var unverified);
        if (error != DecodeError.Unset)
        {
            fault = $"it does not decode ({error})";
            return null;
        }

        var status = TransactionVerifier.TryVerify(unverified!, network, out var transaction);
        if (status != VerificationStatus.Verified)
        {
            fault = $"it is not well signed ({status})";
            return null;
        }

        Remember(leaf, transaction!);
        return transaction;
    }

    /// <summary>Takes up what was checked elsewhere: a submission through the API.</summary>
    public void Remember(Verified<CheckedTransaction> transaction) =>
        Remember(transaction.Value.LeafHash, transaction);

    private void Remember(Hash256 leaf, Verified<CheckedTransaction> transaction)
    {
        var current = young;
        if (current.Count >= NodeLimits.RememberedTransactions / 2)
        {
            // Two threads may both turn: the loser's generation is forgotten early, and that costs a check only.
            old = current;
            young = current = new ConcurrentDictionary<Hash256, Verified<CheckedTransaction>>();
        }

        current[leaf] = transaction;
    }
}
