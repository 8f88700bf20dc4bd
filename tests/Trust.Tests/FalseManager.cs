using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Warren.Trust.Tests;

/// <summary>Somebody at the address of a manager, with a key and its certificate, who waits for workers. Whoever takes him for a manager tells him who he is, and begins to talk.</summary>
internal sealed class FalseManager : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly TcpListener _listener;
    private readonly X509Certificate2 _shown;
    private readonly TaskCompletionSource _believed = new(TaskCreationOptions.RunContinuationsAsynchronously), _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;
    private int _refusals;

    /// <param name="address">The manager's.</param>
    /// <param name="shown">The certificate with its key.</param>
    public FalseManager(IPEndPoint address, X509Certificate2 shown)
    {
        (_listener, _shown) = (new(address), shown);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Ends when somebody talks to him.</summary>
    public Task Believed => _believed.Task;

    /// <summary>Ends when he was hung up on several times, and nobody has talked to him before.</summary>
    public Task Refused => _refused.Task;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _serving;
        _ending.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                using var connection = await _listener.AcceptTcpClientAsync(_ending.Token);
                await using var stream = new SslStream(connection.GetStream());
                await stream.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = _shown,
                        EnabledSslProtocols = SslProtocols.Tls13,
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
                    },
                    _ending.Token);

                // With this version of TLS the server may be through before the other has looked at its certificate.
                if (await stream.ReadAsync(new byte[1], _ending.Token) > 0) _believed.TrySetResult();
                else HungUp();
            }
            catch (Exception failure) when (failure is IOException or AuthenticationException)
            {
                HungUp();
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // It ends.
            }
        }
    }

    private void HungUp()
    {
        if (++_refusals >= 3) _refused.TrySetResult();
    }
}
