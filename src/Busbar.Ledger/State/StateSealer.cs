using System.Runtime.InteropServices;
using Busbar.Proofs;

namespace Busbar.Ledger;

/// <summary>
/// Turns what a block changed into a sorted delta and a new tree. Whatever order the dictionaries have, both come
/// out the same: the delta is sorted by key, the tree's batches by path.
/// </summary>
internal static class StateSealer
{
    public static (StateTree Tree, StateDelta Delta) Seal(
        StateTree tree, Objects objects, IReadOnlyList<ulong> droppedMinutes)
    {
        var entries = new List<StateEntry>();
        var changes = new List<MerkleChange>();
        foreach (var entry in objects.Layers.SelectMany(layer => layer.ChangedEntries()))
        {
            entries.Add(entry);
            changes.Add(ChangeOf(entry));
        }

        var intents = new Dictionary<ulong, List<MerkleChange>>();
        var writer = new CanonicalWriter();
        foreach (var (key, value) in objects.Intents.Records.Changes)
        {
            if (value is null)
            {
                // A removal is part of a dropped minute, whose whole tree goes.
                entries.Add(new StateEntry(StateKey.OfIntent(key), null));
                continue;
            }

            if (!intents.TryGetValue(key.Minute, out var minute))
            {
                intents.Add(key.Minute, minute = []);
            }

            var entry = new StateEntry(
                StateKey.OfIntent(key), Layer<IntentKey, IntentRecord>.Encode(ObjectKinds.Intent, value, writer));
            entries.Add(entry);
            minute.Add(ChangeOf(entry));
        }

        entries.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        return (tree.Update(CollectionsMarshal.AsSpan(changes), intents, droppedMinutes), new StateDelta(entries));
    }

    private static MerkleChange ChangeOf(StateEntry entry)
    {
        var path = MerkleMap.PathOf(entry.Key);
        return entry.Value is null ? new MerkleChange(path, null) : MerkleChange.To(path, entry.Value);
    }
}
