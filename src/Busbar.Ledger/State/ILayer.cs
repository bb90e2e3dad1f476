namespace Busbar.Ledger;

/// <summary>A <see cref="Layer{TKey, TValue}"/> of whatever kind.</summary>
internal interface ILayer
{
    /// <summary>First byte of its keys.</summary>
    byte Prefix { get; }

    /// <summary>What this layer says of its own, encoded; a value of null is a removal.</summary>
    IEnumerable<StateEntry> ChangedEntries();

    /// <summary>Every object there is, encoded, in the order of keys.</summary>
    IEnumerable<StateEntry> AllEntries();

    /// <summary>Puts a stored object back; false for what no ledger wrote.</summary>
    bool TryLoad(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>The encoded object under a key, null when there is none; false for a key of another kind.</summary>
    bool TryFind(ReadOnlySpan<byte> key, out byte[]? value);

    /// <summary>Undoes every write since the last <see cref="Commit"/>.</summary>
    void Rollback();

    /// <summary>Forgets how to undo: what was written so far stays.</summary>
    void Commit();

    /// <summary>
    /// Puts this layer's changes into the base below it and takes the base's place. The former bottom layer is
    /// spent: a state that still stands on it (a sibling that lost) may not be read again.
    /// </summary>
    void FoldIntoBase();
}
