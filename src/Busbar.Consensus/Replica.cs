using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

// The protocol is Simplex (spec/consensus.md). Time is cut into views; each view has one leader, who proposes one block
// on the block of the last view that was not given up. Validators vote three ways:
//
//   notarize   this is the first valid proposal of the view that I saw      q of them: the block may be built on
//   nullify    I give this view up and will never finalize anything in it   q of them: the view may be skipped
//   finalize   the block is notarized and I never gave the view up          q of them: the block is final
//
// Two quorums share an honest validator, and an honest validator never says both "nullify" and "finalize" in a view,
// so a final block can never be skipped. VoteGuard holds the five rules of voting; nothing else can sign.
//
// A vote is worth nothing until it is durable: the replica asks for Persist and goes on only at Durable, for its own
// counting as much as for anybody else's. After a restart the journal's votes come back with their signatures, and the
// replica goes on from there; it never signs a second time.
//
// This release runs a committee of one, in which every view's leader is the same and no view is given up.

/// <summary>
/// A validator as a pure state machine: it never waits, sends, stores or reads a clock. The host gives inputs and
/// carries outputs out, in order. Not thread-safe.
/// </summary>
public sealed class Replica
{
    private readonly ReplicaOptions options;
    private readonly VoteGuard guard;
    private readonly Dictionary<ulong, Vote> waitingForDisk = [];
    private readonly int self;
    private FinalFloor floor;
    private Certificate? notarization;
    private ulong nextSequence = 1;
    private bool building;
    private bool workWaits;

    /// <summary>Takes up where storage and journal stand.</summary>
    /// <param name="options">Who this is and how it runs.</param>
    /// <param name="floor">The highest final block in storage.</param>
    /// <param name="journal">The own votes that the journal holds, in order; those at or below the floor are ignored.</param>
    /// <exception cref="ArgumentException">The key is not one of the set, or the set has more than one validator.</exception>
    public Replica(ReplicaOptions options, FinalFloor floor, IEnumerable<JournalRecord> journal)
    {
        if (options.Validators.Count != 1)
        {
            throw new ArgumentException("This release runs a committee of one validator.", nameof(options));
        }

        self = options.Validators.IndexOf(options.Key.PublicKey);
        if (self < 0)
        {
            throw new ArgumentException("The key is not one of the validator set.", nameof(options));
        }

        this.options = options;
        this.floor = floor;
        guard = new VoteGuard(options.Network, options.Key);
        foreach (var record in journal)
        {
            // Votes of another epoch say nothing about this one's views.
            if (record.Vote.Epoch == options.Epoch && record.Vote.View > floor.View)
            {
                guard.Remember(record.Vote, record.Signature);
            }
        }
    }

    /// <summary>The view this replica is in: the one above the highest final view.</summary>
    public ulong View => floor.View + 1;

    /// <summary>The highest final block.</summary>
    public FinalFloor Floor => floor;

    /// <summary>
    /// The block that this replica voted for in its view before a restart, or null: the host must still hold it.
    /// </summary>
    public Hash256? PendingBlock => guard.Find(View, VoteKind.Notarize)?.Vote.Block;

    /// <summary>Takes one input and appends what the host is to do.</summary>
    public void Step(Input input, List<Output> outputs)
    {
        switch (input)
        {
            case Input.Started:
                Start(outputs);
                break;
            case Input.WorkAvailable:
                workWaits = true;
                ProposeIfWorkWaits(outputs);
                break;
            case Input.TimerFired { Kind: TimerKind.Heartbeat } fired when fired.View == View:
                Propose(outputs);
                break;
            case Input.TimerFired:
                // A timer of a view that was left.
                break;
            case Input.Built built when built.View == View:
                building = false;
                Notarize(built, outputs);
                break;
            case Input.Built:
                break;
            case Input.Durable durable:
                CountDurable(durable.Sequence, outputs);
                break;
            default:
                throw new InvariantBrokenException("inputs are a closed set");
        }
    }

    private void Start(List<Output> outputs)
    {
        // :: Votes of this view that were durable before the restart count again, with the signatures they had.
        if (guard.Find(View, VoteKind.Notarize) is { } notarized)
        {
            Count(notarized, outputs);
            return;
        }

        EnterView(outputs);
    }

    private void EnterView(List<Output> outputs)
    {
        outputs.Add(new Output.SetTimer(TimerKind.Heartbeat, View, options.HeartbeatMs));
        ProposeIfWorkWaits(outputs);
    }

    private void ProposeIfWorkWaits(List<Output> outputs)
    {
        if (workWaits)
        {
            Propose(outputs);
        }
    }

    private void Propose(List<Output> outputs)
    {
        if (building || guard.Find(View, VoteKind.Notarize) is not null)
        {
            return;
        }

        building = true;
        workWaits = false;
        outputs.Add(new Output.Build(View, floor.Block));
    }

    private void Notarize(Input.Built built, List<Output> outputs)
    {
        var vote = new Vote(VoteKind.Notarize, options.Epoch, built.View, floor.View, built.Block);
        SignAndPersist(vote, null, outputs);
    }

    private void SignAndPersist(Vote vote, Certificate? proof, List<Output> outputs)
    {
        var status = guard.TrySign(vote, proof, out var signature);
        Invariant.Check(status == VoteStatus.Signed);
        var sequence = nextSequence++;
        waitingForDisk.Add(sequence, vote);
        outputs.Add(new Output.Persist(sequence, new JournalRecord(vote, signature)));
    }

    private void CountDurable(ulong upTo, List<Output> outputs)
    {
        foreach (var sequence in waitingForDisk.Keys.Where(sequence => sequence <= upTo).Order().ToArray())
        {
            waitingForDisk.Remove(sequence, out var vote);
            if (guard.Find(vote.View, vote.Kind) is { } said)
            {
                Count(said, outputs);
            }
        }
    }

    private void Count(SignedVote said, List<Output> outputs)
    {
        var certificate = new Certificate(said.Vote, [self], [said.Signature]);
        switch (said.Vote.Kind)
        {
            case VoteKind.Notarize:
                notarization = certificate;
                outputs.Add(new Output.Notarized(certificate));
                Finalize(said.Vote, outputs);
                break;
            case VoteKind.Finalize:
                floor = new FinalFloor(said.Vote.View, said.Vote.Block);
                guard.Prune(floor.View);
                outputs.Add(new Output.Finalized(certificate));
                EnterView(outputs);
                break;
            case VoteKind.Nullify:
            case VoteKind.Unset:
            default:
                throw new InvariantBrokenException("a committee of one gives no view up");
        }
    }

    private void Finalize(Vote notarized, List<Output> outputs)
    {
        if (guard.Find(notarized.View, VoteKind.Finalize) is { } said)
        {
            Count(said, outputs);
            return;
        }

        SignAndPersist(notarized with { Kind = VoteKind.Finalize }, notarization, outputs);
    }
}
