using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Networking;

/// <summary>
/// Tells the handler who comes and goes, one event at a time and in order, outside all locks. A connection is read only after its
/// arrival was told.
/// </summary>
internal sealed class PeerEvents(IMessageHandler handler, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Queue<(PeerId Peer, Connection? Starts, bool Connected, bool Disconnected, bool CutOff, Exception? Reason)> _events = [];
    private bool _telling;

    public void Connected(PeerId peer, Connection connection) => Add((peer, connection, true, false, false, null));

    /// <summary>A further connection to a process that is connected.</summary>
    public void Added(Connection connection) => Add((connection.Peer, connection, false, false, false, null));

    public void Disconnected(PeerId peer, Exception? reason) => Add((peer, null, false, true, false, reason));

    public void CutOff(PeerId peer) => Add((peer, null, false, false, true, null));

    /// <summary>To be called after an event was added and all locks are released.</summary>
    public void Tell()
    {
        lock (_gate)
        {
            if (_telling) return;
            _telling = true;
        }

        while (true)
        {
            (PeerId Peer, Connection? Starts, bool Connected, bool Disconnected, bool CutOff, Exception? Reason) next;
            lock (_gate)
            {
                if (!_events.TryDequeue(out next))
                {
                    _telling = false;
                    return;
                }
            }

            try
            {
                if (next.Connected) handler.OnConnected(next.Peer);
                if (next.Disconnected) handler.OnDisconnected(next.Peer, next.Reason);
                if (next.CutOff) handler.OnCutOff(next.Peer);
            }
            catch (Exception exception)
            {
                NetworkLog.PeerEventFailed(logger, exception, next.Peer, next.Connected ? "connected" : "disconnected");
            }

            next.Starts?.Start();
        }
    }

    private void Add((PeerId Peer, Connection? Starts, bool Connected, bool Disconnected, bool CutOff, Exception? Reason) next)
    {
        lock (_gate) _events.Enqueue(next);
    }
}
