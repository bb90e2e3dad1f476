using Busbar.Consensus;
using Busbar.Node.Exchange;
using Busbar.Node.Storage;

namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// What nodes of a simulated network sent each other, and the parts of it. The same each time it is made.
/// </summary>
internal sealed class FuzzTraffic
{
    private const int Seeds = 6;
    private const int MaxOfAKind = 24;

    private readonly Dictionary<string, int> kinds = [];

    public FuzzTraffic()
    {
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            Simulation.Run(new SimulationOptions { Seed = seed, Wire = Add });
        }

        foreach (var block in Blocks)
        {
            if (block.Finalization is { } certificate)
            {
                JournalRecords.Add(new JournalRecord.Held(certificate));
                JournalRecords.Add(new JournalRecord.Verdict(certificate.Vote, certificate.Vote.View % 2 == 0));
            }
        }
    }

    /// <summary>Whole messages between nodes.</summary>
    public List<byte[]> PeerMessages { get; } = [];

    /// <summary>Messages of consensus in them.</summary>
    public List<Message> Messages { get; } = [];

    /// <summary>Votes in those.</summary>
    public List<SignedVote> Votes { get; } = [];

    /// <summary>Blocks as they are stored.</summary>
    public List<StoredBlock> Blocks { get; } = [];

    /// <summary>What a journal would hold of it.</summary>
    public List<JournalRecord> JournalRecords { get; } = [];

    private void Add(byte[] bytes)
    {
        if (PeerMessage.TryDecode(bytes, out var message) != DecodeError.Unset || !IsWanted(message!))
        {
            return;
        }

        PeerMessages.Add(bytes);
        switch (message)
        {
            case PeerMessage.Consensus consensus:
                AddMessage(consensus.Message);
                AddBlock(consensus.Block);
                break;
            case PeerMessage.BlockAnswer answer:
                AddBlock(answer.Encoded);
                break;
            case PeerMessage.HistoryAnswer history:
                foreach (var block in history.Encoded)
                {
                    AddBlock(block);
                }

                break;
            default:
                break;
        }
    }

    private bool IsWanted(PeerMessage message)
    {
        var kind = message.GetType().Name;
        if (message is PeerMessage.Consensus consensus
            && Message.TryDecode(consensus.Message, out var inner) == DecodeError.Unset)
        {
            kind += inner!.Value.GetType().Name;
        }

        return (kinds[kind] = kinds.GetValueOrDefault(kind) + 1) <= MaxOfAKind;
    }

    private void AddMessage(byte[] encoded)
    {
        if (Message.TryDecode(encoded, out var message) == DecodeError.Unset)
        {
            Messages.Add(message!.Value);
            if (message.Value is Message.VoteCast { Vote: var vote })
            {
                Votes.Add(vote);
                JournalRecords.Add(new JournalRecord.OwnVote(vote));
            }
        }
    }

    private void AddBlock(byte[]? encoded)
    {
        if (encoded is not null && Blocks.Count < MaxOfAKind * 2
            && StoredBlock.TryDecode(encoded, out var block) == DecodeError.Unset)
        {
            Blocks.Add(block!);
        }
    }
}
