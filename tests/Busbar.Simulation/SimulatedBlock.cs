using Busbar.Proofs;

namespace Busbar.Simulation;

/// <summary>
/// A block as consensus sees one: a digest with a parent. The salt makes two blocks of one view
/// differ.
/// </summary>
public sealed record SimulatedBlock(ulong View, ulong Height, Hash256 Parent, ulong Salt)
{
    /// <summary>What everybody starts from.</summary>
    public static SimulatedBlock Genesis { get; } = new(0, 0, Hash256.Zero, 0);

    /// <summary>SHA-256 of the content.</summary>
    public Hash256 Digest { get; } = Hash256.Sha256(
        new CanonicalWriter().Array(4).Number(View).Number(Height).Hash(Parent).Number(Salt).WrittenSpan);
}
