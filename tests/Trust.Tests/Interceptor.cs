using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Warren.Trust.Tests;

/// <summary>Somebody between a machine and the manager at which it joins, who passes on what they say, changed. Serves any number of machines.</summary>
internal sealed class Interceptor : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _serving;
    private int _changed;

    private Interceptor(Func<NetworkStream, NetworkStream, CancellationToken, Task> pass, IPEndPoint joinPort)
    {
        _listener.Start();
        _serving = ServeAsync(pass, joinPort);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often something was changed.</summary>
    public int Changed => Volatile.Read(ref _changed);

    /// <summary>Has stolen a manager's key: speaks to both sides as if it were the other, and puts a signing request of its own in place of the machine's.</summary>
    /// <param name="joinPort">Where the manager lets machines join.</param>
    /// <param name="stolen">The manager's certificate with its key.</param>
    /// <param name="sign">Makes the request, for a node.</param>
    public static Interceptor WithAnotherRequest(IPEndPoint joinPort, X509Certificate2 stolen, Func<string, byte[]> sign)
    {
        Interceptor? self = null;
        return self = new(
            async (machine, manager, ending) =>
            {
                await using var inner = new SslStream(machine);
                await inner.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = stolen, EnabledSslProtocols = SslProtocols.Tls13 }, ending);
                await using var outer = new SslStream(manager);
                await outer.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "warren", RemoteCertificateValidationCallback = (_, _, _, _) => true }, ending);
                await JoinWire.SendAsync(inner, await JoinWire.ReceiveAsync(outer));
                var request = await JoinWire.ReceiveAsync(inner);
                request["Request"] = Convert.ToBase64String(sign((string)request["Node"]!));
                Interlocked.Increment(ref self!._changed);
                await JoinWire.SendAsync(outer, request);
                await JoinWire.SendAsync(inner, await JoinWire.ReceiveAsync(outer));
            },
            joinPort);
    }

    /// <summary>Has no key, and changes the last byte of each long run of bytes that the machine sends.</summary>
    /// <param name="joinPort">Where the manager lets machines join.</param>
    public static Interceptor WithAChangedByte(IPEndPoint joinPort)
    {
        Interceptor? self = null;
        return self = new(
            async (machine, manager, ending) =>
            {
                var back = manager.CopyToAsync(machine, ending);
                var buffer = new byte[16 * 1024];
                for (var sent = 0; await machine.ReadAsync(buffer, ending) is > 0 and var count; sent++)
                {
                    // The first is the greeting, and the second ends the handshake: what is said comes after them.
                    if (sent > 0 && count > 500)
                    {
                        buffer[count - 1] ^= 1;
                        Interlocked.Increment(ref self!._changed);
                    }

                    await manager.WriteAsync(buffer.AsMemory(0, count), ending);
                }

                manager.Socket.Shutdown(SocketShutdown.Send);
                await back;
            },
            joinPort);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _serving;
        _ending.Dispose();
    }

    private async Task ServeAsync(Func<NetworkStream, NetworkStream, CancellationToken, Task> pass, IPEndPoint joinPort)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                using var machine = await _listener.AcceptTcpClientAsync(_ending.Token);
                using var manager = new TcpClient();
                await manager.ConnectAsync(joinPort, _ending.Token);
                await pass(machine.GetStream(), manager.GetStream(), _ending.Token);
            }
            catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
            {
                // One of them has hung up, as is hoped.
            }
        }
    }
}
