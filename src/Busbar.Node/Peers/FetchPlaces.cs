using Busbar.Keys;

namespace Busbar.Node.Peers;

/// <summary>
/// Who is served a fetch now: a few nodes at once, one fetch for each key, and observers cannot take every place.
/// Thread-safe.
/// </summary>
internal sealed class FetchPlaces
{
    private readonly Lock gate = new();
    private readonly Dictionary<PublicKey, PeerRole> taken = [];

    /// <summary>A place, given back by disposing it; null when there is none for this key now.</summary>
    public IDisposable? TryTake(PublicKey key, PeerRole role)
    {
        lock (gate)
        {
            var observers = taken.Values.Count(other => other == PeerRole.Observer);
            if (role is PeerRole.Unset or PeerRole.Refused || taken.Count >= NodeLimits.PeerFetches
                || (role == PeerRole.Observer && observers >= NodeLimits.ObserverFetches)
                || !taken.TryAdd(key, role))
            {
                return null;
            }
        }

        return new Place(this, key);
    }

    private void Return(PublicKey key)
    {
        lock (gate)
        {
            taken.Remove(key);
        }
    }

    private sealed class Place(FetchPlaces places, PublicKey key) : IDisposable
    {
        public void Dispose() => places.Return(key);
    }
}
