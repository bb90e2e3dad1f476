using Busbar.Node.Peers.Wire;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Busbar.Node.Peers;

/// <content>Connecting, again and again, ever more patiently.</content>
internal sealed partial class PeerNetwork
{
    private sealed class Dialer(PeerNetwork network, PeerEndpoint endpoint)
    {
        private readonly CancellationTokenSource stopping =
            CancellationTokenSource.CreateLinkedTokenSource(network.stopping.Token);

        private readonly Lock gate = new();

        public PeerEndpoint Endpoint => endpoint;

        public Task Running { get; private set; } = Task.CompletedTask;

        public void Start()
        {
            lock (gate)
            {
                if (Running == Task.CompletedTask)
                {
                    Running = DialAsync();
                }
            }
        }

        public void Stop() => stopping.Cancel();

        private async Task DialAsync()
        {
            // Not on the thread that gave the peers.
            await Task.Yield();
            var backoff = network.options.MinBackoff;
            while (!stopping.IsCancellationRequested)
            {
                var startedAt = network.options.Clock.GetTimestamp();
                var linked = !network.penalties.IsServing(endpoint.Key) && await TryLinkAsync();
                var lasted = network.options.Clock.GetElapsedTime(startedAt);
                backoff = linked && lasted > network.options.MaxBackoff
                    ? network.options.MinBackoff
                    : TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, network.options.MaxBackoff.Ticks));
                await PauseAsync(linked ? network.options.MinBackoff : backoff);
            }
        }

        private async Task<bool> TryLinkAsync()
        {
            try
            {
                using var channel = network.OpenChannel(endpoint);
                using var call = new Peer.PeerClient(channel).Exchange(cancellationToken: stopping.Token);
                var headers = await call.ResponseHeadersAsync.WaitAsync(stopping.Token);
                if (headers.GetValue(WelcomeHeader) is null)
                {
                    throw new RpcException(new Status(StatusCode.PermissionDenied, "the node refused the link"));
                }

                using var link = new Link(
                    endpoint.Key, network.handler.RoleOf(endpoint.Key), isDialed: true, stopping.Token);
                await network.RunAsync(link, call.ResponseStream, call.RequestStream, stopping.Token);
                return true;
            }
            catch (Exception error) when (IsEndOfLink(error) || error is HttpRequestException)
            {
                network.counters.DialFailed();
                LogDialFailed(network.options.Logger, endpoint.Host, endpoint.Port, error.Message);
                return false;
            }
        }

        // Jitter keeps nodes that started together from dialing each other in step for ever.
        private async Task PauseAsync(TimeSpan pause)
        {
            var jittered = pause * (0.75 + (Random.Shared.NextDouble() / 2));
            await Task.Delay(jittered, network.options.Clock, stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 43, Level = LogLevel.Debug, Message = "Cannot link with {Host}:{Port}: {Reason}")]
    private static partial void LogDialFailed(ILogger logger, string host, int port, string reason);
}
