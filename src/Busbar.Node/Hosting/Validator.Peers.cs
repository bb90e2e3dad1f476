using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node.Exchange;
using Busbar.Node.Mempool;
using Busbar.Proofs;

namespace Busbar.Node.Hosting;

// What other nodes say, and what this one tells them by itself: transactions, where it stands, blocks.
internal sealed partial class Validator
{
    private const ulong SendAgainMs = 1_000;

    private readonly Dictionary<PublicKey, PeerState> peers = [];
    private readonly Dictionary<ulong, int> proposals = [];
    private readonly Queue<(PendingTransaction Pending, UnixTime Since)> own = [];
    private readonly List<byte[]> outbox = [];
    private ulong heightAtStatus;
    private int nextHistoryPeer;

    /// <summary>
    /// The height that at least one honest validator has, as far as this node knows: a liar cannot raise it.
    /// </summary>
    public ulong KnownHeight
    {
        get
        {
            var validators = chain.Head.Validators;
            var mayLie = validators.TotalWeight - validators.QuorumWeight;
            var weight = 0UL;
            foreach (var (key, state) in peers.OrderByDescending(peer => peer.Value.Status.Height))
            {
                var index = validators.IndexOf(key);
                weight += index < 0 ? 0 : validators.WeightOf(index);
                if (weight > mayLie)
                {
                    return Math.Max(state.Status.Height, chain.Head.Height);
                }
            }

            return chain.Head.Height;
        }
    }

    /// <summary>Votes of the validators that said where they stand, and of this one.</summary>
    public ulong HeardWeight
    {
        get
        {
            var validators = chain.Head.Validators;
            var weight = 0UL;
            for (var index = 0; index < validators.Count; index++)
            {
                var key = validators.Keys[index];
                var isHeard = peers.GetValueOrDefault(key) is { IsHeard: true };
                weight += isHeard || (Votes && key.Equals(options.Key.PublicKey)) ? validators.WeightOf(index) : 0;
            }

            return weight;
        }
    }

    private bool IsFarBehind => KnownHeight > chain.Head.Height + NodeLimits.SingleFetchHeights;

    /// <summary>A link to a node came up.</summary>
    public void OnConnected(PublicKey peer)
    {
        peers.TryAdd(peer, new PeerState());
        ports.Send(peer, Status());
        foreach (var chunk in Chunks(own.Select(item => item.Pending).Where(IsPending).Select(item => item.Encoded)))
        {
            ports.Send(peer, chunk);
        }
    }

    /// <summary>The last link to a node went down.</summary>
    public void OnDisconnected(PublicKey peer) => peers.Remove(peer);

    /// <summary>A node said something.</summary>
    public void OnReceived(PublicKey from, PeerInput input)
    {
        if (!peers.TryGetValue(from, out var peer))
        {
            // Its link has ended since: keeping anything of it would be keeping it for ever.
            return;
        }

        switch (input)
        {
            case PeerInput.Consensus consensus:
                OnConsensus(from, consensus);
                break;
            case PeerInput.Transactions transactions:
                foreach (var (transaction, encoded) in transactions.Items)
                {
                    pool.Add(new PendingTransaction(transaction, encoded), chain.Head, ports.Now, out _);
                }

                break;
            case PeerInput.Status status:
                OnStatus(from, peer, status.Value);
                break;
            case PeerInput.BlockRequest request:
                if (BytesOf(request.Digest) is { } bytes)
                {
                    ports.Send(from, new PeerMessage.BlockAnswer(bytes));
                }

                break;
            case PeerInput.BlockAnswer block:
                if (wanted.Remove(block.Value.Digest))
                {
                    chain.Add(block.Value);
                    Progress();
                }

                break;
            case PeerInput.HistoryRequest request:
                AnswerHistory(from, peer, request.FromHeight);
                break;
            case PeerInput.HistoryAnswer history:
                OnHistory(from, history);
                break;
            default:
                throw new InvariantBrokenException("peer inputs are a closed set");
        }
    }

    private void OnConsensus(PublicKey from, PeerInput.Consensus consensus)
    {
        var index = chain.Head.Validators.IndexOf(from);
        if (consensus.Epoch != replicaEpoch || index < 0 || ending)
        {
            return;
        }

        if (consensus.Block is { } block)
        {
            TakeProposed(consensus.Message.Value, block);
        }

        Step(new Input.MessageReceived(index, consensus.Message));
        if (consensus.Block is not null)
        {
            Progress();
        }
    }

    // A leader may sign any number of proposals: an honest one signs one, and more than two prove nothing more.
    private void TakeProposed(Message message, ReceivedBlock block)
    {
        if (message is not Message.Proposal { Vote.Vote.View: var view }
            || view <= replica.Floor.View || view > replica.View + ConsensusLimits.ViewsAhead
            || chain.Holds(block.Digest))
        {
            return;
        }

        foreach (var old in proposals.Keys.Where(old => old <= replica.Floor.View).ToArray())
        {
            proposals.Remove(old);
        }

        var count = proposals.GetValueOrDefault(view);
        if (count < NodeLimits.ProposalsPerView)
        {
            proposals[view] = count + 1;
            wanted.Remove(block.Digest);
            chain.Add(block);
        }
    }

    private void OnStatus(PublicKey from, PeerState peer, PeerMessage.Status status)
    {
        peer.Status = status;
        peer.IsHeard = true;
        if (status.Height < chain.Head.Height && status.Epoch < chain.Head.Epoch)
        {
            // It cannot read this epoch's messages: it should know at once.
            ports.Send(from, Status());
        }
        else if (status.Epoch > chain.Head.Epoch)
        {
            AskHistory();
        }
    }

    private PeerMessage.Status Status() =>
        new(chain.Head.Epoch, chain.Head.Height, replica.View, ports.OldestHeight);

    private void SayStatus()
    {
        ports.Broadcast(Status());
        ports.SetTimer(ValidatorTimer.Status, options.StatusMs);
    }

    // :: Every while: say where this node stands, catch up when it stood still while others went on, and send its own
    // clients' transactions again, since any message may have been lost.
    private void OnStatusTimer()
    {
        SayStatus();
        if (chain.Head.Height == heightAtStatus)
        {
            AskHistory();
        }

        heightAtStatus = chain.Head.Height;
        for (var looked = own.Count; looked > 0 && outbox.Count < NodeLimits.TransactionsPerMessage; looked--)
        {
            var item = own.Dequeue();
            if (!IsPending(item.Pending))
            {
                continue;
            }

            if (item.Since.Ms + SendAgainMs <= ports.Now.Ms)
            {
                outbox.Add(item.Pending.Encoded);
                item.Since = ports.Now;
            }

            own.Enqueue(item);
        }
    }

    private static bool IsPending(PendingTransaction pending) => !pending.End.IsCompleted;

    private void SendOutbox()
    {
        foreach (var chunk in Chunks(outbox))
        {
            ports.Broadcast(chunk);
        }

        outbox.Clear();
    }

    private static IEnumerable<PeerMessage.Transactions> Chunks(IEnumerable<byte[]> encoded)
    {
        var chunk = new List<byte[]>();
        var sizeBytes = 0;
        foreach (var transaction in encoded)
        {
            chunk.Add(transaction);
            sizeBytes += transaction.Length;
            if (chunk.Count == NodeLimits.TransactionsPerMessage
                || sizeBytes >= NodeLimits.TransactionsPerMessageSizeBytes)
            {
                yield return new PeerMessage.Transactions(chunk);
                chunk = [];
                sizeBytes = 0;
            }
        }

        if (chunk.Count > 0)
        {
            yield return new PeerMessage.Transactions(chunk);
        }
    }

    private void GoOnCatchingUp()
    {
        if (IsFarBehind)
        {
            AskHistory();
        }
    }

    // :: From each peer that says it has more, in turn: one that lies or is slow costs one turn.
    private void AskHistory()
    {
        var next = chain.Head.Height + 1;
        if (storing.Count > 0)
        {
            // What is being stored comes first; then this node asks for what follows it.
            return;
        }

        var candidates = peers.Where(peer => peer.Value.Status.Height >= next && peer.Value.Status.OldestHeight <= next)
            .Select(peer => peer.Key).OrderBy(key => key.Address).ToArray();
        if (candidates.Length == 0)
        {
            AskSnapshot(next);
        }

        for (var tried = 0; tried < candidates.Length; tried++)
        {
            nextHistoryPeer = (nextHistoryPeer + 1) % candidates.Length;
            if (ports.Send(candidates[nextHistoryPeer], new PeerMessage.HistoryRequest(next)))
            {
                return;
            }
        }
    }

    // :: Nobody keeps the next block. A snapshot proves itself, so this only keeps a liar from making work of nothing:
    // somebody honest is past it, or the peer speaks of an epoch whose validators this node cannot know.
    private void AskSnapshot(ulong next)
    {
        var isKnown = KnownHeight >= next;
        var ahead = peers.Where(peer => peer.Value.Status.Height >= next)
            .Where(peer => isKnown || peer.Value.Status.Epoch > chain.Head.Epoch)
            .Select(peer => peer.Key).OrderBy(key => key.Address).ToArray();
        if (ahead.Length > 0 && !Halted)
        {
            nextHistoryPeer = (nextHistoryPeer + 1) % ahead.Length;
            ports.FallBehind(ahead[nextHistoryPeer]);
        }
    }

    private void AnswerHistory(PublicKey to, PeerState peer, ulong fromHeight)
    {
        if (fromHeight > chain.Head.Height || fromHeight < ports.OldestHeight
            || (peer.AnsweredAt.Ms <= ports.Now.Ms && ports.Now.Ms < peer.AnsweredAt.Ms + NodeLimits.HistoryIntervalMs))
        {
            return;
        }

        peer.AnsweredAt = ports.Now;
        var encoded = new List<byte[]>();
        var sizeBytes = 0;
        for (var height = fromHeight; height <= chain.Head.Height; height++)
        {
            if (ports.FindBlock(height) is not { } block)
            {
                break;
            }

            var bytes = (block with { Receipts = [] }).Encode();
            encoded.Add(bytes);
            sizeBytes += bytes.Length;

            // A block that became final through a later one is worth nothing without that one.
            var isFull = encoded.Count >= NodeLimits.HistoryBlocks || sizeBytes >= NodeLimits.HistorySizeBytes;
            if (isFull && block.Finalization is not null || encoded.Count == NodeLimits.BlocksPerMessage)
            {
                break;
            }
        }

        ports.Send(to, new PeerMessage.HistoryAnswer(encoded));
    }

    // :: Blocks in order; the last certificate among those of this epoch makes them final, by the replica's own rules.
    private void OnHistory(PublicKey from, PeerInput.HistoryAnswer history)
    {
        Certificate? newest = null;
        foreach (var (block, finalization) in history.Blocks)
        {
            if (block.Header.Epoch != replicaEpoch || block.Header.Height <= chain.Head.Height)
            {
                continue;
            }

            chain.Add(block);
            newest = finalization is { Vote: { Kind: VoteKind.Finalize } vote } && vote.Block == block.Digest
                ? finalization
                : newest;
        }

        if (newest is null || ending || Halted)
        {
            return;
        }

        if (!new MessageVerifier(chain.Head.Genesis.Network, replicaEpoch, chain.Head.Validators, options.Check)
            .TryVerify(new Unverified<Message>(new Message.CertificateSeen(newest)), out var certificate))
        {
            ports.Blame(from, "it sent a block with a certificate that is not valid");
            return;
        }

        if (newest.Vote.View <= replica.Floor.View)
        {
            // The replica knows of later finality and has no use for this one. Storage has: the blocks up to that later
            // one may be more than can be held at once.
            StoreIfHere(newest);
        }
        else
        {
            var index = chain.Head.Validators.IndexOf(from);
            Step(new Input.MessageReceived(Math.Max(index, 0), certificate));
        }

        Progress();
    }

    private sealed class PeerState
    {
        public PeerMessage.Status Status { get; set; } = new(0, 0, 0, 0);

        public bool IsHeard { get; set; }

        public UnixTime AnsweredAt { get; set; }
    }
}
