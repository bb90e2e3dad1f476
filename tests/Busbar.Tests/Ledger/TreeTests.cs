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
        Assert.Equal(
            Hash256.Sha256([0, .. path.ToArray(), .. Hash256.Sha256([9]).ToArray()]), MerkleMap.HashLeaf(path, [9]));
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
    public void L42_L45_the_root_depends_on_the_content_and_every_path_is_proved() =>
        Gen.Select(Gen.Byte[0, 40], Gen.Byte, Gen.Bool).Array[0, 12].Array[1, 8].Sample(
            batches =>
            {
                var map = MerkleMap.Empty;
                var content = new Dictionary<byte, byte>();
                foreach (var batch in batches)
                {
                    var changes = new Dictionary<byte, MerkleChange>();
                    foreach (var (key, value, remove) in batch)
                    {
                        var path = PathWithLongPrefixes(key);
                        changes[key] = remove ? new MerkleChange(path, null) : MerkleChange.To(path, [value]);
                        content.Remove(key);
                        if (!remove)
                        {
                            content[key] = value;
                        }
                    }

                    var before = map.Root;
                    var kept = map;
                    map = map.Update(changes.Values.ToArray());
                    Assert.Equal(before, kept.Root);
                    var leaves = content.Select(pair => (
                        PathWithLongPrefixes(pair.Key).ToArray(),
                        MerkleMap.HashLeaf(PathWithLongPrefixes(pair.Key), [pair.Value]).ToArray()));
                    var naive = NaiveTrees.MapRoot([.. leaves], 0);
                    Assert.Equal(new Hash256(naive), map.Root);
                    Assert.Equal(content.Count == 0, map.IsEmpty);
                    for (byte key = 0; key <= 40; key++)
                    {
                        byte? expected = content.TryGetValue(key, out var there) ? there : null;
                        CheckPath(map, PathWithLongPrefixes(key), expected);
                    }
                }
            },
            iter: 300);

    // What is there is found and proved, what is not is proved absent, and neither proof says anything else.
    private static void CheckPath(MerkleMap map, Hash256 path, byte? value)
    {
        var proof = map.Prove(path);
        if (value is { } there)
        {
            Assert.Equal(Hash256.Sha256([there]), map.Find(path));
            Assert.Equal(map.Root, proof.RootWith(path, [there]));
            Assert.NotEqual(map.Root, proof.RootWith(path, [(byte)(there ^ 1)]));
            Assert.NotEqual(map.Root, proof.RootWithout(path));
        }
        else
        {
            Assert.Null(map.Find(path));
            Assert.Equal(map.Root, proof.RootWithout(path));
            Assert.NotEqual(map.Root, proof.RootWith(path, [1]));
        }
    }

    [Fact]
    public void L42_an_update_that_changes_nothing_keeps_the_very_map()
    {
        MerkleChange[] none = [new MerkleChange(Hash256.Sha256([5]), null)];
        Assert.Same(MerkleMap.Empty, MerkleMap.Empty.Update(none));
    }

    [Fact]
    public void L43_L46_the_list_root_commits_to_every_item_their_order_and_their_count()
    {
        var roots = new HashSet<Hash256>();
        for (var count = 0; count <= 33; count++)
        {
            var items = Enumerable.Range(0, count).Select(i => new[] { (byte)i }).ToArray();
            var root = MerkleList.Root([.. items.Select(item => MerkleList.HashItem(item))]);
            Assert.Equal(new Hash256(NaiveTrees.ListRoot(items)), root);
            Assert.True(roots.Add(root));
            for (var index = 0; index < count; index++)
            {
                var proof = ListProof.Of([.. items.Select(item => MerkleList.HashItem(item))], index);
                Assert.Equal(root, proof.RootWith(items[index]));
                Assert.NotEqual(root, proof.RootWith([77]));
                Assert.True(
                    count == 1
                    || (proof with { Index = (ulong)((index + 1) % count) }).RootWith(items[index]) != root);
                Assert.Null((proof with { Path = [.. proof.Path, root] }).RootWith(items[index]));
                Assert.Null((proof with { Index = (ulong)count }).RootWith(items[index]));
            }

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
