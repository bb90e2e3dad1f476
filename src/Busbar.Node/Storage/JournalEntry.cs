using Busbar.Consensus;

namespace Busbar.Node.Storage;

/// <summary>What a vote journal holds of one record: the record, and the bytes of the block that it names.</summary>
/// <param name="Record">The record.</param>
/// <param name="Block">The encoded block, or null when it is in the journal already or the record names none.</param>
public sealed record JournalEntry(JournalRecord Record, byte[]? Block);
