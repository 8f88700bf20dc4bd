using System.Net;
using System.Net.Sockets;
using Orleans.Runtime.Networking;
using Orleans.TestingHost;

namespace Orleans.Embedded.Tests.Networking.Support;

/// <summary>The loopback, or a network in memory.</summary>
internal sealed class TestNetwork(InMemoryNetwork? memory) : IAsyncDisposable
{
    private int _lastPort = 1000;

    public static TestNetwork Loopback => new(null);

    public InMemoryNetwork Memory => memory ?? throw new InvalidOperationException("The loopback has no links to hold.");

    public static TestNetwork InMemory() => new(new InMemoryNetwork(TimeProvider.System));

    public static TestNetwork Of(string kind) => kind == "tcp" ? Loopback : InMemory();

    /// <returns>The name of the node that listens there, and a free endpoint.</returns>
    public (string Name, IPEndPoint Endpoint) NewEndpoint(int port)
    {
        if (port == 0) port = memory is null ? FreePort() : ++_lastPort;
        return ($"silo-{port}", new IPEndPoint(IPAddress.Loopback, port));
    }

    public string NameOf(TestNode silo) => $"silo-{silo.Silo.Endpoint.Port}";

    public (LinkGate There, LinkGate Back) LinksBetween(TestNode one, TestNode other) =>
        (Memory.Link(NameOf(one), NameOf(other)), Memory.Link(NameOf(other), NameOf(one)));

    public NetworkTransport TransportOf(string node, TransportSecurity security)
    {
        if (memory is null) return NetworkTransport.Tcp(security);
        var transport = memory.TransportOf(node);
        return new NetworkTransport(transport, transport, security);
    }

    public async ValueTask DisposeAsync()
    {
        if (memory is not null) await memory.DisposeAsync();
    }

    private static int FreePort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
