using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace Busbar.Node.Peers;

/// <summary>The calling end of a link.</summary>
internal static class PeerChannel
{
    /// <summary>A channel to one node: whoever answers with another key ends the handshake.</summary>
    public static GrpcChannel Open(
        PeerEndpoint endpoint, NetworkId network, X509Certificate2 own, TimeProvider clock) =>
        GrpcChannel.ForAddress(
            new UriBuilder(Uri.UriSchemeHttps, endpoint.Host, endpoint.Port).Uri,
            new GrpcChannelOptions
            {
                MaxReceiveMessageSize = NodeLimits.PeerFrameSizeBytes,
                MaxSendMessageSize = NodeLimits.PeerFrameSizeBytes,
                DisposeHttpClient = true,
                HttpHandler = new SocketsHttpHandler
                {
                    UseProxy = false,
                    ConnectTimeout = NodeLimits.PeerConnectTimeout,
                    KeepAlivePingDelay = NodeLimits.PeerPingDelay,
                    KeepAlivePingTimeout = NodeLimits.PeerPingTimeout,
                    KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
                    PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
                    SslOptions = new SslClientAuthenticationOptions
                    {
                        EnabledSslProtocols = SslProtocols.Tls13 | SslProtocols.Tls12,
                        ClientCertificates = [own],
                        LocalCertificateSelectionCallback = (_, _, _, _, _) => own,
                        CertificateChainPolicy = Unchained(),
                        RemoteCertificateValidationCallback = (_, shown, _, _) =>
                            PeerCertificate.TryRead(
                                shown as X509Certificate2, network, clock.GetUtcNow(), out var key)
                            && key.Equals(endpoint.Key),
                    },
                },
            });

    /// <summary>
    /// The certificates are self-signed: building chains, or asking anybody about them, says nothing.
    /// </summary>
    public static X509ChainPolicy Unchained() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };
}
