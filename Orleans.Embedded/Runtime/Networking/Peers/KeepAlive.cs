namespace Orleans.Runtime.Networking;

/// <summary>
/// Pings connections over which nothing comes, and ends those whose other side is not accepted any more. It counts its own rounds, not time, so that a process that was stopped for a while finds
/// nobody silent when it goes on.
/// </summary>
internal sealed class KeepAlive(ConnectionEnvironment environment, ConnectionManager manager)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(environment.Options.KeepAliveInterval, environment.Time, cancellation);
                foreach (var connection in manager.Connections) LookAt(connection);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // This process ends.
        }
    }

    private void LookAt(Connection connection)
    {
        try
        {
            if (!IsBarred(connection)) Look(connection);
        }
        catch (Exception exception)
        {
            // Whatever a policy throws, say: it concerns this connection alone.
            NetworkLog.KeepAliveFailed(environment.Logger, exception, connection.Peer);
        }
    }

    /// <summary>
    /// One that is not accepted any more has the time to end by itself, or to hear why. A silo that has not is declared dead first: two silos that only lost their
    /// connection would each take the other for dead, and the wrong one might be the first to write it.
    /// </summary>
    private bool IsBarred(Connection connection)
    {
        var rounds = connection.CountBarred(environment.StillAccepts(connection.Peer, connection.Remote.Certificate));

        // A client has nothing to tell a silo that may be none.
        var limit = connection.Link == LinkKind.ClientToGateway ? 1 : 1 + (int)Math.Ceiling(environment.Options.BarredGrace / environment.Options.KeepAliveInterval);
        if (rounds < limit) return false;
        if (rounds == limit && connection.Link == LinkKind.SiloToSilo)
        {
            environment.Handler.OnBarred(connection.Peer);
            return false;
        }

        environment.Metrics.Refused(RefusedBecause.NotAllowed);
        connection.Close(new SiloUnavailableException($"{connection.Peer} is not accepted any more."));
        return true;
    }

    private void Look(Connection connection)
    {
        var silences = connection.CountSilence();
        if (silences == 0) return;
        var limit = (int)Math.Ceiling(environment.Options.ClientSilenceLimit / environment.Options.KeepAliveInterval);
        if (silences >= limit)
        {
            var silence = silences * environment.Options.KeepAliveInterval;
            if (connection.Link != LinkKind.SiloToSilo)
            {
                environment.Metrics.PongMissed();
                connection.Close(new SiloUnavailableException($"Nothing came from {connection.Peer} for {silence}."));
                return;
            }

            if (silences == limit) NetworkLog.Silent(environment.Logger, connection.Peer, silence);
        }

        connection.Nudge();
    }
}
