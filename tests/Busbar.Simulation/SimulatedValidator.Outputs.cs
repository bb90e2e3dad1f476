using Busbar.Consensus;
using Busbar.Proofs;

namespace Busbar.Simulation;

internal sealed partial class SimulatedValidator
{
    private const ulong FetchAgainMs = 40;

    private void CarryOut(Output output)
    {
        switch (output)
        {
            case Output.Persist persist:
                Persist(persist);
                break;
            case Output.SetTimer timer:
                SetTimer(timer);
                break;
            case Output.Build build:
                Build(build);
                break;
            case Output.Verify verify:
                WhenHeld(verify.Block, () => Step(Judge(verify)));
                break;
            case Output.Certify certify:
                WhenHeld(certify.Block, () => Step(new Input.Certified(certify.View, certify.Block, true)));
                break;
            case Output.Broadcast broadcast:
                Broadcast(broadcast.Message);
                break;
            case Output.Send send:
                cluster.Transmit(index, send.To, send.Message, null);
                break;
            case Output.Notarized notarized:
                cluster.Oracle.OnCertificate(notarized.Certificate);
                break;
            case Output.Finalized finalized:
                OnFinalized(finalized.Certificate);
                break;
            case Output.Evidence:
                cluster.CountEvidence();
                break;
            case Output.Halt halt:
                cluster.Oracle.Fail($"validator {index} halted at {halt.First.Vote} and {halt.Second.Vote}");
                break;
            default:
                throw new InvariantBrokenException("outputs are a closed set");
        }
    }

    private void Persist(Output.Persist persist)
    {
        if (MayDie())
        {
            return;
        }

        var place = Append(() =>
        {
            journal.Add(persist.Record);
            if (persist.Record is JournalRecord.OwnVote { Vote: { Kind: VoteKind.Notarize } own })
            {
                durableBlocks.Add(own.Block);
            }
        });
        Later(1 + cluster.Random.Below(3), () =>
        {
            Sync(place);
            if (!MayDie())
            {
                Step(new Input.Durable(persist.Sequence));
            }
        });
    }

    private void SetTimer(Output.SetTimer timer)
    {
        var turn = timerTurn[timer.Kind] = ++timerTurns;
        Later(timer.DelayMs, () =>
        {
            if (timerTurn[timer.Kind] == turn)
            {
                Step(new Input.TimerFired(timer.Kind, timer.View));
            }
        });
    }

    private void Build(Output.Build build)
    {
        var parent = cluster.Blocks[build.Parent];
        var block = new SimulatedBlock(build.View, parent.Height + 1, build.Parent, cluster.Random.Next());
        cluster.Blocks[block.Digest] = block;
        held.Add(block.Digest);
        Later(1, new Input.Built(build.View, block.Digest));
    }

    private Input Judge(Output.Verify verify)
    {
        var block = cluster.Blocks[verify.Block];
        return block.Parent == verify.Parent && block.View == verify.View
            ? new Input.Verified(verify.View, verify.Block)
            : new Input.Rejected(verify.View, verify.Block);
    }

    // The block and its ancestors, from peers if they did not come.
    private void WhenHeld(Hash256 digest, Action action)
    {
        for (var next = digest; ; next = cluster.Blocks[next].Parent)
        {
            if (!held.Contains(next))
            {
                if (cluster.FetchFromPeers(index, next) is { } block)
                {
                    held.Add(block.Digest);
                }

                Later(FetchAgainMs, () => WhenHeld(digest, action));
                return;
            }

            if (cluster.Blocks[next].Height == 0 || durableBlocks.Contains(next))
            {
                Later(1, action);
                return;
            }
        }
    }

    private void Broadcast(Message message)
    {
        var own = message switch
        {
            Message.Proposal proposal => proposal.Vote,
            Message.VoteCast cast => cast.Vote,
            _ => null,
        };
        if (own is not null && !IsFaulty)
        {
            cluster.Oracle.OnHonestVote(index, own.Vote);
            cluster.Note(unchecked(((ulong)own.Vote.Kind << 40) ^ ((ulong)index << 32) ^ own.Vote.View
                ^ (ulong)own.Signature.S.GetHashCode()));
            if (!journal.Any(record => record is JournalRecord.OwnVote vote && vote.Signed == own))
            {
                cluster.Oracle.Fail($"validator {index} sent a vote that is not durable");
            }
        }

        if (message is Message.CertificateSeen seen)
        {
            cluster.Oracle.OnCertificate(seen.Certificate);
        }

        if (equivocator is not null && message is Message.Proposal mine)
        {
            equivocator.Propose(mine);
            return;
        }

        var block = message is Message.Proposal made ? cluster.Blocks[made.Vote.Vote.Block] : null;
        for (var to = 0; to < cluster.Validators.Count; to++)
        {
            if (to == index)
            {
                continue;
            }

            // Death in the middle of a broadcast: some have the vote, some do not.
            if (MayDie())
            {
                return;
            }

            cluster.Transmit(index, to, message, block);
        }
    }

    private void OnFinalized(Certificate certificate)
    {
        if (!IsFaulty)
        {
            cluster.Oracle.OnFinal(certificate);
        }

        cluster.Note(0xF1A1 ^ certificate.Vote.View ^ ((ulong)index << 40));
        if (cluster.IsHealed)
        {
            FinalBlocksAfterHealing++;
        }

        var place = Append(() => durableFloor =
            new FinalFloor(certificate.Vote.View, certificate.Vote.Block) { Finalization = certificate });
        WhenHeld(certificate.Vote.Block, () =>
        {
            for (var next = certificate.Vote.Block; durableBlocks.Add(next); next = cluster.Blocks[next].Parent)
            {
            }
        });
        Later(2, () => Sync(place));
    }

    private ulong Append(Action write)
    {
        unsynced.Enqueue(write);
        return ++appended;
    }

    // A sync covers everything before it.
    private void Sync(ulong upTo)
    {
        while (appended - (ulong)unsynced.Count < upTo)
        {
            unsynced.Dequeue()();
        }
    }
}
