using System.Buffers.Binary;
using System.Security.Cryptography;
using Busbar.Ledger;

namespace Busbar.Tests.Ledger;

/// <summary>The trees of spec/ledger.md written again from its text, the slow and obvious way.</summary>
internal static class NaiveTrees
{
    public static byte[] StateRoot(IEnumerable<StateEntry> entries)
    {
        var objects = new List<(byte[] Path, byte[] Leaf)>();
        var minutes = new Dictionary<string, List<(byte[] Path, byte[] Leaf)>>();
        foreach (var entry in entries)
        {
            if (entry.Key[0] != 0x10)
            {
                objects.Add(Leaf(entry.Key, entry.Value!));
                continue;
            }

            var minute = Convert.ToHexString(entry.Key.AsSpan(0, 9));
            minutes.TryAdd(minute, []);
            minutes[minute].Add(Leaf(entry.Key, entry.Value!));
        }

        var intents = minutes.Select(pair => Leaf(Convert.FromHexString(pair.Key), MapRoot(pair.Value, 0))).ToList();
        return Hash(6, MapRoot(objects, 0), MapRoot(intents, 0));
    }

    public static byte[] MapRoot(IReadOnlyList<(byte[] Path, byte[] Leaf)> leaves, int depth)
    {
        if (leaves.Count == 0)
        {
            return Hash(2);
        }

        if (leaves.Count == 1)
        {
            return leaves[0].Leaf;
        }

        bool Right((byte[] Path, byte[] Leaf) leaf) => (leaf.Path[depth / 8] & (0x80 >> (depth % 8))) != 0;
        return Hash(
            1,
            MapRoot([.. leaves.Where(leaf => !Right(leaf))], depth + 1),
            MapRoot([.. leaves.Where(Right)], depth + 1));
    }

    public static byte[] ListRoot(IReadOnlyList<byte[]> items)
    {
        var count = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(count, items.Count);
        return Hash(5, items.Count == 0 ? Hash(2) : Top(items), count);
    }

    // RFC 9162 §2.1: split at the largest power of two that is smaller than the count.
    private static byte[] Top(IReadOnlyList<byte[]> items)
    {
        if (items.Count == 1)
        {
            return Hash(3, items[0]);
        }

        var split = 1;
        while (split * 2 < items.Count)
        {
            split *= 2;
        }

        return Hash(4, Top([.. items.Take(split)]), Top([.. items.Skip(split)]));
    }

    private static (byte[] Path, byte[] Leaf) Leaf(byte[] key, byte[] value)
    {
        var path = SHA256.HashData(key);
        return (path, Hash(0, path, SHA256.HashData(value)));
    }

    private static byte[] Hash(byte tag, params byte[][] parts) =>
        SHA256.HashData([tag, .. parts.SelectMany(part => part)]);
}
