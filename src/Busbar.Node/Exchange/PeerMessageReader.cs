using Busbar.Consensus;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Exchange;

/// <summary>
/// Turns a peer's bytes into what the loop takes: decodes, checks signatures and commitments, in parallel where there
/// are many. Thread-safe: each link reads on its own.
/// </summary>
internal sealed class PeerMessageReader(NetworkId network, TransactionMemory memory, bool parallel = true)
{
    private const int TooFewForParallel = 8;

    private volatile EpochVerifier? verifier;

    /// <summary>Consensus messages count for this epoch from here on.</summary>
    public void SetEpoch(ulong epoch, ValidatorSet validators, SignatureCheck? check = null) =>
        verifier = new EpochVerifier(epoch, validators, new MessageVerifier(network, epoch, validators, check));

    /// <summary>
    /// Reads one message. False means that the sender is faulty. True without an input means that the message is of
    /// no use now: of another epoch, or from somebody who has no say.
    /// </summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, Keys.PublicKey from, out PeerInput? input)
    {
        input = null;
        if (PeerMessage.TryDecode(bytes, out var message) != DecodeError.Unset)
        {
            return false;
        }

        switch (message)
        {
            case PeerMessage.Consensus consensus:
                return TryReadConsensus(consensus, from, out input);
            case PeerMessage.Transactions transactions:
                return TryReadTransactions(transactions, out input);
            case PeerMessage.Status status:
                input = new PeerInput.Status(status);
                return true;
            case PeerMessage.BlockRequest request:
                input = new PeerInput.BlockRequest(request.Digest);
                return true;
            case PeerMessage.BlockAnswer block:
                var received = TryReadBlock(block.Encoded, out _);
                input = received is null ? null : new PeerInput.BlockAnswer(received);
                return received is not null;
            case PeerMessage.HistoryRequest request:
                input = new PeerInput.HistoryRequest(request.FromHeight);
                return true;
            case PeerMessage.HistoryAnswer history:
                return TryReadHistory(history, out input);
            default:
                throw new InvariantBrokenException("peer messages are a closed set");
        }
    }

    /// <summary>
    /// A block whose transactions are those of its header, or null: then whoever sent it made it up.
    /// </summary>
    public ReceivedBlock? TryReadBlock(ReadOnlySpan<byte> encoded, out Certificate? finalization)
    {
        finalization = null;
        if (StoredBlock.TryDecode(encoded, out var block) != DecodeError.Unset || block!.Header.Network != network)
        {
            return null;
        }

        var leaves = new Hash256[block.Transactions.Count];
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = MerkleList.HashItem(block.Transactions[i]);
        }

        if (MerkleList.Root(leaves) != block.Header.TransactionsRoot)
        {
            return null;
        }

        finalization = block.Finalization;
        var transactions = Check(block.Transactions, out var fault);
        var bare = block with { Finalization = null, Receipts = [] };
        return new ReceivedBlock(block.Header.Digest(), bare, transactions, fault);
    }

    private bool TryReadConsensus(PeerMessage.Consensus consensus, Keys.PublicKey from, out PeerInput? input)
    {
        input = null;
        if (Message.TryDecode(consensus.Message, out var unverified) != DecodeError.Unset)
        {
            return false;
        }

        // Of another epoch: the sender will learn from our status, or we from its.
        var current = verifier;
        if (current is null || current.Validators.IndexOf(from) < 0 || EpochOf(unverified!.Value) is { } epoch
            && epoch != current.Epoch)
        {
            return true;
        }

        if (!current.Verifier.TryVerify(unverified!, out var message))
        {
            return false;
        }

        ReceivedBlock? block = null;
        if (consensus.Block is { } encoded)
        {
            block = TryReadBlock(encoded, out _);
            if (block is null || message.Value is not Message.Proposal proposal
                || proposal.Vote.Vote.Block != block.Digest)
            {
                return false;
            }
        }

        input = new PeerInput.Consensus(current.Epoch, message, block);
        return true;
    }

    private static ulong? EpochOf(Message message) => message switch
    {
        Message.Proposal proposal => proposal.Vote.Vote.Epoch,
        Message.VoteCast cast => cast.Vote.Vote.Epoch,
        Message.CertificateSeen seen => seen.Certificate.Vote.Epoch,
        Message.Request => null,
        _ => throw new InvariantBrokenException("messages are a closed set"),
    };

    private bool TryReadTransactions(PeerMessage.Transactions transactions, out PeerInput? input)
    {
        input = null;
        var verified = Check(transactions.Encoded, out var fault);
        if (fault is not null)
        {
            return false;
        }

        input = new PeerInput.Transactions([.. verified.Zip(transactions.Encoded)]);
        return true;
    }

    private bool TryReadHistory(PeerMessage.HistoryAnswer history, out PeerInput? input)
    {
        input = null;
        var blocks = new List<(ReceivedBlock, Certificate?)>(history.Encoded.Count);
        foreach (var encoded in history.Encoded)
        {
            if (TryReadBlock(encoded, out var finalization) is not { } block)
            {
                return false;
            }

            blocks.Add((block, finalization));
        }

        input = new PeerInput.HistoryAnswer(blocks);
        return true;
    }

    // All of them, or those before the first that is wrong.
    private List<Verified<CheckedTransaction>> Check(IReadOnlyList<byte[]> encoded, out string? fault)
    {
        var results = new Verified<CheckedTransaction>?[encoded.Count];
        var faults = new string?[encoded.Count];
        if (parallel && encoded.Count >= TooFewForParallel)
        {
            Parallel.For(0, encoded.Count, i => results[i] = memory.Check(encoded[i], out faults[i]));
        }
        else
        {
            for (var i = 0; i < encoded.Count; i++)
            {
                results[i] = memory.Check(encoded[i], out faults[i]);
            }
        }

        var verified = new List<Verified<CheckedTransaction>>(encoded.Count);
        for (var i = 0; i < encoded.Count; i++)
        {
            if (results[i] is not { } transaction)
            {
                fault = $"transaction {i}: {faults[i]}";
                return verified;
            }

            verified.Add(transaction);
        }

        fault = null;
        return verified;
    }

    private sealed record EpochVerifier(ulong Epoch, ValidatorSet Validators, MessageVerifier Verifier);
}
