using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Peers;
using Busbar.Node.Peers.Wire;
using Google.Protobuf;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using PublicKey = Busbar.Keys.PublicKey;

namespace Busbar.Tests.Node.Peers;

/// <summary>Links over real sockets on loopback.</summary>
public sealed class PeerNetworkTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<PeerNetwork> networks = [];

    [Fact]
    public async Task C60_two_nodes_know_each_others_keys_and_hear_each_other_in_order()
    {
        var (first, firstHeard) = await StartAsync(0);
        var (second, secondHeard) = await StartAsync(1);
        Introduce(first, 0, second, 1);
        // Both dialed: from here on each sends over its own link, and nothing changes its place.
        await UntilAsync(() => first.Count().Links == 2 && second.Count().Links == 2);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(first.Send(KeyOf(1), PeerLane.Votes, BitConverter.GetBytes(i)));
        }

        second.Broadcast(PeerLane.Bulk, new byte[] { 7 });
        await UntilAsync(() => secondHeard.Messages.Count == 100 && firstHeard.Messages.Count == 1);
        Assert.All(secondHeard.Messages, message => Assert.Equal(KeyOf(0), message.From));
        Assert.Equal(Enumerable.Range(0, 100), secondHeard.Messages.Select(item => BitConverter.ToInt32(item.Bytes)));
        Assert.Equal(KeyOf(1), firstHeard.Messages.Single().From);
    }

    [Fact]
    public async Task C61_whoever_answers_with_another_key_or_network_is_not_talked_to()
    {
        var (first, _) = await StartAsync(0);
        var (second, _) = await StartAsync(1);
        var (stranger, _) = await StartAsync(2, new NetworkId(99));
        first.SetPeers(
        [
            new PeerEndpoint(KeyOf(3), "127.0.0.1", second.ListenPort),
            new PeerEndpoint(KeyOf(2), "127.0.0.1", stranger.ListenPort),
        ]);
        await UntilAsync(() => first.Count().DialFailures >= 4);
        Assert.Empty(first.Connected);
        Assert.Empty(second.Connected);
        Assert.Empty(stranger.Connected);
    }

    [Fact]
    public async Task C63_garbage_cuts_the_link_is_counted_and_punished()
    {
        var (first, _) = await StartAsync(0);
        var (second, heard) = await StartAsync(1);
        heard.Verdict = PeerVerdict.Garbage;
        Introduce(first, 0, second, 1);
        await UntilAsync(() => first.Send(KeyOf(1), PeerLane.Votes, new byte[] { 0xFF }));
        await UntilAsync(() => second.Count().CutGarbage == 1 && second.Connected.Count == 0);
        await UntilAsync(() => first.Connected.Count == 0 && first.Count().DialFailures > 0);
        Assert.Empty(second.Connected);
    }

    [Fact]
    public async Task C63_a_message_above_the_size_limit_is_garbage_too()
    {
        var (first, _) = await StartAsync(0);
        using var certificate = PeerCertificate.Create(
            NetworkId.Development, DevelopmentKeys.Validator(1), DateTimeOffset.UtcNow);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => PeerCertificate.TryRead(
            shown as X509Certificate2, NetworkId.Development, DateTimeOffset.UtcNow, out _);
        using var channel = GrpcChannel.ForAddress(
            $"https://127.0.0.1:{first.ListenPort}",
            new GrpcChannelOptions { HttpHandler = handler, MaxSendMessageSize = null });
        using var call = new Peer.PeerClient(channel).Exchange(
            cancellationToken: TestContext.Current.CancellationToken);
        await UntilAsync(() => first.Connected.Count == 1);
        var large = new Envelope { Body = ByteString.CopyFrom(new byte[NodeLimits.PeerFrameSizeBytes]) };
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await call.RequestStream.WriteAsync(large, TestContext.Current.CancellationToken);
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        });
        await UntilAsync(() => first.Connected.Count == 0);
        Assert.Equal(1, first.Count().CutGarbage);
    }

    [Fact]
    public async Task C63_a_handler_that_fails_is_a_bug_and_not_the_end_of_a_link()
    {
        var (first, _) = await StartAsync(0);
        var (second, heard) = await StartAsync(1);
        heard.Failure = new InvalidOperationException("a bug");
        Introduce(first, 0, second, 1);
        await UntilAsync(() => first.Send(KeyOf(1), PeerLane.Votes, new byte[] { 1 }));
        Assert.Same(
            heard.Failure,
            await Assert.ThrowsAsync<InvalidOperationException>(() => second.Completion.WaitAsync(Patience)));
    }

    [Fact]
    public async Task C63_a_key_that_links_again_and_again_loses_its_oldest_links()
    {
        var (first, _) = await StartAsync(0);
        for (var i = 0; i < NodeLimits.AcceptedLinksPerKey + 2; i++)
        {
            var (again, _) = await StartAsync(1);
            again.SetPeers([new PeerEndpoint(KeyOf(0), "127.0.0.1", first.ListenPort)]);
            await UntilAsync(() => again.Connected.Count == 1);
        }

        Assert.InRange(first.Count().Links, 1, NodeLimits.AcceptedLinksPerKey + 1);
        await UntilAsync(() => first.Count().Links <= NodeLimits.AcceptedLinksPerKey);
    }

    [Fact]
    public async Task C63_a_node_that_comes_back_on_its_port_is_linked_again()
    {
        var (first, _) = await StartAsync(0);
        var (second, _) = await StartAsync(1);
        var port = second.ListenPort;
        Introduce(first, 0, second, 1);
        await UntilAsync(() => first.Connected.Count == 1);
        await second.DisposeAsync();
        networks.Remove(second);
        await UntilAsync(() => first.Connected.Count == 0);
        var (again, _) = await StartAsync(1, port: port);
        await UntilAsync(() => first.Connected.Count == 1 && again.Connected.Count == 1);
    }

    [Fact]
    public async Task C62_a_fetch_brings_chunks_until_it_is_cancelled()
    {
        var (first, _) = await StartAsync(0);
        var (second, _) = await StartAsync(1);
        Introduce(first, 0, second, 1);
        using var enough = new CancellationTokenSource(Patience);
        var chunks = new List<int>();
        await foreach (var chunk in first.FetchAsync(KeyOf(1), new byte[] { 3 }, enough.Token))
        {
            chunks.Add(chunk.Span[0]);
            if (chunks.Count == 5)
            {
                break;
            }
        }

        Assert.Equal([3, 4, 5, 6, 7], chunks);
    }

    [Fact]
    public async Task C60_a_port_in_use_says_what_to_do()
    {
        var (first, _) = await StartAsync(0);
        var refused = await Assert.ThrowsAsync<NodeStartException>(() => StartAsync(1, port: first.ListenPort));
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C63_the_links_of_observers_are_limited()
    {
        var (first, heard) = await StartAsync(0);
        heard.Role = PeerRole.Refused;
        var (second, _) = await StartAsync(1);
        second.SetPeers([new PeerEndpoint(KeyOf(0), "127.0.0.1", first.ListenPort)]);
        await UntilAsync(() => second.Count().DialFailures > 0);
        Assert.Empty(first.Connected);
        heard.Role = PeerRole.Observer;
        await UntilAsync(() => first.Connected.Count == 1);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var network in networks)
        {
            await network.DisposeAsync();
        }
    }

    private static PublicKey KeyOf(int index) => DevelopmentKeys.Validator(index).PublicKey;

    private static void Introduce(PeerNetwork first, int firstKey, PeerNetwork second, int secondKey)
    {
        first.SetPeers([new PeerEndpoint(KeyOf(secondKey), "127.0.0.1", second.ListenPort)]);
        second.SetPeers([new PeerEndpoint(KeyOf(firstKey), "127.0.0.1", first.ListenPort)]);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            // Sockets tell nothing; this looks again until patience ends, and then fails.
            await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
        }
    }

    private async Task<(PeerNetwork Network, Recorder Heard)> StartAsync(
        int key, NetworkId? network = null, int port = 0)
    {
        var recorder = new Recorder();
        var started = await PeerNetwork.StartAsync(
            new PeerNetworkOptions
            {
                Network = network ?? NetworkId.Development,
                Key = DevelopmentKeys.Validator(key),
                ListenPort = port,
                Logger = NullLogger.Instance,
                MinBackoff = TimeSpan.FromMilliseconds(20),
                MaxBackoff = TimeSpan.FromMilliseconds(200),
            },
            recorder,
            TestContext.Current.CancellationToken);
        networks.Add(started);
        return (started, recorder);
    }

    private sealed class Recorder : IPeerHandler
    {
        public ConcurrentQueue<(PublicKey From, byte[] Bytes)> Messages { get; } = [];

        public PeerVerdict Verdict { get; set; } = PeerVerdict.Accepted;

        public Exception? Failure { get; set; }

        public PeerRole Role { get; set; } = PeerRole.Validator;

        public ValueTask<PeerVerdict> OnMessageAsync(
            PublicKey from, ReadOnlyMemory<byte> envelope, CancellationToken cancellation)
        {
            Messages.Enqueue((from, envelope.ToArray()));
            if (Failure is not null)
            {
                throw Failure;
            }

            return ValueTask.FromResult(Verdict);
        }

        public void OnLinkChanged(PublicKey peer, bool connected)
        {
        }

        public PeerRole RoleOf(PublicKey key) => Role;

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> ServeAsync(
            PublicKey from,
            ReadOnlyMemory<byte> request,
            [EnumeratorCancellation] CancellationToken cancellation)
        {
            for (var next = request.Span[0]; ; next = (byte)((next + 1) % 250))
            {
                cancellation.ThrowIfCancellationRequested();
                await Task.Yield();
                yield return new[] { next };
            }
        }
    }
}
