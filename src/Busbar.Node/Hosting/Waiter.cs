using Busbar.Proofs;

namespace Busbar.Node.Hosting;

/// <summary>Something that can be answered once a block and its ancestors are executed. A closed set.</summary>
internal abstract record Waiter
{
    private Waiter()
    {
    }

    /// <summary>The block it waits for.</summary>
    public abstract Hash256 Block { get; }

    /// <summary>The view it is about.</summary>
    public abstract ulong View { get; }

    /// <summary>A block is to be built on this one.</summary>
    public sealed record Build(ulong InView, Hash256 Parent) : Waiter
    {
        /// <inheritdoc/>
        public override Hash256 Block => Parent;

        /// <inheritdoc/>
        public override ulong View => InView;
    }

    /// <summary>A proposal is to be judged.</summary>
    public sealed record Verify(ulong InView, Hash256 Proposal, Hash256 Parent, ulong MaxAgeMs) : Waiter
    {
        /// <inheritdoc/>
        public override Hash256 Block => Proposal;

        /// <inheritdoc/>
        public override ulong View => InView;
    }

    /// <summary>A notarized block is to be certified.</summary>
    public sealed record Certify(ulong InView, Hash256 Notarized) : Waiter
    {
        /// <inheritdoc/>
        public override Hash256 Block => Notarized;

        /// <inheritdoc/>
        public override ulong View => InView;
    }

    /// <summary>A block is final and to be stored.</summary>
    public sealed record Finalize(Certificate Certificate) : Waiter
    {
        /// <inheritdoc/>
        public override Hash256 Block => Certificate.Vote.Block;

        /// <inheritdoc/>
        public override ulong View => Certificate.Vote.View;
    }
}
