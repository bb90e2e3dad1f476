using Busbar.Proofs;

namespace Busbar.Consensus;

// Enter a view, run its timers, give it up: spec/consensus.md#C-32 to C-37.
public sealed partial class Replica
{
    private bool timersRun;
    private bool heartbeatDue;
    private bool settleDue;

    // :: Views are entered upward only, each once, so no certificate can set a deadline back.
    private void Enter(ulong next, List<Output> outputs)
    {
        if (next <= view)
        {
            return;
        }

        view = next;
        pace.OnViewEntered();
        if (building is not null)
        {
            // What the unfinished block would have held still waits.
            building = null;
            workWaits = true;
        }

        ResetView(outputs);
    }

    private void ResetView(List<Output> outputs)
    {
        timersRun = false;
        heartbeatDue = false;
        settleDue = false;
        asked = false;
        attempt = 0;
        SetTimer(TimerKind.Heartbeat, outputs);
        if (!IsAlone && validators.LeaderOf(view) == self)
        {
            SetTimer(TimerKind.Settle, outputs);
        }
    }

    // :: The timers run while there is a reason to leave the view, and stop when the parent became final by itself.
    private void Pace(List<Output> outputs)
    {
        if (IsAlone)
        {
            return;
        }

        var record = Current;
        var hasReason = workWaits || heartbeatDue || record.Proposal is not null || record.Notarization is not null
            || HasVoted(view, VoteKind.Nullify) || FindParent()?.View != floor.View;
        if (!hasReason)
        {
            timersRun = false;
            return;
        }

        if (timersRun)
        {
            return;
        }

        timersRun = true;
        SetTimer(TimerKind.Leader, outputs);
        SetTimer(TimerKind.Advance, outputs);
        SetTimer(TimerKind.Retry, outputs);
        if (record.Proposal is null && activity.ShouldSkip(validators.LeaderOf(view), view))
        {
            GiveUp(outputs);
        }
    }

    private void OnTimer(Input.TimerFired fired, List<Output> outputs)
    {
        if (fired.Kind == TimerKind.Standstill)
        {
            OnStandstill(fired.View, outputs);
            return;
        }

        if (fired.View != view)
        {
            // A timer of a view that was left.
            return;
        }

        switch (fired.Kind)
        {
            case TimerKind.Heartbeat:
                heartbeatDue = true;
                break;
            case TimerKind.Settle:
                settleDue = true;
                break;
            case TimerKind.Leader when timersRun && Current.Proposal is null:
            case TimerKind.Advance when timersRun && !Current.IsCertified:
                GiveUp(outputs);
                break;
            case TimerKind.Retry when timersRun:
                Repeat(outputs);
                SetTimer(TimerKind.Retry, outputs);
                break;
            case TimerKind.Leader:
            case TimerKind.Advance:
            case TimerKind.Retry:
                // The reason to leave the view went away.
                break;
            case TimerKind.Standstill:
            case TimerKind.Unset:
            default:
                throw new InvariantBrokenException("a timer has a kind");
        }
    }

    private void GiveUp(List<Output> outputs) =>
        Cast(new Vote(VoteKind.Nullify, options.Epoch, view, 0, Hash256.Zero), null, outputs);

    private void SetTimer(TimerKind kind, List<Output> outputs) =>
        outputs.Add(new Output.SetTimer(kind, view, pace.DelayMs(kind)));
}
