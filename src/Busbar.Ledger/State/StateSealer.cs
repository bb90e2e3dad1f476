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
        var encoder = new StateEncoder();
        foreach (var (key, value) in objects.Accounts.Changes)
        {
            Add(StateKey.OfAccount(key), encoder.Encode(value), entries, changes);
        }

        foreach (var (key, value) in objects.Balances.Changes)
        {
            Add(StateKey.OfBalance(key), encoder.Encode(value), entries, changes);
        }

        foreach (var (key, value) in objects.Assets.Changes)
        {
            Add(StateKey.OfAsset(key), encoder.Encode(value), entries, changes);
        }

        foreach (var (key, value) in objects.Channels.Changes)
        {
            Add(StateKey.OfChannel(key), encoder.Encode(value), entries, changes);
        }

        foreach (var (_, value) in objects.Governances.Changes)
        {
            Add(StateKey.OfGovernance(), encoder.Encode(value), entries, changes);
        }

        foreach (var (key, value) in objects.Ballots.Changes)
        {
            Add(StateKey.OfBallot(key), encoder.Encode(value), entries, changes);
        }

        var intents = new Dictionary<ulong, List<MerkleChange>>();
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

            Add(StateKey.OfIntent(key), encoder.Encode(value), entries, minute);
        }

        entries.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        return (tree.Update(CollectionsMarshal.AsSpan(changes), intents, droppedMinutes), new StateDelta(entries));
    }

    private static void Add(byte[] key, byte[]? value, List<StateEntry> entries, List<MerkleChange> changes)
    {
        var path = MerkleMap.PathOf(key);
        entries.Add(new StateEntry(key, value));
        changes.Add(new MerkleChange(path, value is null ? null : MerkleMap.HashLeaf(path, value)));
    }
}
