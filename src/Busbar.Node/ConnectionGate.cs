using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Busbar.Node;

/// <summary>Cuts a connection, before a byte of it is read, when its address has as many as it may.</summary>
internal static class ConnectionGate
{
    /// <summary>Lets one address have so many connections to an endpoint.</summary>
    public static void LimitEachAddress(this ListenOptions listen, int total, int perAddress)
    {
        var places = new AddressPlaces(total, perAddress);
        listen.Use(next => async connection =>
        {
            using var place = places.TryTake((connection.RemoteEndPoint as IPEndPoint)?.Address);
            if (place is null)
            {
                connection.Abort(new ConnectionAbortedException("Its address has as many connections as it may."));
                return;
            }

            await next(connection);
        });
    }
}
