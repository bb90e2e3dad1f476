namespace Busbar.Ledger;

/// <summary>One object of the state as storage keeps it; a null value means that it is gone.</summary>
public readonly record struct StateEntry(byte[] Key, byte[]? Value);

/// <summary>What a block changed: each key once, in bytewise order of keys.</summary>
public sealed record StateDelta(IReadOnlyList<StateEntry> Entries);
