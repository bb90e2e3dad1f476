using Busbar.Consensus;
using Busbar.Proofs;

namespace Busbar.Tests.Consensus;

/// <summary>One replica of four, fed by hand. View 1 is led by validator 1, view 4 by validator 0.</summary>
internal sealed class ReplicaDriver
{
    private readonly MessageVerifier verifier = new(Committee.Network, 0, Committee.Of(4));
    private readonly List<JournalRecord> journal = [];
    private ulong lastSequence;

    public ReplicaDriver(int self = 0, IEnumerable<JournalRecord>? journal = null, FinalFloor? floor = null)
    {
        Replica = new Replica(
            Committee.Options(4, self), floor ?? new FinalFloor(0, Committee.Genesis), journal ?? []);
        Started = Step(new Input.Started());
    }

    public Replica Replica { get; }

    public List<Output> Started { get; }

    public IReadOnlyList<JournalRecord> Journal => journal;

    public IEnumerable<Vote> Signed => journal.OfType<JournalRecord.OwnVote>().Select(record => record.Vote);

    public List<Output> Step(Input input)
    {
        var outputs = new List<Output>();
        Replica.Step(input, outputs);
        foreach (var persist in outputs.OfType<Output.Persist>())
        {
            Assert.Equal(lastSequence + 1, persist.Sequence);
            lastSequence = persist.Sequence;
            journal.Add(persist.Record);
        }

        return outputs;
    }

    public List<Output> Sync() => Step(new Input.Durable(lastSequence));

    public List<Output> Receive(int from, Message message)
    {
        Assert.True(verifier.TryVerify(new Unverified<Message>(message), out var verified));
        return Step(new Input.MessageReceived(from, verified));
    }

    public List<Output> Receive(int signer, Vote vote) =>
        Receive(signer, new Message.VoteCast(signer, new SignedVote(vote, Committee.Sign(signer, vote))));

    public List<Output> Propose(Vote vote)
    {
        var leader = (int)(vote.View % 4);
        return Receive(leader, new Message.Proposal(new SignedVote(vote, Committee.Sign(leader, vote))));
    }

    public List<Output> ReceiveCertificate(Vote vote, int from = 1) =>
        Receive(from, new Message.CertificateSeen(Committee.Certify(vote, 1, 2, 3)));

    public List<Output> Fire(TimerKind kind) => Step(new Input.TimerFired(kind, Replica.View));

    public List<Output> Certify(Vote notarized, bool executable = true)
    {
        var asked = ReceiveCertificate(notarized);
        Assert.Contains(new Output.Certify(notarized.View, notarized.Block), asked);
        return Step(new Input.Certified(notarized.View, notarized.Block, executable));
    }
}
