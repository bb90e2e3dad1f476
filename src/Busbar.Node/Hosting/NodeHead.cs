using Busbar.Proofs;

namespace Busbar.Node.Hosting;

/// <summary>The last final block, as readers see it.</summary>
public sealed record NodeHead(
    ulong Height, ulong View, Hash256 Digest, UnixTime Time, ulong UptimeMs, Hash256 StateRoot)
{
    internal static NodeHead Of(BlockHeader header) => new(
        header.Height, header.View, header.Digest(), header.Time, header.UptimeMs, header.StateRoot);
}
