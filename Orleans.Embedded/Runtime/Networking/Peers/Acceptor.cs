using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace Orleans.Runtime.Networking;

/// <summary>Accepts connections at one endpoint, and learns who is at the other end, within a time limit.</summary>
internal sealed class Acceptor(ConnectionEnvironment environment, TransportSecurity security, ConnectionManager manager, IConnectionListener listener)
{
    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);
    private readonly TaskTracker _handshakes = new();

    /// <summary>Runs until the listener is unbound or <paramref name="cancellation"/> asks for the end; no handshake is left then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (await listener.AcceptAsync(cancellation) is not { } context) break;
                if (_handshakes.TryRun(() => Task.Run(() => WelcomeAsync(context, cancellation), CancellationToken.None), environment.Options.MaxHandshakes)) continue;
                Refused(context, RefusedBecause.TooManyConnections, $"{environment.Options.MaxHandshakes} others have not said who they are");
                await CloseAsync(context);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                // For want of file handles, say: connections end, and it goes on.
                NetworkLog.AcceptFailed(environment.Logger, exception, listener.EndPoint);
                await Task.Delay(s_pauseAfterFailure, environment.Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await _handshakes.WhenEmpty();
    }

    private async Task WelcomeAsync(ConnectionContext context, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(environment.Options.HandshakeTimeout, environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var secured = await security.AuthenticateAsServerAsync(context, Dialler.StreamOf(context), either.Token);
            var local = manager.Dialler.HelloTo(null, 0);
            var (remote, refusal) = await Handshake.AsListenerAsync(secured.Stream, local, hello => Judge(local, hello, secured), either.Token);
            if (refusal is null)
            {
                await manager.AdoptAsync(new Established(context, secured.Stream, Dialler.Describe(remote!, local, secured)), isDialled: false);
                return;
            }

            Refused(context, RefusedBecause.Of(refusal.Reason), refusal.Text);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // This process ends.
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            Refused(context, RefusedBecause.HandshakeTimeout, $"it did not say who it is within {environment.Options.HandshakeTimeout}");
        }
        catch (AuthenticationException exception)
        {
            Refused(context, RefusedBecause.Authentication, exception.InnerException?.Message ?? exception.Message);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or ConnectionAbortedException)
        {
            Refused(context, RefusedBecause.HandshakeLost, exception.Message);
        }
        catch (Exception exception)
        {
            // Whatever a certificate selector throws, say: it concerns this connection alone.
            Refused(context, RefusedBecause.Authentication, exception.ToString());
        }

        await CloseAsync(context);
    }

    private Refusal? Judge(Hello local, Hello remote, SecuredStream secured) => HandshakeRules.JudgeDialler(local, remote, manager.IsStopping)
        ?? (environment.Accepts(remote.Peer, secured.RemoteCertificate)
            ? null
            : new Refusal(RefusalReason.NotAllowed, $"the certificate '{secured.RemoteCertificate?.Subject}' is not that of a silo, as which {remote.Peer} presents itself"))
        ?? (manager.InboundConnections >= environment.Options.MaxInboundConnections
            ? new Refusal(RefusalReason.TooManyConnections, $"{environment.Local.Peer} has {manager.InboundConnections} connections")
            : null);

    private void Refused(ConnectionContext context, string kind, string reason)
    {
        environment.Metrics.Refused(kind);
        NetworkLog.Refused(environment.Logger, context.RemoteEndPoint, kind, reason);
    }

    private static async Task CloseAsync(ConnectionContext context)
    {
        try
        {
            await context.DisposeAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The other side has closed it.
        }
    }
}
