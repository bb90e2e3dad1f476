namespace Busbar.Node;

/// <summary>
/// The next block is of a protocol version that this release does not know: the node has stopped before it. Everything
/// it stored is good; a later release goes on from there.
/// </summary>
public sealed class UpgradeNeededException(ulong protocolVersion, ulong height) : Exception(
    $"From block {height} on the network runs protocol version {protocolVersion}, and this release knows up to "
    + $"{NodeLimits.ProtocolVersion}. Nothing is lost: install a release that knows it and start the node again.")
{
    /// <summary>The version that is needed.</summary>
    public ulong ProtocolVersion { get; } = protocolVersion;

    /// <summary>The first block that needs it.</summary>
    public ulong Height { get; } = height;

    /// <summary>Throws when the block after a state needs a later release.</summary>
    internal static void ThrowIfNeeded(Ledger.LedgerState parent)
    {
        var version = parent.ScheduledUpgrade is { } upgrade && upgrade.Height == parent.Height + 1
            ? upgrade.ProtocolVersion
            : parent.ProtocolVersion;
        if (version > NodeLimits.ProtocolVersion)
        {
            throw new UpgradeNeededException(version, parent.Height + 1);
        }
    }
}
