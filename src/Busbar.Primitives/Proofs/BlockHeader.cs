namespace Busbar.Proofs;

/// <summary>
/// A block's header; its digest is what validators vote for. Wire: ["busbar/header/1", network, epoch, height,
/// view, parent, timeMs, uptimeMs, stateRoot, transactionsRoot, receiptsRoot, validators, nextValidators].
/// spec/ledger.md#L-40.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Epoch">The epoch of the validator set.</param>
/// <param name="Height">1 for the first block after genesis.</param>
/// <param name="View">The consensus view it was proposed in.</param>
/// <param name="Parent">The parent's digest.</param>
/// <param name="Time">Later than the parent's.</param>
/// <param name="UptimeMs">Network uptime, for grace periods; advances by at most a few heartbeats a block.</param>
/// <param name="StateRoot">Root of the state after this block.</param>
/// <param name="TransactionsRoot">Root over the encoded transactions, in order.</param>
/// <param name="ReceiptsRoot">Root over the receipts, in order.</param>
/// <param name="Validators">Digest of the validator set that votes for this block.</param>
/// <param name="NextValidators">Digest of the set that votes for the next one; another one ends the epoch.</param>
public sealed record BlockHeader(
    NetworkId Network,
    ulong Epoch,
    ulong Height,
    ulong View,
    Hash256 Parent,
    UnixTime Time,
    ulong UptimeMs,
    Hash256 StateRoot,
    Hash256 TransactionsRoot,
    Hash256 ReceiptsRoot,
    Hash256 Validators,
    Hash256 NextValidators)
{
    /// <summary>SHA-256 of the encoding.</summary>
    public Hash256 Digest()
    {
        var writer = new CanonicalWriter(384);
        Write(writer);
        return Hash256.Sha256(writer.WrittenSpan);
    }

    /// <summary>Writes an array of thirteen items.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(13).Text(DomainTag.Header).Number(Network.ChainId).Number(Epoch).Number(Height).Number(View);
        writer.Hash(Parent).Time(Time).Number(UptimeMs);
        writer.Hash(StateRoot).Hash(TransactionsRoot).Hash(ReceiptsRoot);
        writer.Hash(Validators).Hash(NextValidators);
    }

    /// <summary>Reads the array; null after an error.</summary>
    public static BlockHeader? Read(ref CanonicalReader reader)
    {
        reader.Array(13);
        if (reader.Text(DomainTag.Header.Length) != DomainTag.Header)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var header = new BlockHeader(
            new NetworkId(reader.Number()),
            reader.Number(),
            reader.Number(),
            reader.Number(),
            reader.Hash(),
            reader.Time(),
            reader.Number(),
            reader.Hash(),
            reader.Hash(),
            reader.Hash(),
            reader.Hash(),
            reader.Hash());
        return reader.Failed ? null : header;
    }
}
