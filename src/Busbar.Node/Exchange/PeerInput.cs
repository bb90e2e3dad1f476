using Busbar.Consensus;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Exchange;

/// <summary>
/// A peer's message, checked as far as that needs no ledger. A closed set; the loop takes nothing else.
/// </summary>
internal abstract record PeerInput
{
    private protected PeerInput()
    {
    }

    /// <summary>A replica's message, every signature right for that epoch, and the block that came with it.</summary>
    public sealed record Consensus(ulong Epoch, Verified<Message> Message, ReceivedBlock? Block) : PeerInput;

    /// <summary>Well signed transactions with their encodings.</summary>
    public sealed record Transactions(
        IReadOnlyList<(Verified<CheckedTransaction> Transaction, byte[] Encoded)> Items) : PeerInput;

    /// <summary>Where the peer says it stands.</summary>
    public sealed record Status(PeerMessage.Status Value) : PeerInput;

    /// <summary>The peer wants a block.</summary>
    public sealed record BlockRequest(Hash256 Digest) : PeerInput;

    /// <summary>The peer sends a block.</summary>
    public sealed record BlockAnswer(ReceivedBlock Value) : PeerInput;

    /// <summary>The peer wants final blocks.</summary>
    public sealed record HistoryRequest(ulong FromHeight) : PeerInput;

    /// <summary>Blocks that the peer says are final; the certificates are not checked yet.</summary>
    public sealed record HistoryAnswer(
        IReadOnlyList<(ReceivedBlock Block, Certificate? Finalization)> Blocks) : PeerInput;
}
