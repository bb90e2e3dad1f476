using Busbar.Keys;

namespace Busbar.Node.Peers;

/// <summary>Who is not talked to for a while, and for how long: twice as long each time. Thread-safe.</summary>
internal sealed class Penalties(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<PublicKey, (DateTimeOffset Until, int Count)> served = [];

    /// <summary>True while a key is not talked to.</summary>
    public bool IsServing(PublicKey key)
    {
        lock (gate)
        {
            return served.TryGetValue(key, out var penalty) && penalty.Until > clock.GetUtcNow();
        }
    }

    /// <summary>A key was caught.</summary>
    public void Add(PublicKey key)
    {
        lock (gate)
        {
            if (served.Count >= NodeLimits.Penalties && !served.ContainsKey(key))
            {
                // The one that ends first makes room.
                served.Remove(served.MinBy(penalty => penalty.Value.Until).Key);
            }

            var count = served.GetValueOrDefault(key).Count;
            var lastsMs = Math.Min(NodeLimits.PeerPenaltyMs << Math.Min(count, 16), NodeLimits.MaxPeerPenaltyMs);
            served[key] = (clock.GetUtcNow().AddMilliseconds(lastsMs), count + 1);
        }
    }
}
