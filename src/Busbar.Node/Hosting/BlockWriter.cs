using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Busbar.Node.Storage;

namespace Busbar.Node.Hosting;

/// <summary>
/// Stores final blocks beside the loop, in order, so that no vote waits behind a block. One writer thread; when
/// <see cref="NodeLimits.UnstoredBatches"/> wait, whoever adds one more waits too.
/// </summary>
internal sealed class BlockWriter : IAsyncDisposable
{
    private readonly Channel<IReadOnlyList<FinalBlock>> batches = System.Threading.Channels.Channel.CreateBounded
        <IReadOnlyList<FinalBlock>>(new BoundedChannelOptions(NodeLimits.UnstoredBatches) { SingleReader = true });

    private readonly LedgerStore store;
    private readonly Action stored;
    private readonly ulong retentionBlocks;
    private readonly Task writing;

    /// <summary>Starts writing.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="retentionBlocks">Blocks that are kept; 0 keeps all.</param>
    /// <param name="stored">Called on the writer's thread after each batch.</param>
    public BlockWriter(LedgerStore store, ulong retentionBlocks, Action stored)
    {
        this.store = store;
        this.retentionBlocks = retentionBlocks;
        this.stored = stored;
        writing = Task.Run(WriteAsync);
    }

    /// <summary>Ends when writing ends; faulted when the disk refused.</summary>
    public Task Completion => writing;

    /// <summary>Hands a batch over.</summary>
    public void Add(IReadOnlyList<FinalBlock> blocks)
    {
        if (!batches.Writer.TryWrite(blocks))
        {
            try
            {
                // The disk is slower than the network: the loop waits with it, and so do this node's votes.
                batches.Writer.WriteAsync(blocks).AsTask().GetAwaiter().GetResult();
            }
            catch (ChannelClosedException closed) when (closed.InnerException is { } reason)
            {
                ExceptionDispatchInfo.Throw(reason);
            }
        }
    }

    /// <summary>Stores what was handed over, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        batches.Writer.TryComplete();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync())
            {
                store.Commit(batch, retentionBlocks);
                stored();
            }
        }
        catch (Exception error)
        {
            // Whoever waits to hand a batch over learns the reason too.
            batches.Writer.TryComplete(error);
            throw;
        }
    }
}
