using Busbar.Node.Peers.Wire;
using Google.Protobuf;
using Grpc.Core;

namespace Busbar.Node.Peers;

/// <summary>The listening end of links.</summary>
internal sealed class PeerCalls(PeerNetwork network) : Peer.PeerBase
{
    public override Task Exchange(
        IAsyncStreamReader<Envelope> requestStream,
        IServerStreamWriter<Envelope> responseStream,
        ServerCallContext context) => network.AcceptAsync(requestStream, responseStream, context);

    public override async Task Fetch(
        FetchRequest request, IServerStreamWriter<FetchChunk> responseStream, ServerCallContext context)
    {
        await foreach (var chunk in network.ServeAsync(request.Body.Memory, context))
        {
            // Whoever does not read gives the place back.
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            patience.CancelAfter(NodeLimits.PeerChunkTimeout);
            await responseStream.WriteAsync(
                new FetchChunk { Body = UnsafeByteOperations.UnsafeWrap(chunk) }, patience.Token);
        }
    }
}
