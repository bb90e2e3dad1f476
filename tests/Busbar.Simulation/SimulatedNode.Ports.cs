using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node.Exchange;
using Busbar.Node.Hosting;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Simulation;

/// <content>The validator's ports, simulated.</content>
internal sealed partial class SimulatedNode : IValidatorPorts
{
    private ulong journalBusyUntilMs;
    private ulong storeBusyUntilMs;

    UnixTime IValidatorPorts.Now => new((ulong)((long)(Simulation.StartMs + world.NowMs) + ClockOffsetMs));

    ulong IValidatorPorts.OldestHeight => 1;

    void IValidatorPorts.SetTimer(ValidatorTimer timer, ulong delayMs)
    {
        var turn = timerTurn[timer] = ++timerTurns;
        Later(delayMs, () =>
        {
            if (timerTurn.GetValueOrDefault(timer) == turn)
            {
                Run(() => validator?.OnTimer(timer));
            }
        });
    }

    bool IValidatorPorts.Send(PublicKey to, PeerMessage message)
    {
        foreach (var node in world.Nodes)
        {
            if (node != this && node.Key.PublicKey.Equals(to))
            {
                Transmit(node, message);
            }
        }

        return true;
    }

    void IValidatorPorts.Broadcast(PeerMessage message)
    {
        if (validator is null)
        {
            return;
        }

        if (Actor is { } actor)
        {
            actor.Broadcast(message);
            return;
        }

        CheckOwnVote(message);
        foreach (var node in world.Nodes)
        {
            // Death in the middle of a broadcast: some have the vote, some do not.
            if (node != this && (message is not PeerMessage.Consensus || !MayDie("between two sends")))
            {
                Transmit(node, message);
            }
        }
    }

    void IValidatorPorts.Append(ulong sequence, JournalRecord record, byte[]? block, bool mustSync)
    {
        appended.Add((record, block));
        if (mustSync)
        {
            syncAsked = true;
            syncSequence = sequence;
        }
    }

    void IValidatorPorts.Store(IReadOnlyList<FinalBlock> blocks)
    {
        if (MayDie("before a block is stored"))
        {
            return;
        }

        Later(DiskDelayMs(ref storeBusyUntilMs), () =>
        {
            disk.Commit(blocks);
            foreach (var final in blocks)
            {
                // What is on disk counts, also when the machine dies before it knows.
                world.OnStored(this, final);
            }

            if (!MayDie("after a block is stored"))
            {
                Run(() => validator?.OnStored());
            }
        });
    }

    void IValidatorPorts.Forget(ulong epoch, ulong view) => disk.Forget(epoch, view);

    StoredBlock? IValidatorPorts.FindBlock(ulong height) => disk.FindBlock(height);

    void IValidatorPorts.EnterEpoch(ulong epoch, ValidatorSet validators)
    {
        world.OnEpoch(epoch);
        world.Note(this, "enters", $"epoch {epoch}");
    }

    // Every machine keeps every block, so only a liar can make one seem too far ahead.
    void IValidatorPorts.FallBehind(PublicKey peer)
    {
        if (IsHonest && world.Nodes.Any(node => node.IsHonest && node.Key.PublicKey.Equals(peer)))
        {
            world.Fail($"validator {Index} finds nobody who keeps the block after height {Height}");
        }
    }

    void IValidatorPorts.Blame(PublicKey peer, string reason)
    {
        var blamed = world.Nodes.FirstOrDefault(node => node.Key.PublicKey.Equals(peer));
        if (blamed is { IsHonest: true } && IsHonest)
        {
            world.Fail($"validator {Index} blames honest validator {blamed.Index}: {reason}");
        }
    }

    void IValidatorPorts.Accuse(ulong epoch, Output.Evidence evidence)
    {
        if (IsHonest)
        {
            world.OnEvidence(this, epoch, evidence);
        }
    }

    void IValidatorPorts.Alarm(string finding)
    {
        if (IsHonest)
        {
            world.Fail($"validator {Index} raises the alarm: {finding}");
        }
    }

    /// <summary>Puts a message on the link to another machine.</summary>
    internal void Transmit(SimulatedNode to, PeerMessage message)
    {
        var bytes = message.Encode();
        BytesSent += (ulong)bytes.Length;
        world.Options.Wire?.Invoke(bytes);
        world.Transmit(this, to, bytes);
    }

    // One file, one sync after the other: what is asked first is done first.
    private ulong DiskDelayMs(ref ulong busyUntilMs)
    {
        var delayMs = world.Timing.DiskMs == 0
            ? 0
            : slowUntilMs > world.NowMs ? 50 + world.Random.Below(150) : 1 + world.Random.Below(world.Timing.DiskMs);
        busyUntilMs = Math.Max(busyUntilMs, world.NowMs + delayMs);
        return busyUntilMs - world.NowMs;
    }

    // What a batch appended is one group with one checksum; it is whole after a crash, or not there.
    private void WriteJournal()
    {
        if (appended.Count == 0 || validator is null)
        {
            return;
        }

        if (syncAsked && MayDie("before the journal is written"))
        {
            return;
        }

        disk.Append(appended);
        appended.Clear();
        if (!syncAsked)
        {
            return;
        }

        syncAsked = false;
        var sequence = syncSequence;
        if (MayDie("before the journal is synced"))
        {
            return;
        }

        Later(DiskDelayMs(ref journalBusyUntilMs), () =>
        {
            // A sync covers all that was appended before it, and maybe more.
            disk.Sync();
            if (!MayDie("after the journal is synced"))
            {
                Run(() => validator?.OnDurable(sequence));
            }
        });
    }

    private void CheckOwnVote(PeerMessage message)
    {
        if (message is not PeerMessage.Consensus consensus
            || Message.TryDecode(consensus.Message, out var decoded) != DecodeError.Unset)
        {
            return;
        }

        var own = decoded!.Value switch
        {
            Message.Proposal proposal => proposal.Vote,
            Message.VoteCast cast => cast.Vote,
            _ => null,
        };
        if (own is not null)
        {
            world.Votes.OnHonestVote(Index, own.Vote);
            if (!disk.WasDurable(own))
            {
                world.OnVoteBeforeDurable(this, own.Vote);
            }
        }

        if (decoded.Value is Message.CertificateSeen seen)
        {
            world.Votes.OnCertificate(seen.Certificate);
        }
    }
}
