using Busbar.Consensus;
using Busbar.Node.Exchange;
using Busbar.Node.Mempool;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Hosting;

// What the replica asks for, in its order.
internal sealed partial class Validator
{
    private readonly HashSet<Hash256> journaled = [];
    private readonly HashSet<Hash256> notarized = [];
    private ulong firstSequence;
    private bool stepping;

    private void Step(Input input)
    {
        if (ending)
        {
            return;
        }

        replica.Step(input, outputs);
        if (stepping)
        {
            // An answer given while outputs are carried out: its outputs follow those.
            return;
        }

        stepping = true;
        for (var next = 0; next < outputs.Count; next++)
        {
            CarryOut(outputs[next]);
        }

        outputs.Clear();
        stepping = false;
    }

    private void CarryOut(Output output)
    {
        switch (output)
        {
            case Output.Persist persist:
                Append(persist);
                break;
            case Output.SetTimer timer:
                timerViews[(int)timer.Kind] = timer.View;
                ports.SetTimer((ValidatorTimer)timer.Kind, timer.DelayMs);
                break;
            case Output.Build build:
                Await(new Waiter.Build(build.View, build.Parent));
                break;
            case Output.Verify verify:
                Await(new Waiter.Verify(verify.View, verify.Block, verify.Parent, verify.MaxAgeMs));
                break;
            case Output.Certify certify:
                Await(new Waiter.Certify(certify.View, certify.Block));
                break;
            case Output.Broadcast broadcast:
                ports.Broadcast(Envelope(broadcast.Message));
                break;
            case Output.Send send:
                ports.Send(chain.Head.Validators.Keys[send.To], Envelope(send.Message));
                break;
            case Output.Notarized certificate:
                OnNotarized(certificate.Certificate.Vote.Block);
                break;
            case Output.Finalized finalized:
                Await(new Waiter.Finalize(finalized.Certificate));
                break;
            case Output.Evidence evidence:
                ports.Accuse(replicaEpoch, evidence);
                break;
            case Output.Impersonated impersonated:
                retired = true;
                Votes = false;
                ports.Alarm(
                    $"A vote under this node's key that it did not cast was seen: {impersonated.Vote.Vote}. The key "
                    + "runs twice, or its journal was lost. This node follows from here on; give it a new key.");
                break;
            case Output.Halt halt:
                Votes = false;
                ports.Alarm(
                    $"Two certificates contradict each other: {halt.First.Vote} and {halt.Second.Vote}. More than a "
                    + "third of the validators are faulty; this node takes no part any more.");
                break;
            default:
                throw new InvariantBrokenException("outputs are a closed set");
        }
    }

    // The block goes in the same synced record as the first vote that names it.
    private void Append(Output.Persist persist)
    {
        var isOwn = persist.Record is JournalRecord.OwnVote;
        byte[]? block = null;
        if (isOwn && persist.Record.Vote is { Kind: VoteKind.Notarize or VoteKind.Finalize } vote
            && chain.Candidates.TryGetValue(vote.Block, out var candidate) && journaled.Add(vote.Block))
        {
            block = candidate.EncodeBare();
        }

        nextSequence = firstSequence + persist.Sequence;
        ports.Append(nextSequence, persist.Record, block, isOwn);
    }

    private PeerMessage.Consensus Envelope(Message message)
    {
        var block = message is Message.Proposal proposal ? BytesOf(proposal.Vote.Vote.Block) : null;
        return new PeerMessage.Consensus(message.Encode(), block);
    }

    private byte[]? BytesOf(Hash256 digest) =>
        chain.Find(digest) ?? (digest == chain.HeadDigest && ports.FindBlock(chain.Head.Height) is { } head
            ? (head with { Finalization = null, Receipts = [] }).Encode()
            : null);

    // Clients may see it as pre-confirmed, once it is here.
    private void OnNotarized(Hash256 digest)
    {
        if (!chain.Candidates.TryGetValue(digest, out var block))
        {
            notarized.Add(digest);
            return;
        }

        notarized.Remove(digest);
        foreach (var key in block.Keys)
        {
            if (pool.Find(key) is { } pending)
            {
                pending.Notarize(block.Header.Height);
            }
        }

        Notarized?.Invoke(block);
    }

    private Input.Built BuildOn(ulong view, Hash256 parent)
    {
        var state = chain.StateAfter(parent)!;
        if (EndsEpoch(state))
        {
            return new Input.Built(view, parent);
        }

        var builder = new BlockBuilder(state, parent, view, ports.Now);
        var refused = new List<(PendingTransaction Pending, InclusionStatus Status)>();
        pool.Serve(KeysOn(parent), pending =>
        {
            var status = builder.Offer(pending);
            if (status is not (InclusionStatus.Included or InclusionStatus.ShareExceeded or InclusionStatus.BlockFull))
            {
                refused.Add((pending, status));
            }

            return status;
        });
        var built = builder.Seal();

        // For whose share is used up, or had no room, there is a next block. On a block that is not final any other
        // refusal may be of that branch only; on a final one it stands.
        foreach (var (pending, status) in refused.Where(_ => parent == chain.HeadDigest))
        {
            pool.Remove(pending);
            pending.Finish(new TransactionEnd(status, 0, 0, default, null));
        }

        chain.Add(built);
        Built?.Invoke(built);
        return new Input.Built(view, built.Digest);
    }
}
