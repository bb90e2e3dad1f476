using System.Net;
using System.Net.Sockets;

namespace Busbar.Node;

/// <summary>
/// Places for so many at once, of which one address has no more than its part. An address of IPv6 counts by its first
/// 64 bits, since a host chooses the rest. Holds only addresses that have a place. Thread-safe.
/// </summary>
/// <param name="total">Places in all.</param>
/// <param name="perAddress">Places for one address.</param>
internal sealed class AddressPlaces(int total, int perAddress)
{
    private const int NetworkSizeBytes = 8;

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> taken = [];
    private int count;

    /// <summary>A place, given back by disposing it; null when there is none for this address now.</summary>
    public IDisposable? TryTake(IPAddress? address)
    {
        var key = KeyOf(address);
        lock (gate)
        {
            var ofAddress = taken.GetValueOrDefault(key);
            if (count >= total || ofAddress >= perAddress)
            {
                return null;
            }

            count++;
            taken[key] = ofAddress + 1;
        }

        return new Place(this, key);
    }

    private static IPAddress KeyOf(IPAddress? address)
    {
        if (address is null || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address ?? IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, NetworkSizeBytes, bytes.Length - NetworkSizeBytes);
        return new IPAddress(bytes);
    }

    private void Return(IPAddress key)
    {
        lock (gate)
        {
            count--;
            if (--taken[key] == 0)
            {
                taken.Remove(key);
            }
        }
    }

    private sealed class Place(AddressPlaces places, IPAddress key) : IDisposable
    {
        private int returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref returned, 1) == 0)
            {
                places.Return(key);
            }
        }
    }
}
