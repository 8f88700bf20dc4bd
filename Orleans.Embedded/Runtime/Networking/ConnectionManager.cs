using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Orleans.Runtime.Membership;

namespace Orleans.Runtime.Networking;

/// <summary>
/// The connections of one silo or client. Nothing here blocks the caller's thread: a message is handed to a connection, waits for one to
/// be made, or is refused.
/// </summary>
internal sealed class ConnectionManager : IPeerProber, IAsyncDisposable
{
    private readonly ConcurrentDictionary<PeerId, PeerLink> _links = [];
    private readonly ConcurrentBag<IConnectionListener> _listeners = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskTracker _tasks = new();
    private readonly ConnectionEnvironment _environment;
    private readonly NetworkTransport _transport;
    private int _inbound;
    private int _disposed;
    private volatile bool _stopping;

    public ConnectionManager(ConnectionEnvironment environment, NetworkTransport transport)
    {
        if (environment.Options.Validate() is { Count: > 0 } problems) throw new OrleansConfigurationException(string.Join(Environment.NewLine, problems));
        (_environment, _transport) = (environment, transport);
        Events = new PeerEvents(environment.Handler, environment.Logger);
        Dialler = new Dialler(environment, transport.Connector, transport.Security);
        environment.Metrics.QueuedBytes = () => Connections.Sum(connection => (long)connection.QueuedBytes);
        _tasks.TryRun(() => new KeepAlive(environment, this).RunAsync(_ending.Token));
    }

    /// <summary>The processes that calls can be made to right now.</summary>
    public IReadOnlyCollection<PeerId> Connected => [.. _links.Values.Where(link => link.Current is not null).Select(link => link.Peer)];

    /// <summary>No more connections are made or taken, and no more messages sent.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Connections that other processes have made.</summary>
    public int InboundConnections => Volatile.Read(ref _inbound);

    /// <summary>Processes that something is known about here.</summary>
    internal int LinkCount => _links.Count;

    internal PeerEvents Events { get; }

    internal Dialler Dialler { get; }

    internal IEnumerable<Connection> Connections => _links.Values.SelectMany(link => link.Connections);

    /// <summary>Takes connections at an endpoint, until the end.</summary>
    /// <returns>The endpoint with the port that it got.</returns>
    /// <exception cref="AddressInUseException">Another process listens there.</exception>
    public async Task<EndPoint> ListenAsync(EndPoint endpoint, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var listener = await _transport.Listeners.BindAsync(endpoint, cancellation);
        _listeners.Add(listener);
        _tasks.TryRun(() => new Acceptor(_environment, _transport.Security, this, listener).RunAsync(_ending.Token));
        NetworkLog.Listening(_environment.Logger, listener.EndPoint);
        return listener.EndPoint;
    }

    /// <summary>Connects to whatever silo listens at an endpoint: for clients, which know gateways before they know silos.</summary>
    /// <exception cref="SiloUnavailableException">There is no connection; the inner exception says why.</exception>
    public async Task<PeerId> ConnectAsync(EndPoint endpoint, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, cancellation);
        try
        {
            var established = await Dialler.ConnectAsync(endpoint, meant: null, either.Token);
            await AdoptAsync(established, isDialled: true);
            return established.Remote.Peer;
        }
        catch (ConnectException exception)
        {
            throw new SiloUnavailableException(exception.Message, exception);
        }
    }

    /// <summary>
    /// Sends a call. Its end is told to the call itself: the answer; a rejection when it surely did not run, be it that the process
    /// cannot be reached or that a queue is full; a failure when it may have run.
    /// </summary>
    public void Send(PeerId to, IRemoteCall call)
    {
        while (true)
        {
            var link = LinkTo(to);
            var connection = link.Current;
            if (connection is not null && connection.TrySend(call)) return;
            if (link.TryWait(new WaitingMessage(call, null, 0, default), connection)) return;
        }
    }

    /// <summary>Sends a message of which nobody waits for the outcome. One that cannot be sent is dropped and counted.</summary>
    public void SendOneWay(PeerId to, Message message)
    {
        while (true)
        {
            var link = LinkTo(to);
            var connection = link.Current;
            if (connection is not null && connection.TrySendOneWay(message)) return;
            if (link.TryWait(new WaitingMessage(null, message, 0, default), connection)) return;
        }
    }

    /// <summary>Sends bytes to a subsystem of another process. What cannot be sent is dropped and counted.</summary>
    public void SendControl(PeerId to, byte kind, ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            var link = LinkTo(to);
            var connection = link.Current;
            if (connection is not null && connection.TrySendControl(kind, payload)) return;
            var body = EncodedBody.Of(payload);
            if (link.TryWait(new WaitingMessage(null, null, kind, body), connection)) return;
            body.Dispose();
        }
    }

    /// <summary>Tells the callee that nobody waits for a call any more. The call still ends by its answer, or by <see cref="Forget"/>.</summary>
    public void SendCancel(PeerId to, long callId)
    {
        if (_links.TryGetValue(to, out var link)) link.SendCancel(callId);
    }

    /// <summary>Gives up a call: nothing is told to it any more.</summary>
    public void Forget(PeerId to, long callId)
    {
        if (_links.TryGetValue(to, out var link)) link.Forget(callId);
    }

    /// <summary>Whether a silo shows that it lives, by an answer over its connection or over a new one.</summary>
    public async Task<ProbeResult> ProbeAsync(SiloAddress silo, CancellationToken cancellation)
    {
        var link = LinkTo(PeerId.OfSilo(silo));
        try
        {
            // That a connection is lost says little about the process; a fresh attempt tells. A frozen process may answer any attempt late.
            for (var lost = 0; lost < 2;)
            {
                switch ((await link.ConnectAsync().WaitAsync(cancellation))?.Failure)
                {
                    case ConnectFailure.Gone: return ProbeResult.Refused;
                    case ConnectFailure.Stopping: return ProbeResult.Ok;
                    case ConnectFailure.TimedOut: continue;
                    case ConnectFailure.Failed: return ProbeResult.Broken;
                    case ConnectFailure.Refused: return ProbeResult.TimedOut;
                }

                if (link.Current is { } connection && await connection.PingAsync(cancellation)) return ProbeResult.Ok;
                lost++;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _environment.Metrics.PongMissed();
            return ProbeResult.TimedOut;
        }

        return ProbeResult.Broken;
    }

    /// <summary>The certificate that a connected process has proved to own; null without TLS, or when it is not connected.</summary>
    public X509Certificate2? CertificateOf(PeerId peer) =>
        _links.TryGetValue(peer, out var link) ? link.Current?.Remote.Certificate : null;

    /// <summary>Ends at once whatever goes on with a process, because membership says that it is gone. What waits for it fails.</summary>
    public void Close(PeerId peer, string reason)
    {
        if (_links.TryRemove(peer, out var link)) End(link, new SiloUnavailableException($"{peer}: {reason}"));
    }

    /// <summary>
    /// Parts from the silos that ended between two views. The calls to one that was declared dead fail at once; those to one that left get
    /// their answers, or are refused and sent elsewhere, within the limit of a goodbye.
    /// </summary>
    public void Part(ClusterView previous, ClusterView view)
    {
        foreach (var (silo, hasLeft) in view.EndedSince(previous))
        {
            var peer = PeerId.OfSilo(silo);
            if (peer.Equals(_environment.Local.Peer)) continue;
            if (!hasLeft) Close(peer, "declared dead");
            else if (_links.TryGetValue(peer, out var link)) link.Current?.BeginGoodbye();
        }
    }

    /// <summary>
    /// Says goodbye to all: calls under way are finished in both directions, new ones refused. What is not done when
    /// <paramref name="cancellation"/> asks for the end, or after the limit of the options, is cut off.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        _stopping = true;
        var connections = Connections.ToArray();
        foreach (var connection in connections) connection.BeginGoodbye();
        try
        {
            await Task.WhenAll(connections.Select(connection => connection.Ended)).WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The rest is cut off.
        }

        await DisposeAsync();
    }

    /// <summary>Cuts everything off, as the end of the process would. When it returns, no task and no socket is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _stopping = true;
            await _ending.CancelAsync();
            foreach (var listener in _listeners) await listener.DisposeAsync();
            foreach (var peer in _links.Keys) Close(peer, $"{_environment.Local.Peer} has ended its connections");
        }

        await _tasks.WhenEmpty();
        _ending.Dispose();
    }

    /// <summary>Puts an established connection to use.</summary>
    internal async Task AdoptAsync(Established established, bool isDialled)
    {
        var peer = established.Remote.Peer;
        if (!isDialled) Interlocked.Increment(ref _inbound);
        while (true)
        {
            if (_stopping)
            {
                if (!isDialled) Interlocked.Decrement(ref _inbound);
                await established.AbortAsync($"{_environment.Local.Peer} is stopping");
                return;
            }

            if (Link(peer).TryAdopt(established, isDialled, endsDial: false)) break;
        }

        // Nobody else would, if everything was closed between the question and the adoption.
        if (_disposed != 0) Close(peer, $"{_environment.Local.Peer} has ended its connections");
    }

    /// <summary>The end of all connections waits for this one as well, also once it has closed by itself and no link knows it any more.</summary>
    internal void Track(Connection connection) => _tasks.TryRun(() => connection.Ended);

    /// <summary>There is room for another connection. To be called before anybody is told that this one is gone.</summary>
    internal void OnConnectionClosed(Connection connection)
    {
        if (!connection.IsDialled) Interlocked.Decrement(ref _inbound);
    }

    internal void RemoveIfUseless(PeerLink link)
    {
        if (link.CloseIfUseless() && _links.TryRemove(KeyValuePair.Create(link.Peer, link))) link.Dispose();
    }

    /// <summary>The link to send by. A client that is not connected has none that lasts: it cannot be dialled.</summary>
    private PeerLink LinkTo(PeerId peer) =>
        _links.TryGetValue(peer, out var link) ? link : peer.IsClient ? new PeerLink(peer, this, _environment) : Link(peer);

    private PeerLink Link(PeerId peer) =>
        _links.GetOrAdd(peer, static (peer, self) => new PeerLink(peer, self, self._environment), this);

    private void End(PeerLink link, SiloUnavailableException reason)
    {
        var closed = link.CloseAsync(reason);
        _tasks.TryRun(async () =>
        {
            await closed;
            link.Dispose();
        });
    }
}
