using System.Collections.Immutable;
using Busbar.Proofs;

namespace Busbar.Ledger;

/// <summary>
/// The two trees of a state: one over objects, and one over the minutes of intents, whose leaves are the roots of
/// the minutes' own trees. Immutable and thread-safe. spec/ledger.md#L-42.
/// </summary>
internal sealed class StateTree(
    MerkleMap objects, MerkleMap intents, ImmutableSortedDictionary<ulong, MerkleMap> minutes)
{
    public static StateTree Empty { get; } =
        new(MerkleMap.Empty, MerkleMap.Empty, ImmutableSortedDictionary<ulong, MerkleMap>.Empty);

    public MerkleMap Objects { get; } = objects;

    public MerkleMap Intents { get; } = intents;

    public ImmutableSortedDictionary<ulong, MerkleMap> Minutes { get; } = minutes;

    public Hash256 Root { get; } = MerkleMap.CombineState(objects.Root, intents.Root);

    /// <summary>The tree after a batch: object changes, and for each minute the changes of its intents.</summary>
    public StateTree Update(
        Span<MerkleChange> objectChanges,
        IReadOnlyDictionary<ulong, List<MerkleChange>> intentChanges,
        IReadOnlyList<ulong> droppedMinutes)
    {
        var minutes = Minutes.ToBuilder();
        var minuteChanges = new List<MerkleChange>(intentChanges.Count + droppedMinutes.Count);
        Span<byte> root = stackalloc byte[Hash256.SizeBytes];
        foreach (var (minute, changes) in intentChanges)
        {
            var map = minutes.GetValueOrDefault(minute, MerkleMap.Empty)
                .Update(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(changes));
            minutes[minute] = map;
            var path = MerkleMap.PathOf(StateKey.OfMinute(minute));
            map.Root.CopyTo(root);
            minuteChanges.Add(MerkleChange.To(path, root));
        }

        foreach (var minute in droppedMinutes)
        {
            minutes.Remove(minute);
            minuteChanges.Add(new MerkleChange(MerkleMap.PathOf(StateKey.OfMinute(minute)), null));
        }

        return new StateTree(
            Objects.Update(objectChanges),
            Intents.Update(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(minuteChanges)),
            minutes.ToImmutable());
    }
}
