using Busbar.Proofs;

namespace Busbar.Consensus;

// Sign, count, certify, finalize: spec/consensus.md#C-10 to C-19 and C-26 to C-31.
public sealed partial class Replica
{
    private bool HasVoted(ulong inView, VoteKind kind) => guard.Find(inView, kind) is not null;

    // :: An own vote: the guard signs, the journal gets it, and it counts and leaves only at Durable.
    private void Cast(Vote vote, Certificate? notarization, List<Output> outputs)
    {
        if (!IsOpen(vote.View) || (HasVoted(vote.View, vote.Kind) && !Mutants.Off(Mutant.SecondNotarize))
            || guard.TrySign(vote, notarization, out var signature) != VoteStatus.Signed)
        {
            return;
        }

        var signed = new SignedVote(vote, signature);
        waitingForDisk.Enqueue((Journal(new JournalRecord.OwnVote(signed), outputs), signed));
        if (Mutants.Off(Mutant.VoteBeforeDurable))
        {
            OnDurable(ulong.MaxValue, outputs);
        }
    }

    private ulong Journal(JournalRecord record, List<Output> outputs)
    {
        outputs.Add(new Output.Persist(nextSequence, record));
        return nextSequence++;
    }

    private void OnDurable(ulong upTo, List<Output> outputs)
    {
        while (!halted && waitingForDisk.TryPeek(out var next) && next.Sequence <= upTo)
        {
            waitingForDisk.Dequeue();
            SendOwn(next.Vote, outputs);
            TakeVote(self, next.Vote, outputs);
        }
    }

    private void SendOwn(SignedVote own, List<Output> outputs)
    {
        if (!IsAlone)
        {
            var isProposal = own.Vote.Kind == VoteKind.Notarize && validators.LeaderOf(own.Vote.View) == self;
            outputs.Add(new Output.Broadcast(isProposal ? new Message.Proposal(own) : new Message.VoteCast(self, own)));
        }
    }

    private void TakeVote(int signer, SignedVote signed, List<Output> outputs)
    {
        var vote = signed.Vote;
        if (!IsOpen(vote.View) || (vote.View > view + ConsensusLimits.ViewsAhead && signer != self))
        {
            return;
        }

        var record = RecordOf(vote.View);
        var contradicted = record.Add(signer, signed, out var added);
        if (contradicted is not null)
        {
            outputs.Add(new Output.Evidence(signer, contradicted, signed));
        }

        if (signer == validators.LeaderOf(vote.View))
        {
            HearLeader(record, signed, outputs);
        }

        if (added && record.TryForm(vote, validators) is { } certificate)
        {
            TakeCertificate(certificate, outputs);
        }
    }

    private void HearLeader(ViewRecord record, SignedVote signed, List<Output> outputs)
    {
        if (signed.Vote.Kind == VoteKind.Notarize)
        {
            if (Mutants.Off(Mutant.SecondNotarize) && record.Proposal is { } first && first.Vote != signed.Vote)
            {
                record.Proposal = signed;
                record.VerifyAsked = false;
            }

            record.Proposal ??= signed;
            record.Equivocated |= record.Proposal.Vote != signed.Vote;
        }
        else if (signed.Vote.Kind == VoteKind.Nullify && record.View == view)
        {
            GiveUp(outputs);
        }
    }

    // :: A certificate is kept, passed on once, and moves the replica on.
    private void TakeCertificate(Certificate certificate, List<Output> outputs)
    {
        var vote = certificate.Vote;
        if (vote.View <= floor.View || (vote.Kind != VoteKind.Finalize && !IsOpen(vote.View)))
        {
            CheckAgainstFloor(certificate, outputs);
            return;
        }

        var record = RecordOf(vote.View);
        if (record.Held(vote.Kind) is { } held)
        {
            if (held.Vote != vote)
            {
                Halt(held, certificate, outputs);
            }

            return;
        }

        if (!IsAlone)
        {
            if (vote.Kind != VoteKind.Finalize)
            {
                Journal(new JournalRecord.Held(certificate), outputs);
            }

            outputs.Add(new Output.Broadcast(new Message.CertificateSeen(certificate)));
        }

        switch (vote.Kind)
        {
            case VoteKind.Notarize:
                record.Notarization = certificate;
                outputs.Add(new Output.Notarized(certificate));
                AskToCertify(record, outputs);
                break;
            case VoteKind.Nullify:
                record.Nullification = certificate;
                Enter(vote.View + 1, outputs);
                break;
            case VoteKind.Finalize:
                Finalize(record, certificate, outputs);
                break;
            case VoteKind.Unset:
            default:
                throw new InvariantBrokenException("a certificate has a kind");
        }
    }

    private void AskToCertify(ViewRecord record, List<Output> outputs)
    {
        var block = record.Notarization!.Vote.Block;
        record.Certification = Certification.Pending;
        if (record.VerifiedBlock == block)
        {
            OnCertified(new Input.Certified(record.View, block, true), outputs);
        }
        else
        {
            outputs.Add(new Output.Certify(record.View, block));
        }
    }

    private void OnCertified(Input.Certified certified, List<Output> outputs)
    {
        if (!IsOpen(certified.View)
            || RecordOf(certified.View) is not { Certification: Certification.Pending } record
            || record.Notarization?.Vote.Block != certified.Block)
        {
            return;
        }

        record.Certification = certified.Executable ? Certification.Yes : Certification.No;
        if (!IsAlone)
        {
            Journal(new JournalRecord.Verdict(record.Notarization.Vote, certified.Executable), outputs);
        }

        if (certified.Executable)
        {
            FinalizeOwn(record, outputs);
            Enter(certified.View + 1, outputs);
        }
        else if (certified.View == view)
        {
            GiveUp(outputs);
        }
    }

    private void FinalizeOwn(ViewRecord record, List<Output> outputs)
    {
        if (record.Notarization is { } notarization && !record.Equivocated)
        {
            Cast(notarization.Vote with { Kind = VoteKind.Finalize }, notarization, outputs);
        }
    }

    private void Finalize(ViewRecord record, Certificate finalization, List<Output> outputs)
    {
        var vote = finalization.Vote;
        if (record.Notarization is { } other && other.Vote.Block != vote.Block)
        {
            Halt(other, finalization, outputs);
            return;
        }

        if (record.Nullification is { } nullification)
        {
            Halt(nullification, finalization, outputs);
            return;
        }

        floor = new FinalFloor(vote.View, vote.Block) { Finalization = finalization };
        guard.Prune(floor.View);
        while (views.Count > 0 && views.Keys.First() is var oldest && oldest <= floor.View)
        {
            views.Remove(oldest);
        }

        pace.OnFinalized();
        outputs.Add(new Output.Finalized(finalization));
        Enter(vote.View + 1, outputs);
        RestartStandstill(outputs);
    }

    private void CheckAgainstFloor(Certificate certificate, List<Output> outputs)
    {
        var vote = certificate.Vote;
        if (vote.View == floor.View && floor.Finalization is { } final
            && (vote.Kind == VoteKind.Nullify || vote.Block != final.Vote.Block))
        {
            Halt(final, certificate, outputs);
        }
    }

    private void Halt(Certificate first, Certificate second, List<Output> outputs)
    {
        halted = true;
        outputs.Add(new Output.Halt(first, second));
    }
}
