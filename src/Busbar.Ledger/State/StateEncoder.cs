namespace Busbar.Ledger;

/// <summary>
/// Values of objects as they stand in leaves and in storage: spec/ledger.md#L-50. Reuses one buffer; not
/// thread-safe.
/// </summary>
internal sealed class StateEncoder
{
    private readonly CanonicalWriter writer = new();

    public byte[]? Encode(Account? account) => account is null ? null : Written(account.Write);

    public byte[]? Encode(Asset? asset) => asset is null ? null : Written(asset.Write);

    public byte[]? Encode(Channel? channel) => channel is null ? null : Written(channel.Write);

    public byte[]? Encode(Governance? governance) => governance is null ? null : Written(governance.Write);

    public byte[]? Encode(Ballot? ballot) => ballot is null ? null : Written(ballot.Write);

    public byte[]? Encode(IntentRecord? record) => record is null ? null : Written(record.Write);

    public byte[]? Encode(Amount balance)
    {
        if (balance.IsZero)
        {
            return null;
        }

        writer.Clear();
        return writer.Amount(balance).ToArray();
    }

    private byte[] Written(Action<CanonicalWriter> write)
    {
        writer.Clear();
        write(writer);
        return writer.ToArray();
    }
}
