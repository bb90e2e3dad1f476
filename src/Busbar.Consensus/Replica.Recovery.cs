using Busbar.Proofs;

namespace Busbar.Consensus;

// The journal: spec/consensus.md#C-43 to C-46. Replay signs nothing; Start counts and sends what it found.
public sealed partial class Replica
{
    private readonly List<SignedVote> recovered = [];

    private void Replay(IEnumerable<JournalRecord> journal)
    {
        foreach (var record in journal)
        {
            // Records of another epoch say nothing about this one's views.
            if (record.Vote.Epoch != options.Epoch || !IsOpen(record.Vote.View))
            {
                continue;
            }

            switch (record)
            {
                case JournalRecord.OwnVote own when !Mutants.Off(Mutant.JournalNotRead):
                    Recover(own.Signed);
                    break;
                case JournalRecord.OwnVote:
                    break;
                case JournalRecord.Held { Certificate: var certificate }:
                    Recover(certificate);
                    break;
                case JournalRecord.Verdict verdict:
                    Recover(verdict);
                    break;
                default:
                    throw new InvariantBrokenException("journal records are a closed set");
            }
        }
    }

    private void Recover(SignedVote own)
    {
        guard.Remember(own.Vote, own.Signature);
        recovered.Add(own);
        view = Math.Max(view, own.Vote.Kind == VoteKind.Finalize ? own.Vote.View + 1 : own.Vote.View);
        if (own.Vote.Kind == VoteKind.Notarize)
        {
            RecordOf(own.Vote.View).VerifiedBlock = own.Vote.Block;
        }
    }

    private void Recover(Certificate certificate)
    {
        var record = RecordOf(certificate.Vote.View);
        if (certificate.Vote.Kind == VoteKind.Notarize)
        {
            record.Notarization = certificate;
            record.Certification = Certification.Pending;
        }
        else
        {
            record.Nullification = certificate;
            view = Math.Max(view, certificate.Vote.View + 1);
        }
    }

    private void Recover(JournalRecord.Verdict verdict)
    {
        RecordOf(verdict.Vote.View).Certification = verdict.Executable ? Certification.Yes : Certification.No;
        if (verdict.Executable)
        {
            view = Math.Max(view, verdict.Vote.View + 1);
        }
    }

    private void Start(List<Output> outputs)
    {
        // :: Certificates first, so that no vote forms one again.
        foreach (var record in views.Values.ToArray())
        {
            if (record.Notarization is { } notarization)
            {
                outputs.Add(new Output.Notarized(notarization));
            }

            if (record is { Certification: Certification.Pending })
            {
                AskToCertify(record, outputs);
            }
        }

        ResetView(outputs);
        ArmStandstill(outputs);
        var startView = view;
        foreach (var own in recovered)
        {
            if (halted || own.Vote.View <= floor.View)
            {
                continue;
            }

            if (own.Vote.View == startView)
            {
                SendOwn(own, outputs);
            }

            TakeVote(self, own, outputs);
        }

        recovered.Clear();
    }
}
