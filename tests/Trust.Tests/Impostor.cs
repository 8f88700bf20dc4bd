using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Warren.Trust.Tests;

/// <summary>Somebody who stands where a manager is thought to be: shows a certificate, says which authority he is of, and notes what is sent to him.</summary>
internal sealed class Impostor : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task<byte[]> _received;

    public Impostor(X509Certificate2 certificate, string authority)
    {
        _listener.Start();
        _received = ReceiveAsync(certificate, authority);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What one machine has sent after the handshake, once it has gone.</summary>
    public Task<byte[]> ReceivedAsync(TimeSpan limit) => _received.WaitAsync(limit);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _received.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private async Task<byte[]> ReceiveAsync(X509Certificate2 certificate, string authority)
    {
        using var connection = await _listener.AcceptTcpClientAsync();
        await using var stream = new SslStream(connection.GetStream());
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls13 });
        var body = JsonSerializer.SerializeToUtf8Bytes(new { Authority = authority });
        await stream.WriteAsync((byte[])[0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body]);
        using var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received);
        }
        catch (IOException)
        {
            // It hung up.
        }

        return received.ToArray();
    }
}
