using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Warren.Agent.Network.Namespaces;
using Warren.Agent.Network.Netlink;
using Warren.Containers;

namespace Warren.Agent.Containers.Tests.Network.Support;

/// <summary>A network namespace as its programs see it. Servers answer each client with the address and port that they see of it.</summary>
internal sealed class NetworkNamespace(string path)
{
    private const int Kind = 0x40000000, MaxSends = 30;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10), s_resend = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a connection that must fail is tried.</summary>
    public static TimeSpan Short { get; } = TimeSpan.FromSeconds(1.5);

    public string Path => path;

    /// <returns>What a program prints that runs inside.</returns>
    public string Run(string program, params IEnumerable<string> arguments) => Shell.Run("nsenter", ["--net=" + path, program, .. arguments]);

    /// <summary>Serves until it is disposed.</summary>
    public async Task<IDisposable> ServeAsync(PortProtocol protocol, int port, IPAddress? address = null)
    {
        var endpoint = new IPEndPoint(address ?? IPAddress.IPv6Any, port);
        var socket = await OpenAsync(endpoint.AddressFamily, protocol);
        if (address is null) socket.DualMode = true;
        socket.Bind(endpoint);
        if (protocol == PortProtocol.Tcp)
        {
            socket.Listen(64);
            _ = AcceptAsync(socket);
        }
        else
        {
            _ = AnswerDatagramsAsync(socket, endpoint.AddressFamily);
        }

        return socket;
    }

    /// <summary>Asks a server.</summary>
    /// <returns>The address of this namespace as the server sees it.</returns>
    public async Task<IPAddress> AskAsync(PortProtocol protocol, string address, int port, TimeSpan? limit = null)
    {
        var server = new IPEndPoint(IPAddress.Parse(address), port);
        using var timeout = new CancellationTokenSource(limit ?? s_limit);
        using var socket = await OpenAsync(server.AddressFamily, protocol);
        await socket.ConnectAsync(server, timeout.Token);
        if (protocol == PortProtocol.Udp) return await AskAsync(socket, timeout.Token);
        var buffer = new byte[256];
        var count = 0;
        for (int read; (read = await socket.ReceiveAsync(buffer.AsMemory(count), timeout.Token)) > 0;) count += read;
        return IPAddress.Parse(Encoding.ASCII.GetString(buffer, 0, count));
    }

    /// <summary>Asks a server of datagrams, again until it answers.</summary>
    /// <returns>The client's address as the server sees it.</returns>
    public static async Task<IPAddress> AskAsync(Socket client, CancellationToken cancellation = default)
    {
        var buffer = new byte[256];
        for (var i = 0; i < MaxSends; i++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(s_resend);
            try
            {
                await client.SendAsync("?"u8.ToArray(), limit.Token);
                return IPAddress.Parse(Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, limit.Token)));
            }
            catch (Exception exception) when (exception is SocketException { SocketErrorCode: SocketError.ConnectionRefused } or OperationCanceledException)
            {
                // Nobody answers yet.
                cancellation.ThrowIfCancellationRequested();
            }
        }

        throw new SocketException((int)SocketError.TimedOut);
    }

    /// <summary>Whether nothing answers there within a short time.</summary>
    public async Task<bool> IsClosedAsync(PortProtocol protocol, string address, int port)
    {
        try
        {
            await AskAsync(protocol, address, port, Short);
            return false;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            return true;
        }
    }

    /// <summary>A connected stream to a server that never ends it; for seeing whether it outlives something.</summary>
    public async Task<Socket> ConnectAsync(string address, int port)
    {
        var server = new IPEndPoint(IPAddress.Parse(address), port);
        var socket = await OpenAsync(server.AddressFamily, PortProtocol.Tcp);
        using var timeout = new CancellationTokenSource(s_limit);
        await socket.ConnectAsync(server, timeout.Token);
        return socket;
    }

    /// <summary>A client that sends datagrams to a server.</summary>
    public async Task<Socket> OpenDatagramsAsync(IPEndPoint server)
    {
        var socket = await OpenAsync(server.AddressFamily, PortProtocol.Udp);
        await socket.ConnectAsync(server);
        return socket;
    }

    /// <summary>A listener for <see cref="ConnectAsync"/>.</summary>
    public async Task<Socket> ListenAsync(int port)
    {
        var socket = await OpenAsync(AddressFamily.InterNetworkV6, PortProtocol.Tcp);
        socket.DualMode = true;
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        socket.Listen();
        return socket;
    }

    /// <summary>Makes something with sockets: each belongs to the namespace of the thread that makes it, whoever uses it later.</summary>
    public Task<T> MakeAsync<T>(Func<T> make) => DedicatedThread.RunAsync("make sockets", () =>
    {
        using var file = File.OpenHandle(path);
        if (Libc.SetNamespace(file, Kind) != 0) throw Libc.LastFailure($"enter {path}");
        return make();
    });

    private Task<Socket> OpenAsync(AddressFamily family, PortProtocol protocol) => MakeAsync(() => protocol == PortProtocol.Tcp
        ? new Socket(family, SocketType.Stream, ProtocolType.Tcp)
        : new Socket(family, SocketType.Dgram, ProtocolType.Udp));

    private static async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync();
                await client.SendAsync(Seen(client.RemoteEndPoint!));
                client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task AnswerDatagramsAsync(Socket socket, AddressFamily family)
    {
        try
        {
            var buffer = new byte[256];
            while (true)
            {
                var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
                await socket.SendToAsync(Seen(received.RemoteEndPoint), received.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static byte[] Seen(EndPoint client)
    {
        var address = ((IPEndPoint)client).Address;
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}"));
    }
}
