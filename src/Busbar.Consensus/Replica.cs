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
// so a final block can never be skipped: a proposal must show a nullification for every view between its parent's and
// its own. VoteGuard holds the five rules of voting; nothing else can sign.
//
// A view is left when its block is notarized and certified (at hand, executable), or when it is nullified, or when a
// later one is. A replica gives a view up when its timers run out, when the proposal is wrong, when the leader gives
// it up, or when the leader has been silent for a whole rotation.
//
// A vote is worth nothing until it is durable: the replica asks for Persist and goes on only at Durable, for its own
// counting as much as for anybody else's. After a restart the journal's votes come back with their signatures, and the
// replica goes on from there; it never signs a second time.
//
// Messages may be lost, so whatever progress needs is said again: each certificate is passed on once by everybody;
// while a view lasts its votes are repeated and missing certificates asked for; and when nothing becomes final for
// long, everything above the highest final block is sent again.
//
// An idle network burns no views: a leader proposes when a transaction waits, when its parent does not become final
// by itself, or a heartbeat after it entered the view; the timers of the others start for the same reasons.
//
// Files: this one takes inputs apart; Proposals (build, verify, notarize), Votes (sign, count, certificates), Views
// (enter, timers, give up), Repair (say again, ask, answer), Recovery (the journal).

/// <summary>
/// A validator as a pure state machine: it never waits, sends, stores or reads a clock. The host gives inputs and
/// carries outputs out, in order. Deterministic: the same inputs give the same outputs. Not thread-safe.
/// </summary>
public sealed partial class Replica
{
    private const int Nobody = -1;

    private readonly ReplicaOptions options;
    private readonly ValidatorSet validators;
    private readonly int self;
    private readonly VoteGuard guard;
    private readonly Pacemaker pace;
    private readonly PeerActivity activity;
    private readonly SortedDictionary<ulong, ViewRecord> views = [];
    private readonly Queue<(ulong Sequence, SignedVote Vote)> waitingForDisk = [];
    private FinalFloor floor;
    private ulong view;
    private ulong nextSequence = 1;
    private bool workWaits;
    private bool halted;

    /// <summary>Takes up where storage and journal stand.</summary>
    /// <param name="options">Who this is and how it runs.</param>
    /// <param name="floor">The highest final block in storage.</param>
    /// <param name="journal">
    /// What the journal holds, in order; records at or below the floor and of other epochs are ignored.
    /// </param>
    /// <exception cref="ArgumentException">The key is not one of the set.</exception>
    public Replica(ReplicaOptions options, FinalFloor floor, IEnumerable<JournalRecord> journal)
    {
        self = options.Key is { } key ? options.Validators.IndexOf(key.PublicKey) : Nobody;
        if (options.Key is not null && self < 0)
        {
            throw new ArgumentException("The key is not one of the validator set.", nameof(options));
        }

        this.options = options;
        this.floor = floor;
        validators = options.Validators;
        guard = new VoteGuard(options.Network, options.Key);
        pace = new Pacemaker(options);
        view = floor.View + 1;
        Replay(journal);
        activity = new PeerActivity(validators, self, view);
    }

    /// <summary>The view this replica is in.</summary>
    public ulong View => view;

    /// <summary>The highest final block.</summary>
    public FinalFloor Floor => floor;

    /// <summary>
    /// The newest block above the highest final one that this replica voted to notarize, or null. After a restart the
    /// host must still hold it: the journal kept it with the vote.
    /// </summary>
    public Hash256? PendingBlock => guard.NewestNotarize?.Vote.Block;

    /// <summary>Every own vote above the highest final block, by view.</summary>
    public IEnumerable<SignedVote> OwnVotes => guard.All;

    /// <summary>
    /// The block that the current view's block would stand on: the last certified or final one, or null while a
    /// certificate is missing to tell.
    /// </summary>
    public Hash256? Tip => FindParent()?.Block;

    /// <summary>Whose view this is: the index of the validator that proposes in it.</summary>
    public int Leader => validators.LeaderOf(view);

    /// <summary>True after <see cref="Output.Halt"/>: it takes no part any more.</summary>
    public bool Halted => halted;

    private bool IsAlone => validators.Count == 1;

    private ViewRecord Current => RecordOf(view);

    /// <summary>Takes one input and appends what the host is to do.</summary>
    public void Step(Input input, List<Output> outputs)
    {
        if (halted)
        {
            return;
        }

        switch (input)
        {
            case Input.Started:
                Start(outputs);
                break;
            case Input.WorkAvailable:
                workWaits = true;
                break;
            case Input.TimerFired fired:
                OnTimer(fired, outputs);
                break;
            case Input.Built built:
                OnBuilt(built, outputs);
                break;
            case Input.BuildFailed failed:
                OnBuildFailed(failed, outputs);
                break;
            case Input.Verified verified:
                OnVerified(verified, outputs);
                break;
            case Input.Rejected rejected:
                OnRejected(rejected, outputs);
                break;
            case Input.Certified certified:
                OnCertified(certified, outputs);
                break;
            case Input.MessageReceived received:
                OnMessage(received.From, received.Message.Value, outputs);
                break;
            case Input.Durable durable:
                OnDurable(durable.Sequence, outputs);
                break;
            default:
                throw new InvariantBrokenException("inputs are a closed set");
        }

        if (!halted)
        {
            Judge(outputs);
            Pace(outputs);
            Propose(outputs);
        }
    }

    private void OnMessage(int from, Message message, List<Output> outputs)
    {
        activity.Heard(from, view);
        switch (message)
        {
            case Message.Proposal proposal:
                HearVote(validators.LeaderOf(proposal.Vote.Vote.View), proposal.Vote, outputs);
                break;
            case Message.VoteCast cast:
                HearVote(cast.Signer, cast.Vote, outputs);
                break;
            case Message.CertificateSeen seen:
                TakeCertificate(seen.Certificate, outputs);
                break;
            case Message.Request request:
                Answer(from, request, outputs);
                break;
            default:
                throw new InvariantBrokenException("messages are a closed set");
        }
    }

    // :: A vote under this replica's own key that it does not know: its memory is not all there is. It stops voting.
    private void HearVote(int signer, SignedVote vote, List<Output> outputs)
    {
        if (signer == self)
        {
            if (IsOpen(vote.Vote.View) && guard.Find(vote.Vote.View, vote.Vote.Kind)?.Vote != vote.Vote)
            {
                guard.Retire();
                outputs.Add(new Output.Impersonated(vote));
            }

            return;
        }

        TakeVote(signer, vote, outputs);
    }

    private bool IsOpen(ulong candidate) =>
        candidate > floor.View && candidate - floor.View <= ConsensusLimits.OpenViews;

    private ViewRecord RecordOf(ulong ofView)
    {
        if (!views.TryGetValue(ofView, out var record))
        {
            views[ofView] = record = new ViewRecord(ofView);
        }

        return record;
    }
}
