using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Orleans.Serialization;

namespace Orleans.Runtime.Networking;

/// <summary>Makes connections: transport, TLS and handshake, within one time limit.</summary>
internal sealed class Dialler(ConnectionEnvironment environment, IConnectionFactory transport, TransportSecurity security)
{
    private long _attempts;

    /// <param name="endpoint">Where to.</param>
    /// <param name="meant">The silo that must be there; null for any.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ConnectException">There is no connection; the exception says why.</exception>
    public async Task<Established> ConnectAsync(EndPoint endpoint, SiloAddress? meant, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(environment.Options.ConnectTimeout, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        ConnectionContext? context = null;
        try
        {
            context = await transport.ConnectAsync(endpoint, either.Token);
            var secured = await security.AuthenticateAsClientAsync(context, StreamOf(context), either.Token);
            var hello = HelloTo(meant, Interlocked.Increment(ref _attempts));
            var remote = await Handshake.AsDiallerAsync(secured.Stream, hello, either.Token);
            if (!environment.Accepts(remote.Peer, secured.RemoteCertificate))
                throw new AuthenticationException($"the certificate '{secured.RemoteCertificate?.Subject}' of {remote.Peer} is not that of a silo");
            return new Established(context, secured.Stream, Describe(remote, hello, secured) with { Attempt = hello.Attempt });
        }
        catch (Exception exception)
        {
            if (context is not null)
            {
                context.Abort(new ConnectionAbortedException("The connection was not established.", exception));
                await context.DisposeAsync();
            }

            cancellation.ThrowIfCancellationRequested();
            throw ToConnectException(exception, endpoint, limit.IsCancellationRequested);
        }
    }

    public Hello HelloTo(SiloAddress? meant, long attempt) => new()
    {
        Peer = environment.Local.Peer,
        Protocol = environment.Options.Protocol,
        ClusterId = environment.Local.ClusterId,
        ServiceId = environment.Local.ServiceId,
        SoftwareVersion = environment.Local.SoftwareVersion,
        Dialled = meant,
        Attempt = attempt,
    };

    public static RemoteProcess Describe(Hello remote, Hello local, SecuredStream secured) => new(
        remote.Peer, local.Protocol.Negotiate(remote.Protocol), remote.SoftwareVersion, secured.RemoteCertificate, remote.Attempt);

    /// <summary>The stream of connections that have one; of others, their pipes as a stream.</summary>
    public static Stream StreamOf(ConnectionContext context) =>
        context.Features.Get<IStreamFeature>()?.Stream ?? new DuplexPipeStream(context.Transport);

    private ConnectException ToConnectException(Exception exception, EndPoint endpoint, bool late) => exception switch
    {
        ConnectException known => known,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new ConnectException(
            ConnectFailure.Gone, $"Nobody listens at {endpoint}.", exception),
        _ when late || exception is TimeoutException => new ConnectException(
            ConnectFailure.TimedOut, $"No connection to {endpoint} within {environment.Options.ConnectTimeout}.", exception),
        AuthenticationException or WireFormatException or IOException or SocketException or ObjectDisposedException => new ConnectException(
            ConnectFailure.Failed, $"No connection to {endpoint}: {exception.Message}", exception),
        _ => new ConnectException(ConnectFailure.Failed, $"No connection to {endpoint}: {exception}", exception),
    };
}
