using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Simulation;

/// <content>What goes wrong, and when.</content>
public sealed partial class Simulation
{
    /// <summary>One message over one link, with the faults of the hour.</summary>
    internal void Transmit(SimulatedNode from, SimulatedNode to, byte[] bytes)
    {
        if (!IsHealed && (Random.Chance(Plan.LossPermille)
            || cutUntil.GetValueOrDefault((from.Index, to.Index)) > NowMs))
        {
            return;
        }

        if (setting.OneWayMs is { } oneWay)
        {
            After(oneWay(from.Index, to.Index), () => to.Receive(from, bytes));
            return;
        }

        var copies = !IsHealed && Random.Chance(Plan.DuplicatePermille) ? 2 : 1;
        var longest = IsHealed ? 5 : Plan.MaxDelayMs;
        for (var copy = 0; copy < copies; copy++)
        {
            Mix((ulong)bytes.Length ^ ((ulong)from.Index << 32) ^ ((ulong)to.Index << 40));
            After(Plan.MinDelayMs + Random.Below(longest), () => to.Receive(from, bytes));
        }
    }

    private void PlanFaults()
    {
        if (Plan.Partitions)
        {
            After(100 + Random.Below(300), CutLinks);
        }

        if (Plan.ClockJumps)
        {
            After(Random.Below(500), JumpClocks);
        }

        if (Plan.SlowDisk)
        {
            After(Random.Below(500), SlowDisks);
        }

        if (Plan.Rolling)
        {
            for (var i = 0; i < Options.Validators; i++)
            {
                var node = nodes[i];
                After(200 + ((ulong)i * 250), () =>
                {
                    if (node.IsHonest)
                    {
                        node.Die("a rolling restart");
                    }
                });
            }
        }

        if (Plan.RotatesKey)
        {
            After(300 + Random.Below(1_500), () => ReplaceKey(nodes[Options.Validators - 1]));
        }

        if (Plan.Wiped is { } wiped)
        {
            After(300 + Random.Below(1_000), nodes[wiped].Wipe);
            if (Plan.WipedReturns)
            {
                After(Options.HealAtMs, () => ReplaceKey(nodes[wiped]));
            }
        }
    }

    // A quorum votes a new key in; then the machine's operator gives it that key, and an epoch has ended.
    private void ReplaceKey(SimulatedNode node)
    {
        var key = SimulatedGenesis.Validator(Options.Validators + node.Index);
        var votes = Quorum.OfCount(Options.Validators);
        Tell($"{votes} validators vote a new key in for validator {node.Index}");
        var proposal = new Proposal.ReplaceValidator(node.Key.PublicKey, key.PublicKey);
        foreach (var voter in nodes.Take(Options.Validators).Where(voter => voter != node).Take(votes))
        {
            Clients.Submit(voter.Key, new Operation.CastVote(proposal), () =>
            {
                if (--votes == 0)
                {
                    node.TakeNewKey(key);
                }
            });
        }
    }

    // A cut is one-way per link, so that some are asymmetric; short ones flap.
    private void CutLinks()
    {
        if (IsHealed)
        {
            return;
        }

        var until = NowMs + 50 + Random.Below(700);
        var isSplit = Random.Chance(400);
        var side = Random.Next();
        foreach (var from in nodes)
        {
            foreach (var to in nodes)
            {
                var isCut = isSplit
                    ? ((side >> from.Index) & 1) != ((side >> to.Index) & 1)
                    : Random.Chance(300);
                if (isCut && from != to)
                {
                    partitions++;
                    cutUntil[(from.Index, to.Index)] = until;
                }
            }
        }

        Tell($"links are cut until {until} ms" + (isSplit ? ", in two halves" : string.Empty));
        After(100 + Random.Below(800), CutLinks);
    }

    private void JumpClocks()
    {
        if (IsHealed)
        {
            return;
        }

        var node = nodes[(int)Random.Below((ulong)nodes.Count)];
        node.ClockOffsetMs = (long)Random.Below(2 * MaxClockErrorMs) - (long)MaxClockErrorMs;
        Note(node, "reads", $"a clock that is off by {node.ClockOffsetMs} ms");
        After(200 + Random.Below(500), JumpClocks);
    }

    private void SlowDisks()
    {
        if (IsHealed)
        {
            return;
        }

        nodes[(int)Random.Below((ulong)nodes.Count)].SlowDisk(300);
        After(200 + Random.Below(500), SlowDisks);
    }
}
