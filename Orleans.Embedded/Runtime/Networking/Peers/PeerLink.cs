using System.Text;

namespace Orleans.Runtime.Networking;

/// <summary>
/// All that this process has to do with one other process: its connections, of which one takes new calls, the attempt to make one, and
/// the messages that wait for it. Locks are taken in the order link, connection; handlers and calls are called without any.
/// </summary>
internal sealed class PeerLink : IConnectionOwner, IDisposable
{
    /// <summary>Of the connections that are there already; each new one that is waited for has as many again.</summary>
    private const int MaxConnectionsTried = 4;

    private readonly Lock _gate = new();
    private readonly List<Connection> _connections = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly ConnectionEnvironment _environment;
    private readonly ConnectionManager _manager;
    private readonly WaitingMessages _waiting;
    private readonly Random _chance;
    private volatile Connection? _current;
    private Task<ConnectException?>? _dial;
    private ConnectException? _lastFailure;
    private long _lastFailedAt;
    private TimeSpan _retryDelay;
    private int _failures;
    private bool _closed;

    public PeerLink(PeerId peer, ConnectionManager manager, ConnectionEnvironment environment)
    {
        (Peer, _manager, _environment) = (peer, manager, environment);
        _waiting = new WaitingMessages(environment.Options.MaxWaitingMessages, environment.Options.MaxOutboundBytes);
        _chance = new Random((int)StableHash.Compute(Encoding.UTF8.GetBytes($"{environment.Local.Peer} to {peer}")));
    }

    public PeerId Peer { get; }

    /// <summary>The connection that takes new calls; null when there is none.</summary>
    public Connection? Current => _current;

    public Connection[] Connections
    {
        get
        {
            lock (_gate) return [.. _connections];
        }
    }

    /// <summary>Takes on a connection that this or the other process has made.</summary>
    /// <param name="established">The connection.</param>
    /// <param name="isDialled">Whether this process made it.</param>
    /// <param name="endsDial">Whether it is what the attempt under way was for.</param>
    /// <returns>False when the link has been closed; nothing was done.</returns>
    public bool TryAdopt(Established established, bool isDialled, bool endsDial)
    {
        List<Connection> superfluous = [];
        WaitingMessage[] waiting;
        lock (_gate)
        {
            if (_closed) return false;
            var connection = new Connection(_environment, this, established, isDialled);
            _connections.Add(connection);
            _manager.Track(connection);
            var known = _current is not null;
            _current = Best();
            foreach (var other in _connections)
            {
                // The side that made the worse one ends it: only that side surely has both by now.
                if (other != _current && other.AcceptsCalls && other.IsDialled) superfluous.Add(other);
            }

            if (endsDial) _dial = null;
            (_failures, _lastFailure) = (0, null);
            waiting = _waiting.TakeAll();
            if (known) _manager.Events.Added(connection);
            else _manager.Events.Connected(Peer, connection);
        }

        NetworkLog.Connected(_environment.Logger, Peer, isDialled ? "outbound" : "inbound", established.Remote.Protocol, established.Remote.SoftwareVersion);
        foreach (var other in superfluous) other.BeginGoodbye();
        _manager.Events.Tell();
        foreach (var message in waiting) SendWaiting(message);
        return true;
    }

    /// <summary>Lets a message wait for a connection, and sees to it that one is made. A message that may not wait is refused.</summary>
    /// <param name="message">The message, its body not yet encoded unless it is a control message.</param>
    /// <param name="failed">The connection that did not take it.</param>
    /// <returns>False when there is another connection meanwhile, or another link; nothing was done.</returns>
    public bool TryWait(WaitingMessage message, Connection? failed)
    {
        RejectionKind kind;
        string? refusal;
        lock (_gate)
        {
            if (!IsStuck(failed)) return false;
            refusal = Refusal(out kind);
        }

        if (refusal is null)
        {
            var isEncodedHere = message.Body.IsDefault;
            if (isEncodedHere && !TryEncode(ref message)) return true;
            lock (_gate)
            {
                if (!IsStuck(failed))
                {
                    if (isEncodedHere) message.Body.Dispose();
                    return false;
                }

                refusal = Refusal(out kind);
                if (refusal is null && !_waiting.TryAdd(message))
                {
                    kind = RejectionKind.Overloaded;
                    refusal = $"{_waiting.Count} messages of {_waiting.Bytes} bytes wait already for a connection to {Peer}";
                }

                if (refusal is null) _dial ??= Task.Run(DialAsync);
            }
        }

        if (refusal is not null) Refuse(message, kind, refusal);
        return true;
    }

    /// <summary>Stops waiting for a call, wherever it is.</summary>
    public void Forget(long callId)
    {
        lock (_gate)
        {
            if (_waiting.Remove(callId)) return;
        }

        foreach (var connection in Connections)
        {
            if (connection.Forget(callId)) return;
        }
    }

    /// <summary>
    /// Tells the other side that nobody waits for a call any more, whether it was forgotten here already or not; a call that was not sent
    /// yet is not sent at all.
    /// </summary>
    public void SendCancel(long callId)
    {
        lock (_gate)
        {
            if (_waiting.Remove(callId)) return;
        }

        // The call is known by its caller, not by the connection it came over.
        foreach (var connection in Connections)
        {
            if (connection.TrySendCancel(callId)) return;
        }
    }

    /// <summary>Makes a connection if there is none, without regard to the pause between attempts.</summary>
    /// <returns>Why there is none; null when there is one.</returns>
    public Task<ConnectException?> ConnectAsync()
    {
        lock (_gate)
        {
            if (_current is not null) return Task.FromResult<ConnectException?>(null);
            if (_closed) return Task.FromResult<ConnectException?>(new ConnectException(ConnectFailure.Failed, $"The link to {Peer} is closed."));
            return _dial ??= Task.Run(DialAsync);
        }
    }

    /// <summary>Closes everything at once and for good.</summary>
    /// <returns>Ends when nothing is left of it.</returns>
    public Task CloseAsync(Exception reason)
    {
        Connection[] connections;
        WaitingMessage[] waiting;
        Task dial;
        lock (_gate)
        {
            _closed = true;
            connections = [.. _connections];
            waiting = _waiting.TakeAll();
            dial = _dial ?? Task.CompletedTask;
        }

        var cancelled = _closing.CancelAsync();
        foreach (var connection in connections) connection.Close(reason);
        foreach (var message in waiting) Refuse(message, RejectionKind.Unavailable, reason.Message);
        return Task.WhenAll([cancelled, dial, .. connections.Select(connection => connection.Ended)]);
    }

    public void OnDraining(Connection connection) => Renew(null);

    public void OnClosed(Connection connection, Exception? reason)
    {
        _manager.OnConnectionClosed(connection);
        bool isCutOff;
        lock (_gate)
        {
            _connections.Remove(connection);
            isCutOff = reason is not null && _current is null && _connections.Count == 0;
        }

        if (isCutOff) _manager.Events.CutOff(Peer);
        Renew(reason);
        _manager.RemoveIfUseless(this);
    }

    /// <summary>Closes the link if it is of no use any more: a client cannot be dialled.</summary>
    /// <returns>Whether it is closed.</returns>
    public bool CloseIfUseless()
    {
        lock (_gate) return _closed |= Peer.IsClient && _connections.Count == 0;
    }

    public void Dispose() => _closing.Dispose();

    private async Task<ConnectException?> DialAsync()
    {
        ConnectException failure;
        try
        {
            var silo = Peer.Silo!;
            var established = await _manager.Dialler.ConnectAsync(silo.Endpoint, silo, _closing.Token);
            if (TryAdopt(established, isDialled: true, endsDial: true)) return null;
            await established.AbortAsync("The link is closed.");
            failure = new ConnectException(ConnectFailure.Failed, $"The link to {Peer} is closed.");
        }
        catch (ConnectException exception)
        {
            failure = exception;
        }
        catch (Exception exception)
        {
            failure = new ConnectException(ConnectFailure.Failed, $"No connection to {Peer}: {exception.Message}", exception);
        }

        WaitingMessage[] waiting;
        lock (_gate)
        {
            _dial = null;
            _lastFailure = failure;
            _lastFailedAt = _environment.Time.GetTimestamp();
            _retryDelay = RetryDelay.After(++_failures, _environment.Options.MinRetryDelay, _environment.Options.MaxRetryDelay, _chance.NextDouble());
            waiting = _waiting.TakeAll();
        }

        if (!_closing.IsCancellationRequested) NetworkLog.ConnectFailed(_environment.Logger, Peer, failure.Message, _retryDelay);
        foreach (var message in waiting) Refuse(message, RejectionKind.Unavailable, failure.Message);
        return failure;
    }

    /// <summary>
    /// The best of the connections that take calls. Both sides choose alike: of those made crosswise the one that the silo with the smaller
    /// address made, and of those that one side made the latest.
    /// </summary>
    private Connection? Best()
    {
        Connection? best = null;
        foreach (var connection in _connections)
        {
            if (connection.AcceptsCalls && (best is null || IsBetter(connection, best))) best = connection;
        }

        return best;
    }

    private bool IsBetter(Connection one, Connection other)
    {
        if (one.IsDialled == other.IsDialled) return one.Remote.Attempt > other.Remote.Attempt;
        var mineIsBetter = Peer.Silo is not { } theirs || _environment.Local.Peer.Silo is not { } mine || mine.CompareTo(theirs) < 0;
        return one.IsDialled == mineIsBetter;
    }

    /// <summary>Whether there is still nothing better than the connection that failed.</summary>
    private bool IsStuck(Connection? failed)
    {
        if (_closed) return false;
        if (_current is null) return true;
        return _current == failed && Best() is null;
    }

    private string? Refusal(out RejectionKind kind)
    {
        kind = RejectionKind.Unavailable;
        if (_manager.IsStopping) return $"{_environment.Local.Peer} is stopping";
        if (Peer.IsClient)
        {
            kind = RejectionKind.ClientNotAvailable;
            return $"{Peer} is not connected";
        }

        if (_dial is not null || _lastFailure is null) return null;
        return _environment.Time.GetElapsedTime(_lastFailedAt) < _retryDelay ? _lastFailure.Message : null;
    }

    private bool TryEncode(ref WaitingMessage message)
    {
        try
        {
            message = message with { Body = EncodedBody.Of(message.Call?.Message ?? message.OneWay!) };
            return true;
        }
        catch (Exception exception)
        {
            if (message.Call is { } call)
            {
                _environment.Metrics.SendFailed("encoding");
                call.OnFailure(exception);
            }
            else
            {
                _environment.Metrics.SendDropped("encoding");
                NetworkLog.OneWayNotEncoded(_environment.Logger, exception, message.OneWay!, Peer);
            }

            return false;
        }
    }

    private void SendWaiting(WaitingMessage message)
    {
        for (var attempt = 1; attempt <= MaxConnectionsTried; attempt++)
        {
            var connection = _current;
            if (connection is not null && TrySend(connection, message))
            {
                message.Body.Dispose();
                return;
            }

            // The other side, which dialled too, may have ended this connection for a better one that is on its way.
            if (TryWait(message, connection)) return;
        }

        Refuse(message, RejectionKind.Unavailable, $"the connection to {Peer} was lost as soon as it was made");
    }

    private static bool TrySend(Connection connection, WaitingMessage message) => message switch
    {
        { Call: { } call } => connection.TrySend(call, message.Body),
        { OneWay: { } oneWay } => connection.TrySendOneWay(oneWay, message.Body),
        _ => connection.TrySendControl(message.ControlKind, message.Body.Span),
    };

    private void Refuse(WaitingMessage message, RejectionKind kind, string reason)
    {
        message.Body.Dispose();
        if (message.Call is not { } call)
        {
            _environment.Metrics.SendDropped(kind.ToString());
            return;
        }

        _environment.Metrics.SendFailed(kind.ToString());
        call.OnRejected(kind, reason, 0);
    }

    private void Renew(Exception? reason)
    {
        lock (_gate)
        {
            var known = _current is not null;
            _current = Best();
            if (known && _current is null) _manager.Events.Disconnected(Peer, reason);
        }

        _manager.Events.Tell();
    }
}
