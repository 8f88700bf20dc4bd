using Microsoft.AspNetCore.Connections;

namespace Orleans.Runtime.Networking;

/// <summary>What connections are made of.</summary>
/// <param name="Listeners">Takes connections.</param>
/// <param name="Connector">Makes connections.</param>
/// <param name="Security">Protects both.</param>
internal sealed record NetworkTransport(IConnectionListenerFactory Listeners, IConnectionFactory Connector, TransportSecurity Security)
{
    public static NetworkTransport Tcp(TransportSecurity security)
    {
        var sockets = new SocketTransport();
        return new NetworkTransport(sockets, sockets, security);
    }
}
