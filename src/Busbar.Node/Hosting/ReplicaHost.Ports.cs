using Busbar.Api;
using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node.Config;
using Busbar.Node.Exchange;
using Busbar.Node.Peers;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Microsoft.Extensions.Logging;

namespace Busbar.Node.Hosting;

/// <content>The validator's ports: this machine's clock, timers, journal, store and links.</content>
public sealed partial class ReplicaHost : IValidatorPorts
{
    private readonly List<JournalEntry> unwritten = [];
    private ulong unwrittenSequence;
    private bool mustSync;

    UnixTime IValidatorPorts.Now => new((ulong)clock.GetUtcNow().ToUnixTimeMilliseconds());

    ulong IValidatorPorts.OldestHeight => store.OldestHeight;

    void IValidatorPorts.SetTimer(ValidatorTimer timer, ulong delayMs) =>
        timers[(int)timer]!.Change(TimeSpan.FromMilliseconds(delayMs), Timeout.InfiniteTimeSpan);

    bool IValidatorPorts.Send(PublicKey to, PeerMessage message) =>
        peers?.Send(to, LaneOf(message), message.Encode()) ?? false;

    void IValidatorPorts.Broadcast(PeerMessage message) => peers?.Broadcast(LaneOf(message), message.Encode());

    void IValidatorPorts.Append(ulong sequence, JournalRecord record, byte[]? block, bool mustSyncIt)
    {
        unwritten.Add(new JournalEntry(record, block));
        if (mustSyncIt)
        {
            mustSync = true;
            unwrittenSequence = sequence;
        }
    }

    void IValidatorPorts.Store(IReadOnlyList<FinalBlock> blocks) => writer.Add(blocks);

    void IValidatorPorts.Forget(ulong epoch, ulong view) => journal?.Forget(epoch, view);

    StoredBlock? IValidatorPorts.FindBlock(ulong height) => store.FindBlock(height);

    void IValidatorPorts.EnterEpoch(ulong epoch, ValidatorSet validators) =>
        LogEpoch(logger, epoch, validators.Count);

    void IValidatorPorts.Blame(PublicKey peer, string reason)
    {
        LogBlame(logger, peer.ToString(), reason);
        peers?.Penalise(peer);
    }

    void IValidatorPorts.Accuse(ulong epoch, Output.Evidence evidence)
    {
        evidenceCount++;
        var signer = validator.Head.Validators.Keys[evidence.Signer];
        known.Add(new EvidenceInfo(
            EvidenceFile.Contradiction,
            epoch,
            KeyText.Format(signer),
            $"{evidence.First.Vote} and {evidence.Second.Vote}",
            Hex.Format(evidence.First.Encode()),
            Hex.Format(evidence.Second.Encode())));
        LogEvidence(logger, evidence.Signer, epoch, evidence.First.Vote.ToString(), evidence.Second.Vote.ToString());
    }

    void IValidatorPorts.Alarm(string finding)
    {
        known.Add(new EvidenceInfo(
            EvidenceFile.Alarm,
            validator.Head.Epoch,
            KeyText.Format(options.ValidatorKey.PublicKey),
            finding,
            null,
            null));
        LogAlarm(logger, finding);
    }

    private static PeerLane LaneOf(PeerMessage message) => message.IsUrgent ? PeerLane.Votes : PeerLane.Bulk;

    // :: Own votes are on disk, with the blocks they name, before they count or leave; until nothing is left to write.
    private void WriteJournal()
    {
        while (unwritten.Count > 0)
        {
            var sync = mustSync;
            var sequence = unwrittenSequence;
            if (journal is { } file)
            {
                file.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(unwritten));
                if (sync)
                {
                    file.Sync();
                }
            }

            unwritten.Clear();
            mustSync = false;
            if (sync)
            {
                Invariant.Check(journal is not null);
                validator.OnDurable(sequence);
            }
        }
    }

    [LoggerMessage(
        EventId = 3, Level = LogLevel.Debug, Message = "Block {Height} is final with {Count} transactions")]
    private static partial void LogFinal(ILogger logger, ulong height, int count);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "Epoch {Epoch} begins with {Count} validators")]
    private static partial void LogEpoch(ILogger logger, ulong epoch, int count);

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "{Peer} is at fault: {Reason}")]
    private static partial void LogBlame(ILogger logger, string peer, string reason);

    [LoggerMessage(
        EventId = 6,
        Level = LogLevel.Error,
        Message = "Validator {Signer} of epoch {Epoch} contradicted itself: {First} and {Second}")]
    private static partial void LogEvidence(ILogger logger, int signer, ulong epoch, string first, string second);

    [LoggerMessage(EventId = 7, Level = LogLevel.Critical, Message = "{Finding}")]
    private static partial void LogAlarm(ILogger logger, string finding);
}
