namespace Busbar.Ledger;

/// <summary>
/// The mark that an account's balance of an asset is frozen: there is one as long as it is. Wire: [frozenMs].
/// spec/ledger.md#L-108.
/// </summary>
/// <param name="Since">Time of the block that froze it.</param>
public sealed record FrozenBalance(UnixTime Since)
{
    internal void Write(CanonicalWriter writer) => writer.Array(1).Time(Since);

    internal static FrozenBalance? Read(ref CanonicalReader reader)
    {
        reader.Array(1);
        var frozen = new FrozenBalance(reader.Time());
        return reader.Failed ? null : frozen;
    }
}
