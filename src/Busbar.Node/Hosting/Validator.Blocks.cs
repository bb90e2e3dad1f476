using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node.Exchange;
using Busbar.Proofs;

namespace Busbar.Node.Hosting;

// What waits for blocks, and how they are had.
internal sealed partial class Validator
{
    private readonly List<Waiter> waiting = [];
    private readonly Dictionary<Hash256, Wanted> wanted = [];
    private bool fetchTimer;
    private bool progressing;
    private bool again;

    private void Await(Waiter waiter)
    {
        waiting.Add(waiter);
        Progress();
    }

    // :: Try everything that waits; what is answered may let something else go on, so until nothing moves.
    private void Progress()
    {
        again = true;
        if (progressing)
        {
            return;
        }

        progressing = true;
        while (again)
        {
            again = false;
            foreach (var waiter in waiting.ToArray())
            {
                if (waiting.Contains(waiter) && TryAnswer(waiter))
                {
                    waiting.Remove(waiter);
                    again = true;
                }
            }
        }

        progressing = false;
    }

    private bool TryAnswer(Waiter waiter)
    {
        // A view at or below the final one needs no answer; finality itself always does.
        if (waiter is not Waiter.Finalize && waiter.View <= replica.Floor.View)
        {
            return true;
        }

        switch (chain.Execute(waiter.Block))
        {
            case ChainProgress.Executed:
                if (notarized.Contains(waiter.Block))
                {
                    OnNotarized(waiter.Block);
                }

                return AnswerExecuted(waiter);
            case ChainProgress.Missing missing:
                Want(missing.Digest);
                return waiter is Waiter.Build && waiter.View != replica.View;
            case ChainProgress.Faulty faulty:
                AnswerFaulty(waiter, faulty.Reason);
                return true;
            case ChainProgress.Stale:
                Invariant.Check(waiter is not Waiter.Finalize);
                return true;
            default:
                throw new InvariantBrokenException("progress is a closed set");
        }
    }

    private bool AnswerExecuted(Waiter waiter)
    {
        switch (waiter)
        {
            case Waiter.Build build:
                Step(build.View == replica.View
                    ? BuildOn(build.View, build.Parent)
                    : new Input.BuildFailed(build.View));
                return true;
            case Waiter.Verify verify:
                return TryJudge(verify);
            case Waiter.Certify certify:
                Step(new Input.Certified(certify.View, certify.Notarized, true));
                return true;
            case Waiter.Finalize finalize:
                StoreUpTo(finalize.Certificate);
                return true;
            default:
                throw new InvariantBrokenException("waiters are a closed set");
        }
    }

    private void AnswerFaulty(Waiter waiter, string reason)
    {
        switch (waiter)
        {
            case Waiter.Build build:
                Step(new Input.BuildFailed(build.View));
                break;
            case Waiter.Verify verify:
                Step(new Input.Rejected(verify.View, verify.Proposal));
                break;
            case Waiter.Certify certify:
                Step(new Input.Certified(certify.View, certify.Notarized, false));
                break;
            case Waiter.Finalize finalize:
                throw FinalAndFaulty(finalize.Block, reason);
            default:
                throw new InvariantBrokenException("waiters are a closed set");
        }
    }

    // :: A proposal that executes: is it the right one for this view and parent, and is its time acceptable now?
    private bool TryJudge(Waiter.Verify verify)
    {
        if (IsRepetition(verify))
        {
            Step(new Input.Verified(verify.View, verify.Proposal));
            return true;
        }

        if (!chain.Candidates.TryGetValue(verify.Proposal, out var candidate)
            || candidate.Header.Parent != verify.Parent || candidate.Header.View != verify.View
            || candidate.Header.Epoch != replicaEpoch)
        {
            Step(new Input.Rejected(verify.View, verify.Proposal));
            return true;
        }

        var (time, now) = (candidate.Header.Time.Ms, ports.Now.Ms);
        if (time > now + NodeLimits.ClockAheadMs)
        {
            if (verify.View != replica.View)
            {
                return true;
            }

            ports.SetTimer(ValidatorTimer.Hold, time - now - NodeLimits.ClockAheadMs);
            return false;
        }

        Step(time + verify.MaxAgeMs < now
            ? new Input.Rejected(verify.View, verify.Proposal)
            : new Input.Verified(verify.View, verify.Proposal));
        return true;
    }

    // The last block of an epoch, proposed again so that it becomes final: nothing else may stand on it.
    private bool IsRepetition(Waiter.Verify verify) =>
        verify.Proposal == verify.Parent && chain.StateAfter(verify.Parent) is { } state && EndsEpoch(state);

    private static InvariantBrokenException FinalAndFaulty(Hash256 block, string reason) => new(
        $"the final block {block} does not execute here ({reason}): this release computes something else than the "
        + "others, or its disk or memory is damaged");

    // For a certificate that nobody waits for: when blocks are missing, history brings it again with them.
    private void StoreIfHere(Certificate certificate)
    {
        switch (chain.Execute(certificate.Vote.Block))
        {
            case ChainProgress.Executed:
                StoreUpTo(certificate);
                break;
            case ChainProgress.Faulty faulty:
                throw FinalAndFaulty(certificate.Vote.Block, faulty.Reason);
            case ChainProgress.Missing or ChainProgress.Stale:
                break;
            default:
                throw new InvariantBrokenException("progress is a closed set");
        }
    }

    private void StoreUpTo(Certificate certificate)
    {
        var path = chain.PathTo(certificate.Vote.Block).ToList();
        var alreadyStoring = storing.Sum(batch => batch.Blocks.Count);
        path.RemoveRange(0, Math.Min(alreadyStoring, path.Count));
        if (path.Count == 0)
        {
            // A later certificate overtook this one.
            return;
        }

        var blocks = path.Select(block => block with
        {
            Block = block.Block with { Finalization = block == path[^1] ? certificate : null },
        }).ToList();
        if (EndsEpoch(path[^1].Executed.State))
        {
            // Nothing of this epoch comes after it.
            ending = true;
        }

        storing.Enqueue((certificate, blocks));
        ports.Store([.. blocks.Select(block => new FinalBlock(block.Block, block.Executed))]);
    }

    // :: A missing block: from the leader first, who must have it, then from the others in turn.
    private void Want(Hash256 digest)
    {
        if (IsFarBehind)
        {
            // History comes in order and has it.
            return;
        }

        if (!wanted.TryGetValue(digest, out var want))
        {
            if (wanted.Count >= NodeLimits.WantedBlocks)
            {
                wanted.Clear();
            }

            wanted[digest] = want = new Wanted { NextPeer = replica.Leader };
        }

        if (want.DueAt > ports.Now && want.DueAt.Ms <= ports.Now.Ms + options.FetchMs)
        {
            return;
        }

        want.DueAt = new UnixTime(ports.Now.Ms + options.FetchMs);
        var keys = chain.Head.Validators.Keys;
        for (var tried = 0; tried < keys.Count; tried++)
        {
            var peer = keys[(want.NextPeer + tried) % keys.Count];
            if (!peer.Equals(options.Key.PublicKey) && ports.Send(peer, new PeerMessage.BlockRequest(digest)))
            {
                want.NextPeer = (want.NextPeer + tried + 1) % keys.Count;
                break;
            }
        }

        if (!fetchTimer)
        {
            fetchTimer = true;
            ports.SetTimer(ValidatorTimer.Fetch, options.FetchMs);
        }
    }

    private sealed class Wanted
    {
        public int NextPeer { get; set; }

        public UnixTime DueAt { get; set; }
    }
}
