using Busbar.Proofs;
using CsCheck;

namespace Busbar.Tests.Ledger;

public sealed class TreeTests
{
    [Fact]
    public void L41_each_preimage_has_the_tag_of_its_kind()
    {
        var path = Hash256.Sha256([1]);
        Assert.Equal(Hash256.Sha256([2]), MerkleMap.EmptyHash);
        Assert.Equal(Hash256.Sha256([0, .. path.ToArray(), 9]), MerkleMap.HashLeaf(path, [9]));
        Assert.Equal(
            Hash256.Sha256([1, .. path.ToArray(), .. Hash256.Zero.ToArray()]),
            MerkleMap.HashInner(path, Hash256.Zero));
        Assert.Equal(Hash256.Sha256([3, 9]), MerkleList.HashItem([9]));
        Assert.Equal(
            Hash256.Sha256([6, .. path.ToArray(), .. Hash256.Zero.ToArray()]),
            MerkleMap.CombineState(path, Hash256.Zero));
        Assert.Equal(
            Hash256.Sha256([3, .. new byte[1_000]]), MerkleList.HashItem(new byte[1_000]));
    }

    [Fact]
    public void L42_the_root_depends_on_the_content_and_not_on_how_it_came() =>
        Gen.Select(Gen.Byte[0, 40], Gen.Byte, Gen.Bool).Array[0, 12].Array[1, 8].Sample(
            batches =>
            {
                var map = MerkleMap.Empty;
                var content = new Dictionary<byte, Hash256>();
                foreach (var batch in batches)
                {
                    var changes = new Dictionary<byte, MerkleChange>();
                    foreach (var (key, value, remove) in batch)
                    {
                        var path = PathWithLongPrefixes(key);
                        var leaf = MerkleMap.HashLeaf(path, [value]);
                        changes[key] = new MerkleChange(path, remove ? null : leaf);
                        content.Remove(key);
                        if (!remove)
                        {
                            content[key] = leaf;
                        }
                    }

                    var before = map.Root;
                    var kept = map;
                    map = map.Update(changes.Values.ToArray());
                    Assert.Equal(before, kept.Root);
                    var leaves = content.Select(
                        pair => (PathWithLongPrefixes(pair.Key).ToArray(), pair.Value.ToArray()));
                    var naive = NaiveTrees.MapRoot([.. leaves], 0);
                    Assert.Equal(new Hash256(naive), map.Root);
                    Assert.Equal(content.Count == 0, map.IsEmpty);
                    for (byte key = 0; key <= 40; key++)
                    {
                        Hash256? expected = content.TryGetValue(key, out var leaf) ? leaf : null;
                        Assert.Equal(expected, map.Find(PathWithLongPrefixes(key)));
                    }
                }
            },
            iter: 300);

    [Fact]
    public void L42_an_update_that_changes_nothing_keeps_the_very_map()
    {
        MerkleChange[] none = [new MerkleChange(Hash256.Sha256([5]), null)];
        Assert.Same(MerkleMap.Empty, MerkleMap.Empty.Update(none));
    }

    [Fact]
    public void L43_the_list_root_commits_to_every_item_their_order_and_their_count()
    {
        var roots = new HashSet<Hash256>();
        for (var count = 0; count <= 33; count++)
        {
            var items = Enumerable.Range(0, count).Select(i => new[] { (byte)i }).ToArray();
            var root = MerkleList.Root([.. items.Select(item => MerkleList.HashItem(item))]);
            Assert.Equal(new Hash256(NaiveTrees.ListRoot(items)), root);
            Assert.True(roots.Add(root));
            if (count >= 2)
            {
                // A last item that stands twice, or two that change places, are another list.
                Assert.True(roots.Add(MerkleList.Root([.. items.Reverse().Select(item => MerkleList.HashItem(item))])));
                Assert.True(roots.Add(
                    MerkleList.Root([.. items.Append(items[^1]).Select(item => MerkleList.HashItem(item))])));
            }
        }
    }

    // Half of the paths share up to 31 bytes, so that leaves are pushed down and pulled up a long way.
    private static Hash256 PathWithLongPrefixes(byte key)
    {
        var bytes = key % 2 == 0 ? Hash256.Sha256([key]).ToArray() : new byte[32];
        bytes[key % 32] ^= key;
        bytes[31] = key;
        return new Hash256(bytes);
    }
}
