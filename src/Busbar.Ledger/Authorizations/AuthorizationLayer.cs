namespace Busbar.Ledger;

/// <summary>
/// The authorizations of a state that can execute no more, with the used ones in the order in which they leave it. The
/// order is total, so that a bounded number can leave with each block and every node drops the same ones. Not
/// thread-safe.
/// </summary>
internal sealed class AuthorizationLayer(AuthorizationLayer? parent)
{
    /// <summary>Records that one block drops at most; what is left goes with the next ones.</summary>
    public const int DroppedPerBlock = 4_096;

    private readonly List<Use> dropped = [];
    private SortedSet<Use> uses = [];
    private AuthorizationLayer? parent = parent;

    public Layer<AuthorizationKey, AuthorizationRecord> Records { get; } =
        new(ObjectKinds.Authorization, parent?.Records);

    /// <summary>
    /// Drops records whose validBefore is not after the block's second, the earliest first and then in the order of
    /// keys; then takes up what this layer itself added. Called once, when nothing of the layer can be undone any more.
    /// </summary>
    public void Seal(UnixTime time)
    {
        var over = new List<Use>();
        for (var layer = parent; layer is not null; layer = layer.parent)
        {
            // What a layer in between has dropped is still in the order of the layers below it.
            over.AddRange(layer.uses
                .TakeWhile(use => use.ValidBeforeSeconds <= time.Seconds)
                .Where(use => Records.Find(use.Key)?.ValidBeforeSeconds == use.ValidBeforeSeconds)
                .Take(DroppedPerBlock));
        }

        over.Sort();
        foreach (var use in over.Take(DroppedPerBlock))
        {
            Records.Set(use.Key, null);
            dropped.Add(use);
        }

        foreach (var (key, record) in Records.Changes)
        {
            if (record?.ValidBeforeSeconds is { } validBefore)
            {
                uses.Add(new Use(validBefore, key));
            }
        }
    }

    /// <summary>Puts this layer's order into the base's; the records are folded apart.</summary>
    public void FoldIntoBase()
    {
        var bottom = parent!.uses;
        bottom.ExceptWith(dropped);
        bottom.UnionWith(uses);
        parent.uses = [];
        uses = bottom;
        dropped.Clear();
        parent = null;
    }

    private readonly record struct Use(ulong ValidBeforeSeconds, AuthorizationKey Key) : IComparable<Use>
    {
        public int CompareTo(Use other)
        {
            var order = ValidBeforeSeconds.CompareTo(other.ValidBeforeSeconds);
            return order != 0 ? order : Key.CompareTo(other.Key);
        }
    }
}
