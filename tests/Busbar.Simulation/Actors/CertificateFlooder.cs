using Busbar.Consensus;
using Busbar.Node.Exchange;

namespace Busbar.Simulation.Actors;

/// <summary>Sends certificates that it has seen, the oldest too, again and again to everybody.</summary>
internal sealed class CertificateFlooder(Simulation world, SimulatedNode node) : Actor(world, node)
{
    private const int Kept = 64;
    private const ulong PauseMs = 10;

    private readonly Queue<PeerMessage> seen = [];
    private ulong nextAtMs;

    public override void See(PeerInput input)
    {
        if (input is not PeerInput.Consensus { Message.Value: Message.CertificateSeen certificate })
        {
            return;
        }

        seen.Enqueue(new PeerMessage.Consensus(certificate.Encode(), null));
        if (seen.Count > Kept)
        {
            seen.Dequeue();
        }

        if (World.NowMs < nextAtMs)
        {
            // Two flooders would answer each other's floods without end.
            return;
        }

        nextAtMs = World.NowMs + PauseMs;
        foreach (var old in seen.Where(_ => Random.Chance(60)).ToArray())
        {
            foreach (var peer in Others)
            {
                Node.Transmit(peer, old);
            }
        }
    }
}
