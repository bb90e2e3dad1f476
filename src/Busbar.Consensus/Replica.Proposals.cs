using Busbar.Proofs;

namespace Busbar.Consensus;

// Build, verify, notarize: spec/consensus.md#C-20 to C-25.
public sealed partial class Replica
{
    private (ulong View, FinalFloor Parent)? building;

    // :: The leader proposes once in a view, also across restarts: an own notarize vote stands for a proposal made.
    private void Propose(List<Output> outputs)
    {
        if (validators.LeaderOf(view) != self || building?.View == view || HasVoted(view, VoteKind.Notarize)
            || HasVoted(view, VoteKind.Nullify) || FindParent() is not { } parent)
        {
            return;
        }

        var isParentFinal = parent.View == floor.View;
        if (IsAlone && !isParentFinal)
        {
            // Alone there is nobody to overlap with: the next block waits for the disk as this one does.
            return;
        }

        if (workWaits || heartbeatDue || (settleDue && !isParentFinal))
        {
            workWaits = false;
            building = (view, parent);
            outputs.Add(new Output.Build(view, parent.Block));
        }
    }

    // The block of the last view that is certified or final, if every view passed on the way is nullified.
    private FinalFloor? FindParent()
    {
        for (var candidate = view - 1; candidate > floor.View; candidate--)
        {
            if (!views.TryGetValue(candidate, out var record))
            {
                return null;
            }

            if (record is { IsCertified: true, Notarization: { } notarization })
            {
                return new FinalFloor(candidate, notarization.Vote.Block);
            }

            if (record.Nullification is null)
            {
                return null;
            }
        }

        return floor;
    }

    private void OnBuilt(Input.Built built, List<Output> outputs)
    {
        if (building is not { } asked || asked.View != built.View)
        {
            return;
        }

        building = null;
        if (built.View != view || HasVoted(view, VoteKind.Nullify))
        {
            // The view was left or given up meanwhile; its transactions still wait for another block.
            workWaits = true;
            return;
        }

        Current.VerifiedBlock = built.Block;
        Cast(new Vote(VoteKind.Notarize, options.Epoch, view, asked.Parent.View, built.Block), null, outputs);
    }

    private void OnBuildFailed(Input.BuildFailed failed, List<Output> outputs)
    {
        if (building?.View != failed.View)
        {
            return;
        }

        building = null;
        if (failed.View == view)
        {
            GiveUp(outputs);
        }
    }

    // :: Judge the proposal of the current view: a wrong one is given up at once, one that lacks certificates waits.
    private void Judge(List<Output> outputs)
    {
        var record = Current;
        if (record.Proposal is not { Vote: var proposal } || record.Equivocated || record.VerifyAsked
            || (HasVoted(view, VoteKind.Notarize) && !Mutants.Off(Mutant.SecondNotarize))
            || HasVoted(view, VoteKind.Nullify))
        {
            return;
        }

        if (proposal.ParentView < floor.View)
        {
            GiveUp(outputs);
            return;
        }

        Hash256 parent;
        if (proposal.ParentView == floor.View)
        {
            parent = floor.Block;
        }
        else
        {
            var parentRecord = views.GetValueOrDefault(proposal.ParentView);
            if (parentRecord?.Certification == Certification.No)
            {
                GiveUp(outputs);
                return;
            }

            if (parentRecord is not { IsCertified: true, Notarization: { } notarization })
            {
                AskOnce(proposal.ParentView, outputs);
                return;
            }

            parent = notarization.Vote.Block;
        }

        for (var between = proposal.ParentView + 1; between < view; between++)
        {
            if (views.GetValueOrDefault(between)?.Nullification is null
                && !Mutants.Off(Mutant.ParentNullificationsUnchecked))
            {
                AskOnce(proposal.ParentView, outputs);
                return;
            }
        }

        record.VerifyAsked = true;
        outputs.Add(new Output.Verify(view, proposal.Block, parent, pace.DelayMs(TimerKind.Advance)));
    }

    private void OnVerified(Input.Verified verified, List<Output> outputs)
    {
        if (!IsOpen(verified.View) || RecordOf(verified.View) is not { Proposal.Vote: var proposal } record
            || proposal.Block != verified.Block)
        {
            return;
        }

        record.VerifiedBlock = verified.Block;
        if (verified.View == view && !record.Equivocated && !HasVoted(view, VoteKind.Nullify))
        {
            workWaits = false;
            Cast(proposal, null, outputs);
        }

        // A verified block is executable, so a certification that was pending needs no other answer.
        if (record.Notarization?.Vote.Block == verified.Block)
        {
            OnCertified(new Input.Certified(verified.View, verified.Block, true), outputs);
        }
    }

    private void OnRejected(Input.Rejected rejected, List<Output> outputs)
    {
        if (rejected.View == view && Current.Proposal?.Vote.Block == rejected.Block)
        {
            GiveUp(outputs);
        }
    }
}
