using Busbar.Proofs;

namespace Busbar.Consensus;

// Say again, ask, answer: spec/consensus.md#C-38 to C-42.
public sealed partial class Replica
{
    private bool asked;
    private ulong attempt;
    private ulong standstillFrom;

    // :: Still in the view: its own votes again, and what lets others enter it; and ask for what is missing here.
    private void Repeat(List<Output> outputs)
    {
        if (Mutants.Off(Mutant.NothingSaidAgain))
        {
            return;
        }

        SendOwnOf(view, outputs);
        SendEntry(outputs);
        attempt++;
        Ask(Missing(), outputs);
    }

    private void SendEntry(List<Output> outputs)
    {
        var previous = views.GetValueOrDefault(view - 1);
        var entry = floor.View == view - 1 ? floor.Finalization : previous?.Nullification ?? previous?.Notarization;
        if (entry is not null)
        {
            outputs.Add(new Output.Broadcast(new Message.CertificateSeen(entry)));
        }
    }

    // The first view whose certificate this replica lacks to enter, judge or build in its view.
    private ulong Missing()
    {
        if (Current.Proposal is { Vote: var proposal } && proposal.ParentView >= floor.View)
        {
            return Math.Max(proposal.ParentView, floor.View + 1);
        }

        var missing = view;
        for (var candidate = view - 1; candidate > floor.View; candidate--)
        {
            if (views.GetValueOrDefault(candidate) is not { IsCleared: true })
            {
                missing = candidate;
            }
        }

        return missing;
    }

    private void AskOnce(ulong from, List<Output> outputs)
    {
        if (!asked)
        {
            asked = true;
            Ask(Math.Max(from, floor.View + 1), outputs);
        }
    }

    // The leader first, since it must have had what its proposal rests on; then the others in turn.
    private void Ask(ulong from, List<Output> outputs)
    {
        var peer = (int)((view + attempt) % (ulong)validators.Count);
        if (peer == self)
        {
            peer = (peer + 1) % validators.Count;
        }

        if (peer != self)
        {
            outputs.Add(new Output.Send(peer, new Message.Request(from, view)));
        }
    }

    private void Answer(int from, Message.Request request, List<Output> outputs)
    {
        if (request.FromView <= floor.View && floor.Finalization is { } finalization)
        {
            outputs.Add(new Output.Send(from, new Message.CertificateSeen(finalization)));
        }

        var left = ConsensusLimits.ViewsPerRequest;
        for (var wanted = Math.Max(request.FromView, floor.View + 1);
            wanted <= Math.Min(request.ToView, view) && left > 0;
            wanted++, left--)
        {
            foreach (var certificate in HeldIn(wanted))
            {
                outputs.Add(new Output.Send(from, new Message.CertificateSeen(certificate)));
            }
        }
    }

    private void OnStandstill(ulong sinceFloor, List<Output> outputs)
    {
        if (sinceFloor != floor.View || Mutants.Off(Mutant.NothingSaidAgain))
        {
            return;
        }

        if (floor.Finalization is { } finalization)
        {
            outputs.Add(new Output.Broadcast(new Message.CertificateSeen(finalization)));
        }

        // :: Oldest first, a bounded part each round, going on where the last round ended.
        var left = ConsensusLimits.ViewsPerStandstill;
        var from = standstillFrom > view ? floor.View + 1 : Math.Max(standstillFrom, floor.View + 1);
        for (; from <= view && left > 0; from++, left--)
        {
            foreach (var certificate in HeldIn(from))
            {
                outputs.Add(new Output.Broadcast(new Message.CertificateSeen(certificate)));
            }

            SendOwnOf(from, outputs);
        }

        standstillFrom = from;
        ArmStandstill(outputs);
    }

    private void RestartStandstill(List<Output> outputs)
    {
        standstillFrom = 0;
        ArmStandstill(outputs);
    }

    private void ArmStandstill(List<Output> outputs)
    {
        if (!IsAlone)
        {
            outputs.Add(new Output.SetTimer(TimerKind.Standstill, floor.View, pace.DelayMs(TimerKind.Standstill)));
        }
    }

    private IEnumerable<Certificate> HeldIn(ulong wanted)
    {
        if (views.GetValueOrDefault(wanted) is not { } record)
        {
            yield break;
        }

        if (record.Notarization is { } notarization)
        {
            yield return notarization;
        }

        if (record.Nullification is { } nullification)
        {
            yield return nullification;
        }
    }

    private void SendOwnOf(ulong ofView, List<Output> outputs)
    {
        foreach (var kind in (ReadOnlySpan<VoteKind>)[VoteKind.Notarize, VoteKind.Nullify, VoteKind.Finalize])
        {
            if (guard.Find(ofView, kind) is { } own && !IsOnItsWayToDisk(own))
            {
                SendOwn(own, outputs);
            }
        }
    }

    private bool IsOnItsWayToDisk(SignedVote own)
    {
        foreach (var (_, waiting) in waitingForDisk)
        {
            if (waiting.Vote == own.Vote)
            {
                return true;
            }
        }

        return false;
    }
}
