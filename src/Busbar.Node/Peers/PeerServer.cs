using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Busbar.Node.Peers;

/// <summary>The listener for other nodes.</summary>
internal static class PeerServer
{
    /// <summary>Listens; gives the server and its port.</summary>
    public static async Task<(WebApplication Server, int Port)> StartAsync(
        PeerNetwork network, PeerNetworkOptions options, X509Certificate2 own, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = NodeLimits.PeerConnections;
            kestrel.Limits.Http2.MaxStreamsPerConnection = NodeLimits.PeerStreamsPerConnection;
            kestrel.Limits.Http2.KeepAlivePingDelay = NodeLimits.PeerPingDelay;
            kestrel.Limits.Http2.KeepAlivePingTimeout = NodeLimits.PeerPingTimeout;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(options.ListenAddress, options.ListenPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.LimitEachAddress(NodeLimits.PeerConnections, NodeLimits.PeerConnectionsPerAddress);
                listen.UseHttps(own, https =>
                {
                    https.SslProtocols = SslProtocols.Tls13 | SslProtocols.Tls12;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.HandshakeTimeout = NodeLimits.PeerConnectTimeout;
                    https.CheckCertificateRevocation = false;
                    https.OnAuthenticate = (_, ssl) => ssl.CertificateChainPolicy = PeerChannel.Unchained();
                    https.ClientCertificateValidation = (shown, _, _) =>
                        PeerCertificate.TryRead(shown, options.Network, options.Clock.GetUtcNow(), out _);
                });
            });
        });
        builder.Services.AddSingleton(network);
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = NodeLimits.PeerFrameSizeBytes;
            grpc.MaxSendMessageSize = NodeLimits.PeerFrameSizeBytes;
        });
        var server = builder.Build();
        server.UseRouting();
        server.MapGrpcService<PeerCalls>();
        try
        {
            await server.StartAsync(cancellation);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            await server.DisposeAsync();
            throw new NodeStartException(
                $"Port {options.ListenPort}, for other nodes, is in use. Name another one, or 0 for any free one.",
                error);
        }

        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return (server, new Uri(address.First()).Port);
    }
}
