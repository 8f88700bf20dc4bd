namespace Orleans.Runtime.Networking;

/// <summary>
/// Pings connections over which nothing comes. It counts its own rounds, not time, so that a process that was stopped for a while finds
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
                foreach (var connection in manager.Connections) Look(connection);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // This process ends.
        }
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
